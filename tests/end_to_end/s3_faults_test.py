"""A server behind a bad link: three in ten requests go wrong in every way there is, and the report is
still the one over the same objects on disk, nothing lost and nothing counted twice.
"""

import collections

import s3_archive
from program import check, check_equal, main
from s3_program import S3Program
from s3_servers import FaultProxy, RadosGateway, objects_below, upload

KINDS = ("throttle", "error", "reset", "stall", "cut", "corrupt", "trickle")
SEEDS = (1, 2, 3)
STALL_MS = 1_500
BY = ("--by", "day,model,user", "--format", "json")
SOURCE = "s3://archive/logs"
# A stalled answer is given up a little before the proxy gives up.
PATIENCE = ("--stall-timeout", "1")


def large_object(folder):
    """One object of several MB: a cut download must go on in the middle."""
    lines = b"".join(s3_archive.record(50_000 + number, 11, 11) for number in range(40_000))
    (folder / "large.json").write_bytes(lines)


def link(arguments, server, scratch, name, *flags):
    return FaultProxy(arguments.fault_proxy, server, scratch / f"{name}.log", "--stall-ms", STALL_MS,
                      *flags)


def every_fault_at_once(program, arguments, server, scratch, expected):
    for seed in SEEDS:
        with link(arguments, server, scratch, f"seed-{seed}", "--seed", seed, "--fault-percent",
                  30) as proxy:
            done = program.run("report", SOURCE, *BY, *PATIENCE, AWS_ENDPOINT_URL_S3=proxy.url)
            check(done.stdout == expected, f"seed {seed}: the faults change the report")
            seen = collections.Counter(fault for fault, _, _, _ in proxy.requests())
        total = sum(seen.values())
        check(all(seen[kind] for kind in KINDS), f"seed {seed}: not every kind came up: {seen}")
        check(sum(seen[kind] for kind in KINDS) * 100 >= total * 25,
              f"seed {seed}: too few faults: {seen}")
        print(f"seed {seed}: {total} requests, {total - seen['none']} with faults, "
              f"{done.seconds:.1f} s, {done.peak_bytes >> 20} MB")


def one_kind_at_a_time(program, arguments, server, scratch):
    """Whatever the other faults hide: each kind alone, on a part of the archive."""
    place = "s3://archive/logs/odd names"
    expected = program.run("report", place, *BY).stdout
    for kind in KINDS:
        with link(arguments, server, scratch, kind, "--seed", 5, "--fault-percent", 50, "--kinds",
                  kind) as proxy:
            done = program.run("report", place, *BY, *PATIENCE, AWS_ENDPOINT_URL_S3=proxy.url)
            check(done.stdout == expected, f"{kind} changes the report")
            check(any(fault == kind for fault, _, _, _ in proxy.requests()), f"no {kind} came up")


def one_object_never_comes(program, arguments, server, bed, scratch):
    """Exit 3, the object named, and every other record counted."""
    clean = program.run("report", bed / "odd names", "--format", "json").json
    for kind in ("error", "cut", "corrupt"):
        with link(arguments, server, scratch, f"never-{kind}", "--always", f"hash%231={kind}") as proxy:
            done = program.run("report", "s3://archive/logs/odd names", "--format", "json", *PATIENCE,
                               "--max-attempts", "4", exit_code=3, AWS_ENDPOINT_URL_S3=proxy.url)
            tries = sum(1 for request in proxy.requests() if "hash%231" in request[3])
        coverage = done.json["coverage"]
        check_equal(tries, 4, f"{kind}: attempts at the failing object")
        check_equal(coverage["complete"], False, f"{kind}: complete")
        check_equal(coverage["objects"]["unreadable"] + len(coverage["damages"]), 1,
                    f"{kind}: objects that failed")
        check("hash#1.json.gz" in done.stdout.decode(), f"{kind}: the object is not named")
        check_equal(coverage["records"]["counted"], clean["coverage"]["records"]["counted"] - 1,
                    f"{kind}: records of the other objects")


def listing_that_fails(program, arguments, server, scratch):
    """Without a listing there is nothing to report on: the run stops and says so."""
    with link(arguments, server, scratch, "no-list", "--always", "list-type=error") as proxy:
        done = program.run("report", SOURCE, "--max-attempts", "3", exit_code=75,
                           AWS_ENDPOINT_URL_S3=proxy.url)
        check("s3://archive" in done.complaint, f"bucket not named: {done.complaint}")


def fetch_over_a_bad_link(program, arguments, server, bed, scratch):
    target = scratch / "mirror"
    with link(arguments, server, scratch, "fetch", "--seed", 9, "--fault-percent", 30) as proxy:
        program.run("fetch", "s3://archive/logs/odd names", target, *PATIENCE,
                    AWS_ENDPOINT_URL_S3=proxy.url)
    copies = objects_below(target, "")
    check_equal(len(copies), len(s3_archive.ODD_NAMES), "objects of the mirror")
    for name, path in copies.items():
        check(path.read_bytes() == (bed / "odd names" / name).read_bytes(), f"{name} differs")


def test(program, arguments, scratch):
    home, bed = scratch / "home", scratch / "disk"
    home.mkdir()
    prices = arguments.source_root / "data" / "prices.csv"
    s3_archive.generate(arguments.generator, bed, 12_000, 600, 21, prices)
    s3_archive.add_odd_names(bed, 10_000)
    large_object(bed)
    with RadosGateway(scratch / "server") as server:
        upload(server, "archive", objects_below(bed, "logs/"))
        program = S3Program(program, server, home)
        expected = program.run("report", bed, *BY).stdout
        check(program.run("report", SOURCE, *BY).stdout == expected, "differs without any fault")
        every_fault_at_once(program, arguments, server, scratch, expected)
        one_kind_at_a_time(program, arguments, server, scratch)
        one_object_never_comes(program, arguments, server, bed, scratch)
        listing_that_fails(program, arguments, server, scratch)
        fetch_over_a_bad_link(program, arguments, server, bed, scratch)


main(test)
