"""Objects for the S3 tests: a generated archive with odd names and full folders added by hand.

Everything is on disk first and uploaded from there, so that the report over the folder says what
the report over the bucket must be.
"""

import gzip
import json
import subprocess

ACCOUNT = "111122223333"
LAYOUT = f"AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/us-east-1"
FULL_HOUR = f"{LAYOUT}/2026/03/20/07"  # More objects than one page of a listing holds.
FULL_HOUR_OBJECTS = 1_100
ODD_NAMES = (
    "with space.json.gz", "plus+plus.json.gz", "a=b&c=d.json.gz", "tilde~(1)'!.json.gz",
    "grüße-日本語-🙂.json.gz", "percent%20%2F.json.gz", "question?.json.gz", "hash#1.json.gz",
    "semi;colon,comma@at:$.json.gz", 'quote"<&>.json.gz', "back\\slash.json.gz",
    " leading and trailing .json.gz", "folder with space/ü+/x y.json.gz", "[brackets]*.json.gz",
)


def record(number, day, hour):
    """One line that counts; `number` makes its request id."""
    return json.dumps({
        "schemaType": "ModelInvocationLog", "schemaVersion": "1.0",
        "timestamp": f"2026-03-{day:02d}T{hour:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z",
        "accountId": ACCOUNT, "region": "us-east-1",
        "requestId": f"0b000000-0000-4000-8000-{number:012d}",
        "identity": {"arn": f"arn:aws:iam::{ACCOUNT}:user/someone"},
        "operation": "Converse", "modelId": "amazon.nova-micro-v1:0",
        "input": {"inputTokenCount": 10 + number % 7}, "output": {"outputTokenCount": 5},
    }).encode() + b"\n"


def packed(text):
    return gzip.compress(text, compresslevel=1, mtime=0)


def generate(generator, folder, records, files, seed, prices):
    subprocess.run([generator, "--out", folder, "--records", str(records), "--files", str(files),
                    "--seed", str(seed), "--days", "30", "--start", "2026-03-01", "--threads", "2",
                    "--prices", prices], check=True, stdout=subprocess.DEVNULL)


def add_odd_names(folder, first):
    """Returns how many objects that are."""
    for number, name in enumerate(ODD_NAMES):
        path = folder / "odd names" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(packed(record(first + number, 9, number)))
    return len(ODD_NAMES)


def add_full_hour(folder, first):
    hour = folder / FULL_HOUR
    hour.mkdir(parents=True, exist_ok=True)
    for number in range(FULL_HOUR_OBJECTS):
        name = f"20260320T0700{number % 60:02d}000Z_{first + number:016x}.json.gz"
        (hour / name).write_bytes(packed(record(first + number, 20, 7)))
