"""`cost --format focus-csv`: every row conforms, and the rows add up to the report.

The checker itself is tested first: on a known good file, and on files with planted mistakes.
"""

import decimal
import json

from focus_conformance import check_file
from program import check, check_equal, main


def planted(content):
    """Files with one mistake each, by what the checker has to say about it."""
    return {
        "is not ListCost": content.replace(b",4.0740711,3.3,\"Standard\"", b",4.0740712,3.3,\"Standard\""),
        "ChargeCategory is not allowed": content.replace(b'"Usage",,"anth', b'"Use",,"anth', 1),
        "BillingCurrency is not allowed": content.replace(b'"USD"', b'"EUR"', 1),
        "PricingUnit is null": content.replace(b'"1000 Tokens"', b"", 1),
        "BillingAccountId: text without quotes": content.replace(b'"111122223333"', b"111122223333", 1),
        "no plain decimal with a point": content.replace(b",1234567.0,", b",1234567,", 1),
        "line ends are not CRLF": content.replace(b"\r\n", b"\n", 1),
        "byte order mark": b"\xef\xbb\xbf" + content,
        "columns are": content.replace(b",ListCost,", b",", 1),
        "inside the month": content.replace(b"2026-06-01T00", b"2026-05-01T00", 1),
        "unique keys": content.replace(b'{""app"":""rag-api"",', b'{""team"":""x"",', 1),
        "two SkuIds": content.replace(b'"SKU-REGIONAL-IN",', b'"SKU-OTHER",', 1)
        + content.split(b"\r\n")[1] + b"\r\n",
    }


def test_checker(source_root):
    content = (source_root / "tests/data/focus/sample-1.2.csv").read_bytes()
    findings, rows = check_file(content)
    check_equal(findings, [], "the known good file")
    check_equal(len(rows), 7, "its rows")
    for wanted, spoilt in planted(content).items():
        check(spoilt != content, f"nothing was planted for: {wanted}")
        findings, _ = check_file(spoilt)
        check(any(wanted in finding for finding in findings), f"{wanted}: found only {findings}")


def cost_of(program, logs):
    report = json.loads(program.run("report", logs, "--metrics", "cost,invocations", "--by", "model",
                                    "--format", "json").stdout)
    return decimal.Decimal(report["totals"]["metrics"]["cost"])


def test(program, arguments, scratch):
    test_checker(arguments.source_root)
    logs = arguments.source_root / "data" / "sample-logs"
    whole = cost_of(program, logs)
    rows_seen = 0
    for version in ("1.2", "1.3", "1.4"):
        for period in ("day", "hour"):
            for by in ("tag:team", "tag:team,tag:app"):
                done = program.run("cost", logs, "--format", "focus-csv", "--focus-version", version,
                                   "--focus-period", period, "--by", by, exit_code=1)
                check(b"have no price" in done.stderr, "unpriced usage is not told")
                findings, rows = check_file(done.stdout, version)
                check_equal(findings, [], f"FOCUS {version}, {period}, {by}")
                total = sum(decimal.Decimal(row["ListCost"]) for row in rows)
                check_equal(total, whole, "sum of ListCost")
                rows_seen += len(rows)
    print(f"{rows_seen:,} rows conform")


main(test)
