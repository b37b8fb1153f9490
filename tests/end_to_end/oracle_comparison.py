"""A report of the engine against the expected one of the generator, figure by figure."""

from program import check, check_equal


def rows_by_keys(rows, names):
    return {tuple(row["keys"][name] for name in names): row["metrics"] for row in rows}


def compare(report, oracle, by):
    names = by.split(",")
    got = rows_by_keys(report["rows"], names)
    expected = rows_by_keys(oracle["by"][by], names)
    check_equal(sorted(map(str, got)), sorted(map(str, expected)), f"groups of --by {by}")
    figures = 0
    for keys, metrics in expected.items():
        for metric, value in metrics.items():
            check(metric in got[keys], f"--by {by} {keys}: no metric {metric} in the report")
            check_equal(got[keys][metric], value, f"--by {by} {keys} {metric}")
            figures += 1
    for metric, value in oracle["totals"].items():
        check_equal(report["totals"]["metrics"][metric], value, f"--by {by} totals {metric}")
        figures += 1
    return figures
