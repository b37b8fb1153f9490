"""`cost` against two exact oracles over 200,000 records: the generator's costs in every grouping it
knows, and token counts multiplied in Python's decimal by a price looked up in data/prices.csv here.
Sums of any split equal the whole, rounded rows add up, discounts are exact, and what arrives after
a month was closed is an adjustment. Proves F123, F232, F242, F243 on a realistic archive.
"""

import csv
import fnmatch
import io
import json
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal, getcontext

from program import check, check_equal, main

RECORDS = 200_000
FILES = 2_000
getcontext().prec = 60

METERS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_5m_tokens",
          "cache_write_1h_tokens")
UNITS = {"1K tokens": 1_000, "1M tokens": 1_000_000, "token": 1}
DISCOUNTS = """[[discount]]
percent = "1.01"
[[discount]]
model = "anthropic.*"
percent = "12.34"
[[discount]]
account = "111122223333"
model = "amazon.*"
basis_points = 3333
[[discount]]
account = "111122223333"
from = 2026-03-10
to = 2026-03-20
percent = "7"
"""


class Archive:
    """Runs of `cost` over one archive."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder

    def json(self, *flags):
        return json.loads(self.program.run("cost", self.folder, "--format", "json", *flags).stdout)

    def csv(self, *flags):
        text = self.program.run("cost", self.folder, "--format", "csv", *flags).stdout.decode()
        return list(csv.DictReader(io.StringIO(text, newline="")))


def amount(text):
    return None if text in (None, "") else Decimal(text)


def summed(rows, names, figure):
    """Known amounts by keys; None where nothing is known."""
    sums = {}
    for row in rows:
        keys = tuple(row["keys"][name] for name in names)
        value = amount(row["metrics"][figure])
        if sums.get(keys) is None:
            sums[keys] = value
        elif value is not None:
            sums[keys] += value
    return sums


def price_rows(path):
    rows = defaultdict(list)
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["meter"] in METERS and not row["attributes"]:
                rows[row["model"], row["meter"], row["tier"], row["scope"],
                     row["context_min_input_tokens"] or "0"].append(row)
    return rows


def price_of(rows, model, meter, variant, region):
    """By the rules of data/README.md, written anew: Decimal USD per token, or None."""
    scope, *more = variant.split(", ")
    tier, context = "standard", "0"
    for word in more:
        if word.startswith("over "):
            context = word.split()[1]
        else:
            tier = word
    for limit in dict.fromkeys((context, "0")):
        found = rows.get((model, meter, tier, scope, limit), [])
        named = [row for row in found if region in row["regions"].split()]
        for row in named or [row for row in found if "*" in row["regions"].split()]:
            return Decimal(row["price"]) / UNITS[row["unit"]]
    return None


def check_groupings(archive, oracle):
    """Every grouping of the generator, from coarse and from fine rows."""
    compared = 0
    for by, rows in oracle["by"].items():
        names = by.split(",")
        expected = {tuple(row["keys"][name] for name in names): amount(row["metrics"]["cost"])
                    for row in rows}
        for detail in ("period", "class"):
            report = archive.json("--period", "total", "--by", by, "--detail", detail)
            got = summed(report["rows"], names, "list_cost")
            for keys, cost in expected.items():
                # A group of calls without tokens has no token class.
                if detail == "class" and keys not in got:
                    check(cost == 0, f"{by} {keys}: no row, expected {cost}")
                    continue
                check_equal(got.pop(keys), cost, f"--by {by} --detail {detail} {keys}")
                compared += 1
            check(not got, f"--by {by}: rows that nobody expected: {list(got)[:3]}")
            check_equal(amount(report["totals"]["metrics"]["list_cost"]),
                        amount(oracle["totals"]["cost"]), f"--by {by} total")
    return compared


def check_prices(archive, source_root, total):
    """Each row's tokens times a price looked up here; fine rows of three splits."""
    book = price_rows(source_root / "data" / "prices.csv")
    for flags in (("--by", "region"), ("--by", "region,user", "--period", "day"),
                  ("--by", "account,region,tag:team", "--period", "fiscal-quarter",
                   "--fiscal-start", "february")):
        rows = archive.csv(*flags)
        check(len(rows) > 20, f"only {len(rows)} rows of {flags}")
        whole = Decimal(0)
        for row in rows:
            quantity = Decimal(row["quantity"])
            price = price_of(book, row["model"], row["class"], row["variant"], row["region"])
            if row["basis"] == "provisioned":
                check_equal(Decimal(row["list_cost"]), 0, f"{flags} {row}")
                continue
            if price is None:
                check_equal((row["basis"], row["unit_price"], row["list_cost"], row["net_cost"]),
                            ("unpriced", "", "", ""), f"{flags} {row}")
                continue
            check_equal(Decimal(row["unit_price"]) / UNITS[row["unit"]], price, f"{flags} {row}")
            check_equal(Decimal(row["list_cost"]), quantity * price, f"{flags} {row}")
            check_equal(row["net_cost"], row["list_cost"], f"{flags} {row}")
            whole += quantity * price
        check_equal(whole, total, f"sum of {flags}")


def rate_of(row):
    """The rule of DISCOUNTS for a row, by hand."""
    if row["account"] == "111122223333":
        if fnmatch.fnmatchcase(row["model"], "amazon.*"):
            return 3333
        if "2026-03-10" <= row["period"] < "2026-03-20":
            return 700
    return 1234 if row["model"].startswith("anthropic.") else 101


