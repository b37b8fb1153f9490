"""Reading from a real S3 server that checks signatures: what comes out is what the same objects give
on disk, and everything else a user meets on the way (wrong keys, no bucket, fetch, roles, TLS).
"""

import configparser
import json
import signal
import time

import s3_archive
from program import check, check_equal, main
from s3_program import S3Program
from s3_servers import REGION, RadosGateway, client_of, objects_below, upload

ROLE = "log-reader"


def same_on_disk_and_in_bucket(program, bed):
    """Every way to name and cut the input: the bytes of the report are equal."""
    disk, bucket = bed["disk"], "s3://archive/logs"
    cases = [
        (["{}"], ["--by", "day,model", "--format", "json"]),
        (["{}/"], ["--by", "user,tag:team", "--format", "csv"]),
        (["{}"], ["--month", "2026-03", "--by", "model", "--format", "json"]),
        (["{}"], ["--day", "2026-03-20", "--by", "hour,model", "--format", "json"]),
        (["{}"], ["--since", "2026-03-05T06:00:00-05:00", "--until",
                  "2026-03-05T18:00:00-05:00", "--tz", "America/New_York", "--by", "hour",
                  "--format", "csv"]),
        (["{}/**/*.json.gz"], ["--by", "model", "--format", "json"]),
        (["{}/odd names/*"], ["--by", "hour", "--format", "json"]),
        (["{}/" + s3_archive.FULL_HOUR], ["--by", "hour", "--format", "json"]),
        (["{}/odd names", "{}/" + s3_archive.FULL_HOUR], ["--format", "json"]),
        (["{}/odd names/plus+plus.json.gz"], ["--format", "json"]),
    ]
    for places, arguments in cases:
        there = program.run("report", *(place.format(bucket) for place in places), *arguments)
        here = program.run("report", *(place.format(disk) for place in places), *arguments)
        check(there.stdout == here.stdout,
              f"{places} {arguments}: disk and bucket give different bytes")
    place = "s3://archive/logs/" + s3_archive.FULL_HOUR
    only = program.run("report", place, "--format", "json").json["coverage"]["objects"]
    check(only["read"] >= s3_archive.FULL_HOUR_OBJECTS, f"an hour of several pages: {only}")
    # Two buckets and a folder in one run.
    there = program.run("report", "s3://archive/logs", "s3://second", bed["loose"], "--by", "day",
                        "--format", "json")
    here = program.run("report", disk, bed["second"], bed["loose"], "--by", "day", "--format", "json")
    check_equal(there.json["rows"], here.json["rows"], "rows of two buckets and a folder")
    check_equal(there.json["coverage"]["records"], here.json["coverage"]["records"], "account")
    # An empty segment cannot be a folder's name on disk.
    odd = program.run("report", "s3://empty-segments", "--format", "json").json
    check_equal(odd["coverage"]["records"]["counted"], 3, "records below an empty segment")


def only_the_hours_asked_for(program, bed):
    everything = program.run("report", "s3://archive/logs", "--dry-run", "--format", "json").json
    one_day = program.run("report", "s3://archive/logs", "--day", "2026-03-05", "--dry-run",
                          "--format", "json").json
    listed = program.run("report", bed["disk"], "--format", "json").json["coverage"]["objects"]
    check_equal(everything["total"]["objects"] + sum(everything["skipped"].values()),
                listed["listed"], f"objects of --dry-run: {everything}")
    check_equal(everything["total"]["bytes"],
                sum(path.stat().st_size for path in bed["disk"].rglob("*")
                    if path.is_file() and "/data/" not in str(path)
                    and "permission-check" not in path.name), "bytes of --dry-run")
    check(one_day["total"]["objects"] * 8 < everything["total"]["objects"],
          f"--day reads {one_day['total']['objects']} of {everything['total']['objects']} objects")
    check(0 < one_day["list_requests"], "no requests are told")
    # A range without objects in a source that has others is an empty report.
    empty = program.run("report", "s3://archive/logs/AWSLogs", "--month", "2025-01", "--format",
                        "json").json
    check_equal(empty["coverage"]["records"]["counted"], 0, "records of an empty range")
    program.run("report", "s3://archive/nothing-here/", exit_code=66)
    missing = program.run("report", "s3://no-such-bucket-here/", exit_code=66)
    check("no-such-bucket-here" in missing.complaint, f"bucket not named: {missing.complaint}")


