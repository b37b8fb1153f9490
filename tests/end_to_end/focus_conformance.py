"""FOCUS exports against the specification: columns, types, allowed values, identities.

Rules of FOCUS 1.2 (ratified 2025-05-29) for the columns that are exported, written down anew; the
public validator does not check products, nor that each value is an allowed one. Every figure is
compared as an exact decimal.
"""

import csv
import decimal
import json
import re

decimal.getcontext().prec = 60

MANDATORY = """BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodEnd
BillingPeriodStart ChargeCategory ChargeClass ChargeDescription ChargePeriodEnd ChargePeriodStart
ContractedCost EffectiveCost InvoiceIssuerName ListCost PricingQuantity PricingUnit ProviderName
PublisherName ServiceCategory ServiceName""".split()

# In the order of the file. The letter is the type: d decimal, s text, t time, j JSON object,
# b truth value, i whole number. A question mark allows null.
COLUMNS_1_2 = """BilledCost:d BillingAccountId:s BillingAccountName:s? BillingAccountType:s?
BillingCurrency:s BillingPeriodEnd:t BillingPeriodStart:t ChargeCategory:s ChargeClass:s?
ChargeDescription:s? ChargeFrequency:s ChargePeriodEnd:t ChargePeriodStart:t
CommitmentDiscountStatus:s? ConsumedQuantity:d ConsumedUnit:s ContractedCost:d
ContractedUnitPrice:d EffectiveCost:d InvoiceId:s? InvoiceIssuerName:s ListCost:d ListUnitPrice:d
PricingCategory:s PricingCurrency:s PricingCurrencyContractedUnitPrice:d
PricingCurrencyEffectiveCost:d PricingCurrencyListUnitPrice:d PricingQuantity:d PricingUnit:s
ProviderName:s PublisherName:s RegionId:s? RegionName:s? ResourceId:s ResourceName:s ResourceType:s
ServiceCategory:s ServiceName:s ServiceSubcategory:s SkuId:s SkuMeter:s SkuPriceDetails:j
SkuPriceId:s SubAccountId:s? SubAccountName:s? SubAccountType:s? Tags:j x_Estimated:b
x_InvocationCount:i x_ModelId:s? x_Operation:s? x_PriceBookId:s? x_Routing:s x_ServiceTier:s
x_UsageType:s?""".split()

ALLOWED = {
    "BillingCurrency": {"USD"},
    "PricingCurrency": {"USD"},
    "ChargeCategory": {"Usage", "Purchase", "Tax", "Credit", "Adjustment"},
    "ChargeClass": {None, "Correction"},
    "ChargeFrequency": {"One-Time", "Recurring", "Usage-Based"},
    "CommitmentDiscountStatus": {None, "Used", "Unused"},
    "PricingCategory": {"Standard", "Dynamic", "Committed", "Other"},
    "ServiceCategory": {"AI and Machine Learning"},
    "ServiceSubcategory": {"Generative AI"},
    "SkuMeter": {"Input Tokens", "Output Tokens", "Cache Read Tokens", "Cache Write Tokens",
                 "Cache Write Tokens (5m)", "Cache Write Tokens (1h)"},
}

DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:00:00Z")
UNIT = re.compile(r"(1 |[1-9][0-9]* )?Tokens")


def columns_of(version):
    columns = list(COLUMNS_1_2)
    if version != "1.2":
        columns += ["HostProviderName:s", "ServiceProviderName:s"]
    if version == "1.4":
        columns = [c for c in columns if c[:-2] not in ("ProviderName", "PublisherName")]
    own = [c for c in columns if c.startswith("x_")]
    return sorted(c for c in columns if not c.startswith("x_")) + own


def split_row(line):
    """Cells with whether each stood in quotes; csv alone cannot tell null from an empty text."""
    cells, at = [], 0
    while True:
        if line[at:at + 1] == '"':
            end = at + 1
            while True:
                end = line.index('"', end)
                if line[end + 1:end + 2] != '"':
                    break
                end += 2
            cells.append((line[at + 1:end].replace('""', '"'), True))
            at = end + 1
        else:
            end = line.find(",", at)
            end = len(line) if end < 0 else end
            cells.append((line[at:end], False))
            at = end
        if at == len(line):
            return cells
        if line[at] != ",":
            raise ValueError(f"no comma at {at}")
        at += 1


class Findings(list):
    def check(self, holds, place, message):
        if not holds:
            self.append(f"{place}: {message}")


def check_value(kind, value, quoted):
    """What is wrong with a value that is not null, or nothing."""
    if kind in "sj" and not quoted:
        return "text without quotes"
    if kind not in "sj" and quoted:
        return "quotes around a figure"
    if kind == "d":
        return None if DECIMAL.fullmatch(value) else f"no plain decimal with a point: {value}"
    if kind == "t":
        return None if TIME.fullmatch(value) else f"no time: {value}"
    if kind == "b":
        return None if value in ("true", "false") else f"no truth value: {value}"
    if kind == "i":
        return None if value.isdigit() else f"no whole number: {value}"
    if kind == "j":
        pairs = []
        document = json.loads(value, object_pairs_hook=lambda found: pairs.extend(found) or dict(found))
        keys = [key for key, _ in pairs]
        if not isinstance(document, dict) or len(keys) != len(set(keys)):
            return f"no object with unique keys: {value}"
        nested = any(isinstance(item, (dict, list)) for item in document.values())
        return f"nested: {value}" if nested else None
    return None if value else "an empty text where null is meant"


