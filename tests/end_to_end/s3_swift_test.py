"""A second real S3 server, which checks signatures in code of its own, insists on the region, and
encodes the keys of listings differently.
"""

import s3_archive
from program import check, check_equal, main
from s3_program import S3Program
from s3_servers import Swift, objects_below, upload

BY = ("--by", "day,model", "--format", "json")
FLAT_OBJECTS = 1_050  # More than one page.


def test(program, arguments, scratch):
    home, disk, flat = scratch / "home", scratch / "disk", scratch / "flat"
    home.mkdir()
    s3_archive.generate(arguments.generator, disk, 3_000, 150, 31,
                        arguments.source_root / "data" / "prices.csv")
    s3_archive.add_odd_names(disk, 10_000)
    (disk / "flat").mkdir()
    for number in range(FLAT_OBJECTS):
        (disk / "flat" / f"{number:05d}+{number % 3}.json").write_bytes(
            s3_archive.record(20_000 + number, 8, number % 24))
    with Swift(scratch / "server") as server:
        upload(server, "archive", objects_below(disk, "logs/"))
        program = S3Program(program, server, home)
        for place in ("", "/odd names", "/flat", "/AWSLogs", "/**/*.json.gz"):
            for more in ((), ("--month", "2026-03"), ("--day", "2026-03-08")):
                there = program.run("report", "s3://archive/logs" + place, *BY, *more)
                here = program.run("report", f"{disk}{place}", *BY, *more)
                check(there.stdout == here.stdout, f"{place} {more}: different bytes")
        flat = program.run("report", "s3://archive/logs/flat", *BY).json
        check_equal(flat["coverage"]["objects"]["read"], FLAT_OBJECTS, "objects of several pages")
        # Its answer to a wrong region names the right one; the client goes on with that.
        expected = program.run("report", disk / "odd names", *BY).stdout
        for region in ("eu-west-3", None):
            there = program.run("report", "s3://archive/logs/odd names", *BY, AWS_REGION=region)
            check(there.stdout == expected, f"region {region}: different bytes")
        wrong = "wrong-Secret-abcdefghijklmnop"
        program.secrets.add(wrong)
        program.run("report", "s3://archive/logs", "-v", "-v", exit_code=78,
                    AWS_SECRET_ACCESS_KEY=wrong)
        program.run("report", "s3://no-such-bucket-here", exit_code=66)
        target = scratch / "mirror"
        program.run("fetch", "s3://archive/logs/odd names", target)
        for name, path in objects_below(target, "").items():
            check(path.read_bytes() == (disk / "odd names" / name).read_bytes(), f"{name} differs")
        check_equal(len(objects_below(target, "")), len(s3_archive.ODD_NAMES), "objects fetched")


main(test)
