"""The engine against the generator's oracle: 200,000 records in 2,000 files, every figure equal to
the last digit, and the same bytes of JSON for one and two threads and for any order of the inputs.

Proves F001, F008, F039, F043, F081, F113, F115, F117, F118 on a realistic archive.
"""

import json
import random
import subprocess

from oracle_comparison import compare
from program import check, check_equal, main

RECORDS = 200_000
FILES = 2_000


def test(program, arguments, scratch):
    archive = scratch / "archive"
    subprocess.run([arguments.generator, "--out", archive, "--records", str(RECORDS), "--files",
                    str(FILES), "--seed", "7", "--days", "30", "--start", "2026-03-01", "--shape",
                    "small", "--layouts", "all", "--threads", "2", "--prices",
                    arguments.source_root / "data" / "prices.csv"], check=True,
                   stdout=subprocess.DEVNULL)
    oracle = json.loads((scratch / "archive.oracle.json").read_text())
    metrics = ",".join(sorted(oracle["totals"]))

    figures = 0
    for by in oracle["by"]:
        report = json.loads(program.run("report", archive, "--by", by, "--metrics", metrics,
                                        "--format", "json").stdout)
        figures += compare(report, oracle, by)
        records = report["coverage"]["records"]
        for name in ("counted", "duplicate"):
            check_equal(records[name], oracle["records"][name], f"records {name}")
        check_equal(records["seen"] - records["skipped"], oracle["records"]["seen"], "records seen")
        check_equal(records["seen"],
                    sum(records[name] for name in ("counted", "duplicate", "out_of_range",
                                                   "filtered", "rejected", "skipped")),
                    "the account of the input")
    check(figures > 1_000, f"only {figures} figures were compared")

    # The same bytes, whatever the threads and the order of the inputs.
    by = "day,model,user,tag:team"
    one = program.run("report", archive, "--by", by, "--format", "json", "--jobs", "1").stdout
    two = program.run("report", archive, "--by", by, "--format", "json", "--jobs", "2").stdout
    check(one == two, "one and two threads give different bytes")
    files = sorted(path for path in archive.rglob("*") if path.is_file())
    outputs = set()
    for seed in (1, 2, 3):
        random.Random(seed).shuffle(files)
        outputs.add(program.run("report", *files, "--by", by, "--format", "json").stdout)
    check_equal(len(outputs), 1, "different outputs over shuffled inputs")
    shuffled = json.loads(outputs.pop())
    check(shuffled["rows"] == json.loads(two)["rows"], "files and folder give different rows")

    # Duplicates spilled to disk: the same again.
    spilled = program.run("report", archive, "--by", by, "--format", "json", "--memory", "1MiB")
    check(spilled.stdout == two, "spilling duplicates to disk changes the report")
    print(f"{figures:,} figures equal; {len(files):,} files")


main(test)
