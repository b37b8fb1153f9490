"""`cost --split-shared` and `--split-by`: every split adds up to the whole, to the last digit."""

import csv
import decimal
import io

from program import check, check_equal, main

decimal.getcontext().prec = 60

TEAMS = """
[[team]]
tag = "team"
[[team]]
team = "by account"
account = "0123*"
"""


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def sum_of(rows, column):
    return sum(decimal.Decimal(row[column]) for row in rows if row[column])


def check_sharing(program, logs, scratch, whole, arguments):
    """The sums of a shared report; its rows."""
    rows = rows_of(program.run("cost", logs, "--teams", scratch / "teams.toml", "--by", "team",
                               "--format", "csv", *arguments).stdout)
    for column in ("list_cost", "net_cost"):
        check_equal(sum_of(rows, column), sum_of(whole, column), f"{column} of {arguments}")
    direct = [row for row in rows if row["allocation"] == "direct"]
    check_equal(sum_of(direct, "net_cost"), sum_of(whole, "net_cost"), "direct cost")
    left = [row for row in rows if row["team"] == "unallocated"]
    check_equal(sum_of(left, "net_cost"), 0, f"unallocated cost left by {arguments}")
    return rows


def test(program, arguments, scratch):
    logs = arguments.source_root / "data" / "sample-logs"
    (scratch / "teams.toml").write_text(TEAMS)
    base = ["cost", logs, "--teams", scratch / "teams.toml", "--by", "team"]
    whole = rows_of(program.run(*base, "--format", "csv").stdout)
    teams = {row["team"] for row in whole}
    check("unallocated" in teams and len(teams) > 2, f"teams are {teams}")
    (scratch / "shares.csv").write_text("team,basis_points\nsearch,3333\nelsewhere,6667\n")
    for how in (["--split-shared", "proportional"], ["--split-shared", "even"],
                ["--split-shared", "fixed", "--shares", scratch / "shares.csv"],
                ["--split-shared", "even", "--detail", "period", "--period", "total"]):
        check_sharing(program, logs, scratch, whole, how)

    folder = scratch / "statements"
    for run in range(2):  # The second replaces the first.
        program.run(*base, "--split-shared", "even", "--split-by", "team", "--output-dir", folder,
                    "-o", scratch / "all.csv")
        index = rows_of((folder / "index.csv").read_bytes())
        check_equal(sorted(path.name for path in folder.iterdir()),
                    sorted([row["file"] for row in index] + ["index.csv"]), "files")
    both = rows_of((scratch / "all.csv").read_bytes())
    for column in ("list_cost", "net_cost"):
        check_equal(sum_of(index, column), sum_of(both, column), f"{column} of the index")
    seen = []
    for entry in index:
        rows = rows_of((folder / entry["file"]).read_bytes())
        check_equal({row["team"] for row in rows}, {entry["team"]}, entry["file"])
        check_equal(sum_of(rows, "net_cost"), decimal.Decimal(entry["net_cost"] or 0), entry["file"])
        seen += rows
    check_equal(sorted(map(str, seen)), sorted(map(str, both)), "rows of all statements")

    (folder / "mine.txt").write_text("not of any run")
    program.run(*base, "--split-by", "team", "--output-dir", folder, exit_code=73)
    check((folder / "mine.txt").exists(), "a file of others is gone")
    print(f"{len(index)} statements, {len(seen)} rows")


main(test)