def check_discounts(archive, scratch):
    file = scratch / "discounts.toml"
    file.write_text(DISCOUNTS, encoding="utf-8")
    net = Decimal(0)
    for row in archive.csv("--by", "account", "--period", "day", "--discounts", file):
        if row["basis"] != "on-demand":
            continue
        check_equal(row["discount_bp"], str(rate_of(row)), f"discount of {row}")
        expected = Decimal(row["list_cost"]) * (10_000 - rate_of(row)) / 10_000
        check_equal(Decimal(row["net_cost"]), expected, f"net cost of {row}")
        net += expected
    check(net > 0, "no net cost")
    for flags in (("--detail", "period", "--period", "total"), ("--detail", "model"),
                  ("--by", "user"), ("--by", "model,region", "--period", "quarter")):
        report = archive.json("--discounts", file, *flags)
        check_equal(sum(amount(row["metrics"]["net_cost"]) or 0 for row in report["rows"]), net,
                    f"net cost split by {flags}")
        check_equal(amount(report["totals"]["metrics"]["net_cost"]), net, f"total of {flags}")


def check_rounding(archive, total):
    for decimals in (0, 2, 4):
        report = archive.json("--by", "user", "--round", str(decimals))
        got = sum(amount(row["metrics"]["list_cost"]) or 0 for row in report["rows"])
        exact = total.quantize(Decimal(1).scaleb(-decimals), rounding="ROUND_HALF_EVEN")
        check_equal(got, exact, f"rows rounded to {decimals} decimals")
        check_equal(amount(report["totals"]["metrics"]["list_cost"]), exact, "their total")


def check_ledger(archive, scratch, source_root):
    """March is closed over half of the files; the other half arrives later."""
    ledger = scratch / "ledger.json"
    files = sorted(path for path in archive.folder.rglob("*.gz"))
    # Dated closing: the archive is of March 2026.
    flags = ("--by", "account", "--ledger", ledger, "--format", "json")
    closing = archive.program.run("cost", *files[::2], *flags, "--close", "2026-03", "--now",
                                  "2026-04-02")
    closed = json.loads(closing.stdout)
    digest = ledger.read_bytes()
    validator = source_root / "tests" / "cli" / "validate_schema.py"
    shown = scratch / "cost.json"
    for document, schema in ((ledger, "ledger-1"), (shown, "report-1")):
        shown.write_bytes(closing.stdout)
        done = subprocess.run([sys.executable, validator,
                               source_root / "data" / "schema" / f"{schema}.schema.json", document],
                              capture_output=True, check=False)
        check_equal(done.returncode, 0, f"{schema}: {done.stderr.decode()[:500]}")
    # The same figures again change nothing; others are refused.
    archive.program.run("cost", *files[::2], *flags, "--close", "2026-03", "--now", "2026-04-02")
    check_equal(ledger.read_bytes(), digest, "the ledger, closed again alike")
    archive.program.run("cost", *files, *flags, "--close", "2026-03", "--now", "2026-04-02",
                        exit_code=4)
    check_equal(ledger.read_bytes(), digest, "the ledger, closed again with other figures")
    later = json.loads(archive.program.run("cost", *files, *flags).stdout)
    recount = json.loads(archive.program.run("cost", *files, "--by", "account", "--format",
                                             "json").stdout)
    for figure in ("quantity", "list_cost", "net_cost"):
        check_equal(later["totals"]["metrics"][figure], recount["totals"]["metrics"][figure],
                    f"closed, adjustments and open together: {figure}")
    entries = summed(later["rows"], ["period", "entry"], "net_cost")
    check_equal(entries["2026-03", "closed"], amount(closed["totals"]["metrics"]["net_cost"]),
                "March as it was closed")
    check(entries["2026-04", "adjustment of 2026-03"] > 0, f"no adjustment: {entries}")


def test(program, arguments, scratch):
    folder = scratch / "archive"
    subprocess.run([arguments.generator, "--out", folder, "--records", str(RECORDS), "--files",
                    str(FILES), "--seed", "11", "--days", "30", "--start", "2026-03-01", "--shape",
                    "small", "--layouts", "raw", "--threads", "2", "--prices",
                    arguments.source_root / "data" / "prices.csv"], check=True,
                   stdout=subprocess.DEVNULL)
    oracle = json.loads((scratch / "archive.oracle.json").read_text())
    archive = Archive(program, folder)
    total = amount(oracle["totals"]["cost"])

    sample = arguments.source_root / "data" / "sample-logs"
    check_groupings(Archive(program, sample), json.loads(
        (sample.parent / "sample-logs.oracle.json").read_text()))
    compared = check_groupings(archive, oracle)
    check(compared > 1_000, f"only {compared} groups were compared")
    check_prices(archive, arguments.source_root, total)
    check_discounts(archive, scratch)
    check_rounding(archive, total)
    check_ledger(archive, scratch, arguments.source_root)
    one = program.run("cost", folder, "--by", "user,tag:team", "--format", "json", "--jobs", "1")
    two = program.run("cost", folder, "--by", "user,tag:team", "--format", "json", "--jobs", "2")
    check(one.stdout == two.stdout, "one and two threads give different bytes")
    print(f"{compared:,} groups equal to the last digit, {total} USD")


main(test)
