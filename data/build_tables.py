#!/usr/bin/env python3
# Builds prices.csv and models.csv from the two research extracts README.md describes.
#
# The extracts are not part of the repository; the tables are, so this runs only when prices are
# gathered anew:  data/build_tables.py bedrock-prices-clean.csv bedrock-model-names.json data/
import csv
import json
import pathlib
import sys

PRICE_COLUMNS = [
    "model", "meter", "tier", "scope", "context_min_input_tokens", "attributes", "regions",
    "unit", "currency", "price", "effective_from", "effective_to", "as_of", "source",
]
MODEL_COLUMNS = [
    "model_id", "name", "provider", "lifecycle", "price_list_names", "usage_type_names",
]

# What usage types call models where that is more than another spelling of a price list name: the
# family behind the version, ids of the mantle endpoint, or a longer name. README.md says which of
# them were seen.
USAGE_TYPE_NAMES = {
    "anthropic.claude-haiku-4-5-20251001-v1:0": ["Claude4.5Haiku"],
    "anthropic.claude-opus-4-1-20250805-v1:0": ["Claude4.1Opus"],
    "anthropic.claude-opus-4-20250514-v1:0": ["Claude4Opus"],
    "anthropic.claude-opus-4-5-20251101-v1:0": ["Claude4.5Opus"],
    "anthropic.claude-opus-4-6-v1": ["Claude4.6Opus"],
    "anthropic.claude-opus-4-7": ["Claude4.7Opus"],
    "anthropic.claude-opus-4-8": ["Claude4.8Opus"],
    "anthropic.claude-sonnet-4-20250514-v1:0": ["Claude4Sonnet"],
    "anthropic.claude-sonnet-4-5-20250929-v1:0": ["Claude4.5Sonnet"],
    "anthropic.claude-sonnet-4-6": ["Claude4.6Sonnet"],
    "google.gemma-3-12b-it": ["Gemma-3-12B-IT"],
    "google.gemma-3-27b-it": ["Gemma-3-27B-IT"],
    "google.gemma-3-4b-it": ["Gemma-3-4B-IT"],
    "qwen.qwen3-coder-480b-a35b-v1:0": ["qwen.qwen3-coder-480b-a35b-instruct"],
    "qwen.qwen3-next-80b-a3b": ["qwen.qwen3-next-80b-a3b-instruct"],
}

# The AWS price list dates its own version (always the first of a month), not the price: taken as
# a start it would leave every earlier call without a price.
VERSION_DATED_SOURCE = "aws-price-list(raw)"


def context_limit(text):
    if not text:
        return ""
    rule = json.loads(text)
    if list(rule) != ["min_input_tokens_exclusive"]:
        sys.exit(f"unknown context rule: {text}")
    return str(rule["min_input_tokens_exclusive"])


def region_list(text):
    regions = sorted(set(text.split()))
    named = [region for region in regions if region != "*"]
    # A row of the GovCloud partition came with "*" from the profile prefix us-gov; its price must
    # not reach the commercial regions.
    if named and all(region.startswith("us-gov-") for region in named):
        regions = named
    return " ".join(regions)


def price_rows(path):
    with open(path, encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            dated = row["source"] != VERSION_DATED_SOURCE
            yield {
                **{name: row[name] for name in PRICE_COLUMNS if name in row},
                "context_min_input_tokens": context_limit(row["context"]),
                "regions": region_list(row["regions"]),
                "effective_from": row["effective_from"] if dated else "",
                "effective_to": "",
            }


def refuse_ambiguous(rows):
    """Two rows for one region and question would make the answer depend on file order."""
    seen = set()
    for row in rows:
        for region in row["regions"].split():
            key = tuple(row[name] for name in PRICE_COLUMNS[:6]) + (region, row["effective_from"])
            if key in seen:
                sys.exit(f"two prices for {key}")
            seen.add(key)


def model_rows(path):
    with open(path, encoding="utf-8") as source:
        models = json.load(source)["models"]
    provider_by_label = {
        model["model_id"].split(".")[0]: model["provider"] for model in models if model["provider"]
    }
    for model in models:
        label = model["model_id"].split(".")[0]
        names = model["price_list_names"]
        yield {
            "model_id": model["model_id"],
            "name": model["model_name"] or (names[0] if names else model["model_id"]),
            "provider": model["provider"] or provider_by_label.get(label, label),
            "lifecycle": model["status"] or "",
            "price_list_names": ";".join(names),
            "usage_type_names": ";".join(USAGE_TYPE_NAMES.get(model["model_id"], [])),
        }


def write_table(path, columns, rows):
    with open(path, "w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: build_tables.py PRICES_CSV MODEL_NAMES_JSON OUTPUT_FOLDER")
    folder = pathlib.Path(sys.argv[3])
    prices = sorted(price_rows(sys.argv[1]), key=lambda row: [row[name] for name in PRICE_COLUMNS])
    refuse_ambiguous(prices)
    write_table(folder / "prices.csv", PRICE_COLUMNS, prices)
    models = sorted(model_rows(sys.argv[2]), key=lambda row: row["model_id"])
    write_table(folder / "models.csv", MODEL_COLUMNS, models)


if __name__ == "__main__":
    main()
