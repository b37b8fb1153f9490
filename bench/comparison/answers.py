"""Whether what was measured is right: against the generator's oracle, and against a plain reading.

The oracle knows the report without duplicates. The plain reading, by Python's gzip and json, says
what stands in the files line by line, for the reports that count every line and for the peers.
"""

import collections
import concurrent.futures
import gzip
import json
import os
import re

PERCENTILES = {"p50": 50, "p90": 90, "p99": 99}
FIGURES = ("invocations", "input", "output", "errors", "n", *PERCENTILES)
SCOPES = re.compile(r"^(us|us-gov|eu|apac|jp|au|ca|global)\.(?=[a-z0-9-]+\.)")


class WrongAnswer(Exception):
    """An answer that is not exact; the text says where."""


def canonical(model):
    """The model behind a profile; opaque ids stay as they are."""
    kind, _, name = model.rpartition("/")
    if kind and not kind.endswith((":inference-profile", ":foundation-model")):
        return model
    return SCOPES.sub("", name)


def tokens_of_body(body):
    """Input and output tokens where the envelope has none."""
    if isinstance(body, list):
        metrics = body[-1].get("amazon-bedrock-invocationMetrics", {})
        return metrics.get("inputTokenCount"), metrics.get("outputTokenCount")
    usage = body.get("usage", {})
    for names in (("inputTokens", "outputTokens"), ("input_tokens", "output_tokens"),
                  ("prompt_tokens", "completion_tokens")):
        if names[0] in usage:
            return tuple(usage.get(name) for name in names)
    if "prompt_token_count" in body:
        return body["prompt_token_count"], body.get("generation_token_count")
    counts = [result.get("tokenCount", 0) for result in body.get("results", [])]
    return body.get("inputTextTokenCount"), sum(counts) if counts else None


def latency_of(body):
    if isinstance(body, list):
        last = body[-1] if body else None
        metrics = last.get("amazon-bedrock-invocationMetrics", {}) if isinstance(last, dict) else {}
        return metrics.get("invocationLatency")
    return body.get("metrics", {}).get("latencyMs") if isinstance(body, dict) else None


def read_files(paths):
    """By logged model: invocations, errors, tokens of the envelope, of all, and latencies."""
    cells = {}
    for path in paths:
        with gzip.open(path, "rb") as lines:
            for line in lines:
                record = json.loads(line)
                if "modelId" not in record:
                    continue
                add_record(cells.setdefault(record["modelId"], empty_cell()), record)
    return cells


def empty_cell():
    return {**dict.fromkeys(("invocations", "errors", "input", "output", "all_input",
                             "all_output"), 0), "latencies": collections.Counter()}


def add_record(cell, record):
    envelope = (record.get("input", {}).get("inputTokenCount"),
                record.get("output", {}).get("outputTokenCount"))
    body = record.get("output", {}).get("outputBodyJson")
    found = (None, None) if body is None or None not in envelope else tokens_of_body(body)
    cell["invocations"] += 1
    cell["errors"] += bool(record.get("errorCode"))
    for name, outer, inner in zip(("input", "output"), envelope, found):
        cell[name] += outer or 0
        cell["all_" + name] += (inner if outer is None else outer) or 0
    latency = latency_of(body)
    if latency is not None:
        cell["latencies"][latency] += 1


def merged(cells, more):
    for model, cell in more.items():
        into = cells.setdefault(model, empty_cell())
        for name, value in cell.items():
            if name == "latencies":
                into[name].update(value)
            else:
                into[name] += value
    return cells


def figures_of(cell, prefix):
    figures = {"invocations": cell["invocations"], "errors": cell["errors"],
               "input": cell[prefix + "input"], "output": cell[prefix + "output"]}
    ordered = sorted(cell["latencies"].items())
    count = figures["n"] = sum(number for _, number in ordered)
    for name, percent in PERCENTILES.items():
        rank, passed = (count * percent + 99) // 100, 0
        figures[name] = None
        for latency, number in ordered:
            passed += number
            if passed >= rank:
                figures[name] = latency
                break
    return figures


def plain_reading(log_set):
    """{"logged": figures by logged model id, "canonical": by model}; read once, then kept."""
    if log_set.reading.exists():
        return json.loads(log_set.reading.read_text())
    paths = log_set.record_files()
    portions = [paths[at::32] for at in range(32)]
    logged = {}
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for cells in pool.map(read_files, portions):
            merged(logged, cells)
    by_model = {}
    for model, cell in logged.items():
        merged(by_model, {canonical(model): cell})
    reading = {"logged": {model: figures_of(cell, "") for model, cell in logged.items()},
               "canonical": {model: figures_of(cell, "all_") for model, cell in by_model.items()}}
    partial = log_set.reading.with_suffix(".partial")
    partial.write_text(json.dumps(reading))
    partial.rename(log_set.reading)
    return reading


def expect_equal(got, expected, what):
    if got != expected:
        raise WrongAnswer(f"{what}: expected {expected!r}, got {got!r}")


def check_rows(rows, expected, what):
    """Rows are figures by model; every figure of the reading must be there and equal."""
    expect_equal(sorted(rows), sorted(expected), f"{what}: models")
    for model, figures in expected.items():
        for name, value in figures.items():
            got = rows[model].get(name)
            expect_equal(got if got is None else int(got), value, f"{what}: {model} {name}")
    return len(expected) * len(FIGURES)


def check_every_line(report, log_set):
    """A report --by model --dedup off: counts every line."""
    rows = {row["keys"]["model"]: row["metrics"] for row in report["rows"]}
    return check_rows(rows, plain_reading(log_set)["canonical"], f"{log_set.name}, dedup off")


def check_peer(rows, log_set, peer):
    """A peer groups by the id as logged, and adds up the counters of the envelope."""
    rows = {row["model"]: row for row in rows}
    return check_rows(rows, plain_reading(log_set)["logged"], f"{log_set.name}, {peer}")


def check_oracle(report, log_set, by):
    """A report without duplicates: every figure of it that the oracle has, groups and totals."""
    oracle = json.loads(log_set.oracle.read_text())
    names = by.split(",")
    pairs = [("totals", report["totals"]["metrics"], oracle["totals"])]
    rows = {tuple(row["keys"][name] for name in names): row["metrics"] for row in report["rows"]}
    expected = {tuple(row["keys"][name] for name in names): row["metrics"]
                for row in oracle["by"][by]}
    expect_equal(sorted(map(str, rows)), sorted(map(str, expected)),
                 f"{log_set.name}: groups of --by {by}")
    pairs += [(keys, rows[keys], metrics) for keys, metrics in expected.items()]
    figures = 0
    for keys, got, metrics in pairs:
        for name in metrics.keys() & got.keys():
            expect_equal(got[name], metrics[name], f"{log_set.name}, --by {by}: {keys} {name}")
            figures += 1
    missing = {"invocations", "input", "output", "errors", "p50", "p90", "p99"} - pairs[0][1].keys()
    expect_equal(missing, set(), f"{log_set.name}, --by {by}: figures that are not in the report")
    return figures