def inventory(program, bed):
    rows = program.run("ls", "s3://archive/logs", "--format", "json").json["rows"]
    here = program.run("ls", bed["disk"], "--format", "json").json["rows"]
    check_equal(rows, here, "inventory of bucket and disk")
    check(len(rows) >= 3, f"only {len(rows)} rows in the inventory")
    one = program.run("ls", "s3://archive/logs", "--day", "2026-03-20", "--objects", "--format",
                      "json").stdout
    check(one.count(b"20260320T0700") >= s3_archive.FULL_HOUR_OBJECTS, "objects of the full hour")


def refusals(program, server):
    """Wrong and missing credentials: one clear line, and never the secret itself."""
    wrong = "wrong-Secret+0123456789/abcdefghijklmnop"
    program.secrets.add(wrong)
    for command in (["report", "s3://archive/logs"], ["ls", "s3://archive/logs"],
                    ["report", "s3://archive/logs", "-v", "-v"]):
        done = program.run(*command, exit_code=78, AWS_SECRET_ACCESS_KEY=wrong)
        check("secret" in done.complaint.lower() or "signature" in done.complaint.lower(),
              f"does not say what is wrong: {done.complaint}")
        check_equal(done.stdout, b"", "standard output of a refusal")
    unknown = program.run("report", "s3://archive/logs", exit_code=78,
                          AWS_ACCESS_KEY_ID="AKIANOBODYKNOWSTHIS1")
    check("s3://archive" in unknown.complaint, f"source not named: {unknown.complaint}")
    absent = program.run("report", "s3://archive/logs", exit_code=78, AWS_ACCESS_KEY_ID=None,
                         AWS_SECRET_ACCESS_KEY=None)
    check("environment" in absent.complaint, f"sources tried are not named: {absent.complaint}")
    program.run("report", "s3://archive/logs", "--no-sign-request", exit_code=77,
                AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
    program.run("report", "s3://archive/logs", "--profile", "not-there", exit_code=78)
    client = client_of(server)
    client.create_bucket(Bucket="public", ACL="public-read")
    client.put_object(Bucket="public", Key="a.json.gz", ACL="public-read",
                      Body=s3_archive.packed(s3_archive.record(1, 1, 1)))
    program.run("report", "s3://public/", "--no-sign-request", AWS_ACCESS_KEY_ID=None,
                AWS_SECRET_ACCESS_KEY=None)
    # The loudest runs there are; run() searches all output for secrets. The test server has no
    # GetCallerIdentity, which doctor reports like any other refusal.
    program.run("report", "s3://archive/logs/odd names/", "-v", "-v")
    doctor = program.run("doctor", "--aws", exit_code=78, AWS_ENDPOINT_URL_STS=server.sts_url)
    check(b"environment variables" in doctor.stdout, "doctor does not tell the credentials' source")
    # A host that is not there is said so after the retries.
    program.run("ls", "s3://archive/logs", exit_code=69, AWS_ENDPOINT_URL_S3="http://nowhere.invalid")


def one_object_is_denied(program, server):
    client = client_of(server)
    client.create_bucket(Bucket="denied")
    for number in range(20):
        client.put_object(Bucket="denied", Key=f"o{number:02d}.json.gz",
                          Body=s3_archive.packed(s3_archive.record(number, 2, 3)))
    client.put_bucket_policy(Bucket="denied", Policy=json.dumps({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::denied/o07.json.gz"}]}, separators=(",", ":")))
    done = program.run("report", "s3://denied", "--format", "json", exit_code=3)
    check_equal(done.json["coverage"]["records"]["counted"], 19, "records of the readable objects")
    check("o07.json.gz" in done.stdout.decode() + done.complaint, "the denied object is not named")
    program.run("report", "s3://denied", "--allow-partial", "--format", "json")


def mirror(program, bed, scratch):
    """fetch: interrupted, resumed, complete, and then nothing left to do."""
    target = scratch / "mirror"

    def interrupt_midway(process):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            if sum(1 for path in target.rglob("*.json.gz")) >= 100:
                process.send_signal(signal.SIGINT)
                return
            time.sleep(0.005)

    source = "s3://archive/logs/AWSLogs"
    planned = program.run("fetch", source, target, "--dry-run", "--format", "json").json["total"]
    program.run("fetch", source, target, "--connections", "2", exit_code=130,
                after=interrupt_midway)
    logs = bed["disk"] / "AWSLogs"
    some = {name: path for name, path in objects_below(target, "").items() if (logs / name).exists()}
    check(100 <= len(some) < planned["objects"], f"{len(some)} objects after the interruption")
    check_equal([name for name, path in some.items()
                 if path.read_bytes() != (logs / name).read_bytes()], [], "unfinished files")
    left = program.run("fetch", source, target, "--dry-run", "--format", "json").json["total"]
    check_equal(left["objects"], planned["objects"] - len(some), "objects left to fetch")
    program.run("fetch", source, target)
    fetched = objects_below(target, "")
    check_equal(len(fetched), planned["objects"], "objects of the mirror")
    for name, path in fetched.items():
        check(path.read_bytes() == (logs / name).read_bytes(), f"{name} differs in the mirror")
    before = {name: path.stat().st_mtime_ns for name, path in fetched.items()}
    again = program.run("fetch", source, target)
    check("fetched 0 objects" in again.complaint, f"fetched again: {again.complaint}")
    check_equal({name: path.stat().st_mtime_ns for name, path in objects_below(target, "").items()},
                before, "times after a second fetch")
    # Bodies stored apart are not mirrored, so the account of skipped objects is shorter.
    by = ["--by", "day,model", "--format", "json"]
    there = program.run("report", source, *by).json
    here = program.run("report", target, *by).json
    check_equal((here["rows"], here["totals"]), (there["rows"], there["totals"]), "mirror's report")
    whole_hour = scratch / "hour"
    place = "s3://archive/logs/" + s3_archive.FULL_HOUR
    program.run("fetch", place, whole_hour)
    check(program.run("report", place, *by).stdout == program.run("report", whole_hour, *by).stdout,
          "a mirror without sidecars gives other bytes")
    odd = scratch / "odd"
    program.run("fetch", "s3://archive/logs/odd names", odd)
    check_equal(sorted(objects_below(odd, "")), sorted(s3_archive.ODD_NAMES), "odd names on disk")
    # A key that is no file name is named; the others come.
    program.run("fetch", "s3://empty-segments", scratch / "segments", exit_code=3)


def role_of(server):
    def compact(document):
        return json.dumps(document, separators=(",", ":"))
    iam = client_of(server, "iam", server.sts_url)
    arn = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=compact({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam:::user/test"]},
            "Action": ["sts:AssumeRole"]}]}))["Role"]["Arn"]
    iam.put_role_policy(RoleName=ROLE, PolicyName="read", PolicyDocument=compact({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": ["s3:*"], "Resource": "arn:aws:s3:::*"}]}))
    return arn


def assumed_role(program, server, bed, scratch):
    """A profile whose role is assumed with the keys of another profile, through the real STS."""
    config = configparser.ConfigParser()
    config["profile base"] = {"aws_access_key_id": server.access_key,
                              "aws_secret_access_key": server.secret_key}
    config["profile reader"] = {"role_arn": role_of(server), "source_profile": "base",
                                "region": REGION, "role_session_name": "reports"}
    config["profile stranger"] = {"role_arn": "arn:aws:iam:::role/not-there",
                                  "source_profile": "base", "region": REGION}
    path = scratch / "config"
    with path.open("w") as file:
        config.write(file)
    path.chmod(0o600)
    only_profile = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_REGION": None,
                    "AWS_CONFIG_FILE": path, "AWS_ENDPOINT_URL_S3": server.sts_url,
                    "AWS_ENDPOINT_URL_STS": server.sts_url}
    by = ["--by", "hour", "--format", "json"]
    there = program.run("report", "s3://archive/logs/odd names", *by, "--profile", "reader", "-v",
                        "-v", **only_profile)
    here = program.run("report", bed["disk"] / "odd names", *by)
    check(there.stdout == here.stdout, "the report through a role differs")
    program.run("report", "s3://archive/logs/odd names", *by, AWS_PROFILE="reader", **only_profile)
    stranger = program.run("report", "s3://archive/logs", "--profile", "stranger",
                           exit_code=(77, 78), **only_profile)
    check("stranger" in stranger.complaint or "not-there" in stranger.complaint,
          f"neither profile nor role is named: {stranger.complaint}")
    doctor = program.run("doctor", "--aws", "--profile", "reader", exit_code=78, **only_profile)
    check(b"reader" in doctor.stdout, "doctor does not tell the profile")


def secure_links(program, server, bed):
    """HTTPS with an own certificate, and the bucket as part of the host name."""
    by = ["--by", "hour", "--format", "json"]
    here = program.run("report", bed["disk"] / "odd names", *by).stdout
    address = f"https://127.0.0.1:{server.tls_port}"
    trusted = program.run("report", "s3://archive/logs/odd names", *by, "--ca-bundle",
                          server.certificate, AWS_ENDPOINT_URL_S3=address)
    check(trusted.stdout == here, "the report over TLS differs")
    program.run("report", "s3://archive/logs/odd names", *by, AWS_ENDPOINT_URL_S3=address,
                AWS_CA_BUNDLE=server.certificate)
    program.run("report", "s3://archive/logs", exit_code=69, AWS_ENDPOINT_URL_S3=address)
    config = program.home / "virtual"
    config.write_text("[default]\ns3 =\n  addressing_style = virtual\n")
    virtual = program.run("report", "s3://archive/logs/odd names", *by, "--ca-bundle",
                          server.certificate, AWS_CONFIG_FILE=config,
                          AWS_ENDPOINT_URL_S3=f"https://{server.dns_name}:{server.tls_port}")
    check(virtual.stdout == here, "the report by virtual host differs")


def make_bed(arguments, server, scratch):
    bed = {name: scratch / name for name in ("disk", "second", "loose")}
    prices = arguments.source_root / "data" / "prices.csv"
    s3_archive.generate(arguments.generator, bed["disk"], 18_000, 1_500, 11, prices)
    s3_archive.generate(arguments.generator, bed["second"], 400, 40, 12, prices)
    s3_archive.add_odd_names(bed["disk"], 10_000)
    s3_archive.add_full_hour(bed["disk"], 20_000)
    bed["loose"].mkdir()
    (bed["loose"] / "calls.jsonl").write_bytes(s3_archive.record(1, 3, 3))
    upload(server, "archive", objects_below(bed["disk"], "logs/"))
    upload(server, "second", objects_below(bed["second"], ""))
    upload(server, "empty-segments", {
        key: s3_archive.packed(s3_archive.record(number, 4, 4))
        for number, key in enumerate(["a//b.json.gz", "/c.json.gz", "d/e.json.gz"])})
    return bed


def test(program, arguments, scratch):
    home = scratch / "home"
    home.mkdir()
    with RadosGateway(scratch / "server", sts=True) as server:
        bed = make_bed(arguments, server, scratch)
        program = S3Program(program, server, home)
        same_on_disk_and_in_bucket(program, bed)
        only_the_hours_asked_for(program, bed)
        inventory(program, bed)
        refusals(program, server)
        one_object_is_denied(program, server)
        mirror(program, bed, scratch)
        assumed_role(program, server, bed, scratch)
        secure_links(program, server, bed)


main(test)
