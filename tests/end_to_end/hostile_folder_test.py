"""A folder of everything that goes wrong: exit 3, every item accounted for, every good record counted.

Proves the "bad input never stops a run and never passes silently" rule, and F066.
"""

import gzip
import json
import os

from program import check, check_equal, main


def record(number, **changes):
    value = {
        "schemaType": "ModelInvocationLog", "schemaVersion": "1.0",
        "timestamp": f"2026-03-04T10:{number // 60 % 60:02d}:{number % 60:02d}Z",
        "accountId": "111122223333", "region": "us-east-1",
        "requestId": f"0a000000-0000-4000-8000-{number:012d}",
        "identity": {"arn": "arn:aws:iam::111122223333:user/someone"},
        "operation": "Converse", "modelId": "amazon.nova-micro-v1:0",
        "input": {"inputTokenCount": 10}, "output": {"outputTokenCount": 5},
    }
    value.update(changes)
    return json.dumps(value).encode()


def lines(first, count):
    return b"".join(record(number) + b"\n" for number in range(first, first + count))


def build(folder):
    """Writes the folder; returns how many good records it holds."""
    (folder / "sub").mkdir(parents=True)
    hour = folder / "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/03/04/10"
    (hour / "data").mkdir(parents=True)
    trail = folder / "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/04"
    trail.mkdir(parents=True)

    (hour / "20260304T100000000Z_0123456789abcdef.json.gz").write_bytes(gzip.compress(lines(0, 100)))
    # Cut inside the deflate stream: what comes out before the cut counts. Half of 1,000 lines.
    whole = gzip.compress(lines(1_000, 1_000))
    (folder / "truncated.json.gz").write_bytes(whole[: len(whole) // 2])
    (folder / "random.bin").write_bytes(os.urandom(100_000))
    (folder / "random.json.gz").write_bytes(b"\x1f\x8b\x08\x00" + os.urandom(10_000))
    (folder / "empty.json").write_bytes(b"")
    (folder / "empty.json.gz").write_bytes(gzip.compress(b""))
    (folder / "bad-utf8.jsonl").write_bytes(
        record(200) + b'\n{"schemaType":"ModelInvocationLog","modelId":"\xff\xfe"}\n' + record(201))
    (folder / "long-line.jsonl").write_bytes(
        record(210) + b"\n" + b"[" * 10 + b"x" * (50 << 20) + b"\n" + record(211) + b"\n")
    (folder / "bom.json").write_bytes(b"\xef\xbb\xbf" + record(220) + b"\n")
    (folder / "garbage-behind.json.gz").write_bytes(gzip.compress(record(230)) + b"garbage")
    (folder / "bad-lines.log").write_bytes(
        record(240)[:-20] + b"\n" + record(241) + b"\nnot json\n" + record(242)
        + b"\n" + record(243, modelId=7) + b"\n" + record(244, timestamp="yesterday") + b"\n"
        + record(245, input={"inputTokenCount": -1}) + b"\n")
    (hour / "data" / "0a000000-0000-4000-8000-000000000001_input.json.gz").write_bytes(
        gzip.compress(b'{"messages":[]}'))
    (folder / "amazon-bedrock-logs-permission-check").write_bytes(b"")
    (folder / "aws-logs-write-test").write_bytes(b"Permission Check Successful")
    (folder / "foreign.json").write_bytes(b'{"name":"package","version":"1.0"}')
    (trail / "trail.json.gz").write_bytes(gzip.compress(b'{"Records":[{"eventVersion":"1.08"}]}'))
    (folder / "notes.txt").write_bytes(b"Remember the milk.\n")
    (folder / "sub" / "duplicate.json").write_bytes(lines(0, 3))
    return 100, 1_000, 2 + 2 + 1 + 1 + 2


def test(program, _, scratch):
    folder = scratch / "hostile"
    whole, cut, few = build(folder)
    rejects = scratch / "rejects.csv"
    done = program.run("report", folder, "--by", "model", "--format", "json", "--rejects", rejects,
                       exit_code=3)
    report = json.loads(done.stdout)
    coverage = report["coverage"]
    records = coverage["records"]
    check_equal(coverage["complete"], False, "complete")
    check_equal(records["seen"],
                sum(records[name] for name in ("counted", "duplicate", "out_of_range", "filtered",
                                               "rejected", "skipped")), "the account")
    check_equal(records["duplicate"], 3, "duplicates")
    # Of the truncated file some records must have come out, and not all.
    from_cut = records["counted"] - whole - few
    check(0 < from_cut < cut, f"{from_cut} of {cut} records of the truncated file were counted")
    check_equal(report["totals"]["metrics"]["input"], 10 * records["counted"], "input tokens")

    objects = coverage["objects"]
    files = [path for path in folder.rglob("*") if path.is_file()]
    check_equal(objects["listed"], len(files), "objects listed")
    check_equal(objects["read"] + objects["skipped"] + objects["unreadable"], objects["listed"],
                "objects")
    skipped = coverage["skipped_objects"]
    for kind, count in {"sidecar": 1, "permission_check": 1, "write_test": 1, "cloudtrail": 1,
                        "foreign_json": 1, "foreign_text": 1, "empty": 2}.items():
        check_equal(skipped.get(kind, 0), count, f"skipped {kind}")
    damaged = {damage["object"].rsplit("/", 1)[-1] for damage in coverage["damages"]}
    for name in ("truncated.json.gz", "garbage-behind.json.gz", "random.json.gz"):
        check(name in damaged, f"{name} is not named as damaged, but {sorted(damaged)}")

    kinds = coverage["rejected"]
    check(sum(kinds.values()) == records["rejected"], "rejects by kind do not sum up")
    for kind in ("not_json", "invalid_utf8", "field_type", "timestamp", "number_range"):
        check(kinds.get(kind, 0) >= 1, f"no reject of kind {kind}: {kinds}")
    listed = rejects.read_text().splitlines()
    check_equal(len(listed) - 1, records["rejected"], "lines of the rejects file")
    check("Remember" not in rejects.read_text() + done.stderr.decode(), "content was copied")

    program.run("report", folder, "--allow-partial", "--format", "json", exit_code=0)
    program.run("check", folder, exit_code=1)
    program.run("report", scratch / "nowhere", exit_code=66)
    (scratch / "nothing").mkdir()
    program.run("report", scratch / "nothing", exit_code=66)


main(test)
