"""The shipped sample bill against the sample logs, in the shipped program.

The bill is added up here with Python's decimals, apart from the program: what the comparison says
must be the whole of both sides, in CSV, legacy and FOCUS columns and in gzip alike, and every
difference that bench/make-sample-bill planted must be in it with its cause.
"""

import csv
import gzip
import io
import json
import subprocess
import sys
from decimal import Decimal

from program import check, check_equal, main

LEGACY = {"bill_billing_period_start_date": "bill/BillingPeriodStartDate",
          "bill_billing_period_end_date": "bill/BillingPeriodEndDate",
          "line_item_usage_account_id": "lineItem/UsageAccountId",
          "line_item_usage_start_date": "lineItem/UsageStartDate",
          "line_item_usage_end_date": "lineItem/UsageEndDate",
          "line_item_line_item_type": "lineItem/LineItemType",
          "line_item_product_code": "lineItem/ProductCode",
          "product_product_name": "product/ProductName",
          "line_item_usage_type": "lineItem/UsageType",
          "product_region_code": "product/region",
          "line_item_usage_amount": "lineItem/UsageAmount",
          "pricing_unit": "pricing/unit",
          "line_item_unblended_cost": "lineItem/UnblendedCost",
          "line_item_currency_code": "lineItem/CurrencyCode"}
FOCUS = {"bill_billing_period_start_date": "BillingPeriodStart",
         "bill_billing_period_end_date": "BillingPeriodEnd",
         "line_item_usage_account_id": "SubAccountId",
         "line_item_usage_start_date": "ChargePeriodStart",
         "line_item_usage_end_date": "ChargePeriodEnd",
         "line_item_line_item_type": "ChargeCategory",
         "line_item_product_code": "x_ServiceCode",
         "product_product_name": "ServiceName",
         "line_item_usage_type": "x_UsageType",
         "product_region_code": "RegionId",
         "line_item_usage_amount": "ConsumedQuantity",
         "pricing_unit": "ConsumedUnit",
         "line_item_unblended_cost": "BilledCost",
         "line_item_currency_code": "BillingCurrency"}
PLANTED = {("tokens_differ", "logs_missing"), ("log_without_bill", "line_not_billed"),
           ("rate_differs", "stale_price"), ("bill_without_log", "batch"),
           ("not_comparable", "other_meter"), ("unknown_bill_line", "unknown_model"),
           ("other_charges", "credit"), ("other_charges", "tax"), ("unsettled", "too_recent")}


def renamed(text, names):
    header, rest = text.split("\n", 1)
    return ",".join(names[name] for name in header.split(",")) + "\n" + rest


def reconciled(program, data, bill, *flags):
    done = program.run("reconcile", data / "sample-logs", "--bill", bill, "--format", "json",
                       *flags, exit_code=1)
    return json.loads(done.stdout)


def test(program, arguments, scratch):
    data = arguments.source_root / "data"
    text = (data / "sample-bill.csv").read_text()
    bedrock = [row for row in csv.DictReader(io.StringIO(text))
               if row["line_item_product_code"].startswith("AmazonBedrock")]
    billed = sum(Decimal(row["line_item_unblended_cost"]) for row in bedrock)
    logged = Decimal(json.loads((data / "sample-logs.oracle.json").read_text())["totals"]["cost"])

    document = reconciled(program, data, data / "sample-bill.csv")
    check_equal(Decimal(document["total"]["bill_cost"]), billed, "total of the bill")
    check_equal(Decimal(document["total"]["log_cost"]), logged, "total of the logs")
    check_equal(document["bill"]["bedrock_rows"], len(bedrock), "rows of Bedrock")
    check_equal(document["bill"]["other_service_rows"], 1, "rows of other services")
    rows = document["differences"]["rows"]
    for side, total in (("bill_cost", billed), ("log_cost", logged)):
        amounts = [row["metrics"][side] for row in rows]
        check_equal(sum(Decimal(amount) for amount in amounts if amount), total, f"rows: {side}")
    found = {(cause["bucket"], cause["cause"]) for cause in document["causes"]}
    check(PLANTED <= found, f"planted, but not found: {PLANTED - found}")

    validator = arguments.source_root / "tests" / "cli" / "validate_schema.py"
    for name, part in (("reconcile-1", document), ("report-1", document["differences"])):
        (scratch / "part.json").write_text(json.dumps(part))
        done = subprocess.run([sys.executable, validator, data / "schema" / f"{name}.schema.json",
                               scratch / "part.json"], capture_output=True, check=False)
        check_equal(done.returncode, 0, f"schema {name}: {done.stderr.decode()[:500]}")

    forms = {"legacy.csv": renamed(text, LEGACY).encode(), "focus.csv": renamed(text, FOCUS).encode(),
             "cur2.csv.gz": gzip.compress(text.encode())}
    for name, content in forms.items():
        (scratch / name).write_bytes(content)
        other = reconciled(program, data, scratch / name)
        check_equal(other["causes"], document["causes"], f"causes by {name}")
        check_equal(other["differences"]["rows"], rows, f"rows by {name}")
    print(f"{len(rows)} rows explain {billed - logged} USD")


main(test)
