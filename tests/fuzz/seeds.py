"""Writes first inputs of a fuzz target, made of shipped samples: seeds.py TARGET FOLDER."""

import gzip
import hashlib
import pathlib
import sys
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAYOUTS = ROOT / "tests" / "data" / "layouts"
INPUT_BYTES_MAX = 8_000
LINES_MAX = 60  # Of the sample logs: enough for every body family.


def sample_lines():
    """Records of shipped logs, small ones first."""
    lines = set((LAYOUTS / "raw_lines.jsonl").read_bytes().splitlines())
    for path in (ROOT / "data" / "sample-logs").rglob("*.json.gz"):
        lines.update(gzip.decompress(path.read_bytes()).splitlines())
    fitting = sorted((line for line in lines if len(line) < INPUT_BYTES_MAX), key=len)
    return fitting[::max(len(fitting) // LINES_MAX, 1)]


def raw_deflate(plain, level, strategy):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 8, strategy)
    return packer.compress(plain) + packer.flush()


def inflate_seeds():
    lines = sample_lines()
    for number, line in enumerate(lines):
        first = raw_deflate(line, number % 10, number % 5)
        second = raw_deflate(lines[-1 - number] * 3, (number + 6) % 10, (number + 1) % 5)
        yield bytes([number % 16 & 0xEE, number]) + len(first).to_bytes(2, "big") + first + second
    packed = gzip.compress(lines[0], mtime=0)
    yield b"\x11\x00" + len(packed).to_bytes(2, "big") + packed * 2


def record_seeds():
    lines = sample_lines()
    for number, line in enumerate(lines):
        yield bytes([number % 2]) + line
    yield b"\x00" + b"\n".join(lines[:5])


def object_seeds():
    for path in sorted(LAYOUTS.iterdir()):
        if path.suffix != ".tsv":
            yield b"\x40" + path.read_bytes()
            yield b"\x03" + gzip.compress(path.read_bytes(), mtime=0)


def list_seeds():
    listing = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws."
               "com/doc/2006-03-01/\"><Name>b</Name><KeyCount>1</KeyCount><EncodingType>url"
               "</EncodingType><IsTruncated>true</IsTruncated><NextContinuationToken>t</"
               "NextContinuationToken><Contents><Key>a%20b.gz</Key><LastModified>2026-03-04T10:00:"
               "00.000Z</LastModified><ETag>&quot;0a&quot;</ETag><Size>12</Size></Contents>"
               "<CommonPrefixes><Prefix>x/</Prefix></CommonPrefixes></ListBucketResult>")
    yield b"\x00" + listing.encode()
    yield b"\x67" + (b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message>"
                     b"<Region>eu-west-1</Region><RequestId>1</RequestId></Error>")
    yield b"\x64" + b'{"__type":"x#ExpiredTokenException","message":"The token has expired"}'


def prices_seeds():
    head, *rows = (ROOT / "data" / "prices.csv").read_text().splitlines()
    for at in range(0, len(rows), max(len(rows) // 40, 1)):
        yield "\n".join([head, *rows[at:at + 3]]).encode()


def expression_seeds():
    for condition in ('model ~ "*sonnet*" and tag:team in (a, b) and not error exists',
                      "input > 2000 or cost <= 0.5", 'model =~ "^a.*[0-9]$" or error != "x"',
                      "not (input >= 1e3)", "((model = 'a'))"):
        yield b"\x01\x02anthropic.claude-sonnet\n" + condition.encode()


def words_seeds():
    for words in (("us.anthropic.claude-haiku-4-5-20251001-v1:0", "2026-03-01T00:00:00.250Z", "30d"),
                  ("2026-03", "now", "@1772500000"), ("last", "7d", "0.0000350000"),
                  ("2026-W10", "x", "1772500000123"), ("2026-Q1", "", "12"),
                  ("**/[a-c]?[!x]*\\*", "abc", "arn:aws:bedrock:us-east-1::foundation-model/amazon.x"),
                  ("2026-03-04 10:15:07+02:00", "2026-03-05", "3mo")):
        yield "\n".join(words).encode()


def toml_seeds():
    yield b'''[defaults]
source = "prod"
tz = "Europe/Berlin"
[source.prod]
paths = ["a", "b"]
[report.finance]
by = ["account", "model"]
month = "last"
[groups]
search = 'tag:team = "search"'
[prices]
files = ["contract.csv"]
shipped = true
[models]
"arn:aws:x" = { model = "anthropic.claude", label = "x" }
'''
    yield b'"arn:aws:x" = "anthropic.claude"\n'


def main():
    target, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    for seed in globals()[f"{target}_seeds"]():
        if len(seed) <= INPUT_BYTES_MAX:
            (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


main()
