"""The shipped sample logs against the exact report beside them, in the shipped program.

The same comparison as oracle_test.py on the archive of README command 1; also every output format
of one scan, and the JSON of both kinds against the shipped schemas.
"""

import json
import subprocess
import sys

from oracle_comparison import compare
from program import check, check_equal, main


def test(program, arguments, scratch):
    data = arguments.source_root / "data"
    oracle = json.loads((data / "sample-logs.oracle.json").read_text())
    metrics = ",".join(sorted(oracle["totals"]))
    figures = 0
    for by in oracle["by"]:
        report = json.loads(program.run("report", data / "sample-logs", "--by", by, "--metrics",
                                        metrics, "--format", "json").stdout)
        figures += compare(report, oracle, by)
    check(figures > 1_000, f"only {figures} figures were compared")

    # One scan, several files: they agree, and are what the single formats print.
    names = ["r.csv", "r.tsv", "r.json", "r.ndjson", "r.md", "r.txt"]
    outputs = [argument for name in names for argument in ("-o", scratch / name)]
    program.run("report", data / "sample-logs", *outputs)
    for name in names:
        check((scratch / name).stat().st_size > 0, f"{name} is empty")
    alone = program.run("report", data / "sample-logs", "--format", "csv").stdout
    check_equal((scratch / "r.csv").read_bytes(), alone, "CSV from -o and from stdout")

    usage = program.run("report", data / "sample-logs", "--kind", "usage").stdout
    (scratch / "usage.json").write_bytes(usage)
    validator = arguments.source_root / "tests" / "cli" / "validate_schema.py"
    for document, schema in (("r.json", "report-1"), ("usage.json", "usage-1")):
        done = subprocess.run([sys.executable, validator, data / "schema" / f"{schema}.schema.json",
                               scratch / document], capture_output=True, check=False)
        check_equal(done.returncode, 0, f"{document} against {schema}: {done.stderr.decode()[:500]}")
    print(f"{figures:,} figures equal")


main(test)
