"""`-o x.xlsx`: what a spreadsheet program would read from it, against the CSV of the same scan.

The file is taken apart with the standard library: parts, cells, formats. Figures are compared as
exact decimals where a second column keeps them, else as the number nearest to them.
"""

import csv
import decimal
import io
import json
import os
import re
import stat
import xml.etree.ElementTree as ElementTree
import zipfile

from program import check, check_equal, main

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
EXACT = " (exact)"


def column_number(reference):
    number = 0
    for letter in re.match("[A-Z]+", reference).group():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def cells_of(sheet):
    """Rows of cells: text as str, numbers as Decimal, nothing as None."""
    rows = []
    for row in sheet.findall("m:sheetData/m:row", NS):
        cells = []
        for cell in row.findall("m:c", NS):
            at = column_number(cell.get("r"))
            cells += [None] * (at + 1 - len(cells))
            check(cell.find("m:f", NS) is None, f"a formula in {cell.get('r')}")
            if cell.get("t") == "inlineStr":
                cells[at] = "".join(part.text or "" for part in cell.iter(f"{{{NS['m']}}}t"))
            elif cell.get("t") is None and cell.find("m:v", NS) is not None:
                cells[at] = decimal.Decimal(cell.find("m:v", NS).text)
            else:
                check(cell.find("m:v", NS) is None, f"unknown cell {cell.get('r')}")
        rows.append(cells)
    return rows


def read_workbook(path):
    with zipfile.ZipFile(path) as archive:
        check_equal(archive.testzip(), None, "zip")
        for entry in archive.infolist():
            check_equal(entry.date_time[:3], (1980, 1, 1), f"time of {entry.filename}")
        names = archive.namelist()
        check(not any("rels/sheet" in name for name in names), f"links in {names}")
        workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        sheets = [sheet.get("name") for sheet in workbook.findall("m:sheets/m:sheet", NS)]
        parts = [ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{at + 1}.xml"))
                 for at in range(len(sheets))]
        core = archive.read("docProps/core.xml").decode()
    return dict(zip(sheets, parts)), core


def check_table(rows, table, what):
    """Rows of the sheet against rows of the CSV; the last of the sheet is the total."""
    header = rows[0]
    plain = [name for name in header if not name.endswith(EXACT)]
    check_equal(plain, table[0], f"{what}: columns")
    check_equal(len(rows), len(table), f"{what}: rows")
    exact = 0
    for sheet_row, csv_row in zip(rows[1:], table[1:]):
        sheet_row = sheet_row + [None] * (len(header) - len(sheet_row))
        by_name = dict(zip(header, sheet_row))
        for name, text in zip(plain, csv_row):
            value = by_name[name]
            if isinstance(value, decimal.Decimal):
                check_equal(float(value), float(text), f"{what}: {name}")
                digits = len(text.replace(".", "").replace("-", "").strip("0"))
                check(digits <= 15 or name + EXACT in by_name, f"{what}: {text} lost digits")
                if name + EXACT in by_name:
                    check_equal(by_name[name + EXACT], text, f"{what}: exact {name}")
                    exact += 1
            else:
                check_equal((value or "").lstrip("'"), text.lstrip("'"), f"{what}: {name}")
    return exact


def check_workbook(program, arguments, scratch, command):
    path = scratch / "x.xlsx"
    program.run(*command, "-o", path, "-o", scratch / "x.csv", "--total-row")
    sheets, core = read_workbook(path)
    check_equal(list(sheets), ["report", "account of input", "prices", "notes"], "sheets")
    check("1980-01-01T00:00:00Z" in core, f"creation time: {core}")
    table = list(csv.reader(io.StringIO((scratch / "x.csv").read_text())))
    report = sheets["report"]
    pane = report.find("m:sheetViews/m:sheetView/m:pane", NS)
    check_equal((pane.get("state"), pane.get("ySplit")), ("frozen", "1"), "frozen header")
    last = re.search(r":[A-Z]+([0-9]+)$", report.find("m:autoFilter", NS).get("ref")).group(1)
    check_equal(int(last), len(table) - 1, "the filter leaves the total out")
    account = "\n".join(row[0] or "" for row in cells_of(sheets["account of input"]) if row)
    check("records" in account and "prices" in account, f"account: {account[:300]}")
    first = path.read_bytes()
    program.run(*command, "-o", path)
    check_equal(path.read_bytes(), first, "bytes of a second run")
    return check_table(cells_of(report), table, " ".join(map(str, command[:4])))


def hostile_logs(scratch):
    """A log whose tags a spreadsheet would run, open or fail on."""
    texts = ["=HYPERLINK(\"http://x\",\"y\")", "+1", "-2+3", "@SUM(A1)", "http://example.com/",
             "\u202e\x1b[31mred", "_x0041_", "<b>&amp;", "mailto:a@b", "{=1}", "x" * 300]
    folder = scratch / "hostile"
    folder.mkdir()
    lines = [json.dumps({
        "schemaType": "ModelInvocationLog", "timestamp": "2026-03-04T10:00:00Z",
        "accountId": "012345678901", "region": "us-east-1", "requestId": f"r{at}",
        "operation": "Converse", "modelId": "amazon.nova-micro-v1:0",
        "input": {"inputTokenCount": 10**9 + at}, "output": {"outputTokenCount": 7},
        "requestMetadata": {"team": text}}) for at, text in enumerate(texts)]
    (folder / "a.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def test(program, arguments, scratch):
    logs = arguments.source_root / "data" / "sample-logs"
    exact = 0
    (scratch / "discounts.csv").write_text("model,percent\n*,12.34\n")  # Net cost of many digits.
    discounts = ["--discounts", scratch / "discounts.csv"]
    for command in (["report", logs, "--by", "model,day"], ["report", logs, "--by", "user"],
                    ["cost", logs, "--by", "account", *discounts],
                    ["cost", logs, "--detail", "period", *discounts],
                    ["report", hostile_logs(scratch), "--by", "tag:team,account"]):
        exact += check_workbook(program, arguments, scratch, command)
    check(exact > 0, "no figure had more digits than a number keeps")

    program.run("report", logs, "-o", scratch / "t.xlsx", "--now", "2026-03-31T00:00:00Z")
    check("2026-03-31T00:00:00Z" in read_workbook(scratch / "t.xlsx")[1], "--now is not shown")
    piped = program.run("report", logs, "--format", "xlsx").stdout
    check(piped.startswith(b"PK"), "no workbook in a pipe")
    leftover = [name for name in os.listdir(scratch) if name.startswith(".")]
    check_equal(leftover, [], "temporary files")
    check(stat.S_ISREG((scratch / "t.xlsx").stat().st_mode), "no regular file")
    print(f"{exact:,} exact figures beside their numbers")


main(test)