def check_money(row, place, findings):
    number = {name: decimal.Decimal(value) for name, value in row.items()
              if value is not None and DECIMAL.fullmatch(value)}
    if not {"ListUnitPrice", "PricingQuantity", "ListCost"} <= number.keys():
        return
    findings.check(number["ListUnitPrice"] * number["PricingQuantity"] == number["ListCost"], place,
                   "ListUnitPrice x PricingQuantity is not ListCost")
    findings.check(
        number["ContractedUnitPrice"] * number["PricingQuantity"] == number["ContractedCost"], place,
        "ContractedUnitPrice x PricingQuantity is not ContractedCost")
    findings.check(number["ContractedCost"] <= number["ListCost"], place, "contracted above list")
    findings.check(number["BilledCost"] == number["EffectiveCost"] == number["ContractedCost"],
                   place, "BilledCost, EffectiveCost and ContractedCost differ")
    for name in ("ListUnitPrice", "ContractedUnitPrice", "EffectiveCost"):
        findings.check(number["PricingCurrency" + name] == number[name], place,
                       f"PricingCurrency{name} is not {name}")
    findings.check(number["PricingQuantity"] > 0 and number["ConsumedQuantity"] > 0, place,
                   "a quantity is not positive")
    unit = row["PricingUnit"] or ""
    if UNIT.fullmatch(unit):
        size = int(unit.split()[0]) if " " in unit else 1
        findings.check(number["PricingQuantity"] * size == number["ConsumedQuantity"], place,
                       "PricingQuantity is not ConsumedQuantity in PricingUnit")


def check_row(row, place, version, findings):
    for name, allowed in ALLOWED.items():
        findings.check(row[name] in allowed, place, f"{name} is not allowed: {row[name]}")
    findings.check(UNIT.fullmatch(row["PricingUnit"] or ""), place, f"unit {row['PricingUnit']}")
    findings.check(row["ConsumedUnit"] == "Tokens", place, f"unit {row['ConsumedUnit']}")
    check_money(row, place, findings)
    findings.check(row["BillingPeriodStart"] <= row["ChargePeriodStart"] < row["ChargePeriodEnd"]
                   <= row["BillingPeriodEnd"], place, "the charge period is not inside the month")
    findings.check(row["BillingPeriodStart"].endswith("-01T00:00:00Z"), place, "no first of a month")
    for one, other in (("RegionId", "RegionName"), ("SubAccountId", "SubAccountName"),
                       ("SubAccountId", "SubAccountType")):
        findings.check((row[one] is None) == (row[other] is None), place,
                       f"{one} and {other} are not null together")
    findings.check(row["InvoiceId"] is None, place, "an estimate has no invoice")
    provider = "ServiceProviderName" if version == "1.4" else "ProviderName"
    findings.check(row[provider] == row["InvoiceIssuerName"], place, "issuer is not the provider")


def check_file(content, version="1.2"):
    """All findings over a file's bytes, and its rows as dictionaries (null is None)."""
    findings = Findings()
    findings.check(not content.startswith(b"\xef\xbb\xbf"), "file", "has a byte order mark")
    findings.check(content.endswith(b"\r\n") and content.count(b"\n") == content.count(b"\r\n"),
                   "file", "line ends are not CRLF")
    lines = content.decode("utf-8").split("\r\n")[:-1]
    specified = columns_of(version)
    names = lines[0].split(",")
    standard = [name for name in names if not name.startswith("x_")]
    findings.check(names[:len(standard)] == standard, "header", "x_ columns stand before others")
    wanted = [column.split(":")[0] for column in specified]
    findings.check(names[:len(wanted)] == wanted, "header", f"columns are {names}")
    for name in MANDATORY:
        if version != "1.4" or name not in ("ProviderName", "PublisherName"):
            findings.check(name in names, "header", f"{name} is missing")
    if findings:
        return findings, []
    rows, sku_of_price, category_of_service = [], {}, {}
    for number, line in enumerate(lines[1:], 2):
        place = f"line {number}"
        cells = split_row(line)
        findings.check([text for text, _ in cells] == next(csv.reader([line])), place, "not CSV")
        findings.check(len(cells) == len(names), place, f"{len(cells)} cells")
        row = {}
        for column, (value, quoted) in zip(specified, cells):
            name, kind = column.split(":")
            row[name] = None if value == "" and not quoted else value
            if row[name] is None:
                findings.check(kind.endswith("?"), place, f"{name} is null")
            else:
                wrong = check_value(kind[0], value, quoted)
                findings.check(wrong is None, place, f"{name}: {wrong}")
        try:
            check_row(row, place, version, findings)
        except (decimal.InvalidOperation, KeyError, TypeError) as error:
            findings.append(f"{place}: {error}")
        findings.check(sku_of_price.setdefault(row["SkuPriceId"], row["SkuId"]) == row["SkuId"],
                       place, "SkuPriceId has two SkuIds")
        findings.check(category_of_service.setdefault(row["ServiceName"], row["ServiceCategory"])
                       == row["ServiceCategory"], place, "ServiceName has two categories")
        rows.append(row)
    return findings, rows
