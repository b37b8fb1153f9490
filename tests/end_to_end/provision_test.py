"""The stack's life by the program itself, against an AWS of our own: plan, apply, plan, verify,
destroy; killed at any moment; in bad weather; and what the README shows."""

import json
import os
import re
import signal
import subprocess
import time

from program import check, check_equal, main

ACCOUNT = "123456789012"
BUCKET = f"bedrock-logs-{ACCOUNT}"
STACK = ["--region", "eu-west-1", "--alert-email", "ops@example.com"]
SECRET = "fake/secret+for/tests/on/loopback/only00"


class FakeAws:
    """The server, from its start to its end; what there is lies in `state` between two."""

    def __init__(self, binary, state, *flags):
        self.binary, self.state, self.flags = binary, state, flags

    def __enter__(self):
        port_file = self.state.with_suffix(".port")
        port_file.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [self.binary, "--port-file", port_file, "--state", self.state, *self.flags],
            stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while not (port_file.exists() and port_file.read_text().strip()):
            check(time.monotonic() < deadline and self.process.poll() is None,
                  "the fake AWS does not start")
            time.sleep(0.01)
        port = re.search(r"\d+", port_file.read_text()).group()
        return {**os.environ, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
                "AWS_ACCESS_KEY_ID": "AKIDFAKEAWS000000001", "AWS_SECRET_ACCESS_KEY": SECRET,
                "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
                "AWS_EC2_METADATA_DISABLED": "true", "LC_ALL": "C.UTF-8"}

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        check_equal(self.process.wait(30), 0, "exit code of the fake AWS")

    def snapshot(self):
        """Without what Bedrock writes at every check of its rights."""
        found = json.loads(self.state.read_text())
        for bucket in found["services"]["s3"]["Buckets"].values():
            bucket["Objects"] = [one for one in bucket["Objects"]
                                 if not one["Key"].endswith("permission-check")]
        return found


def test_life(program, fake, scratch):
    state = scratch / "life.json"
    with FakeAws(fake, state):
        pass
    before = json.loads(state.read_text())
    server = FakeAws(fake, state)
    plan_file = scratch / "plan.json"
    with server as env:
        plan = program.run("provision", "plan", *STACK, exit_code=2, env=env)
        outputs = [plan.stdout]
        program.run("provision", "plan", *STACK, "--out", plan_file, exit_code=2, env=env)
        outputs.append(program.run("provision", "apply", *STACK, "--yes", env=env).stdout)
        # What was planned is done by now: the world has moved.
        program.run("provision", "apply", plan_file, exit_code=65, env=env)
        program.run("provision", "plan", *STACK, env=env)
        program.run("provision", "apply", *STACK, "--yes", env=env)
        checks = json.loads(program.run("provision", "verify", *STACK, "--json",
                                        "--archive-age", "0", env=env).stdout)
        results = {one["result"] for one in checks["checks"]}
        check(results <= {"pass", "warn"}, f"verify found {results}")
        outputs.append(program.run("provision", "outputs", *STACK, env=env).stdout)
        check(b"arn:aws:iam::123456789012:role/BedrockCloudWatchLoggingRole" in outputs[-1],
              "outputs without the role")
        program.run("provision", "destroy", *STACK, exit_code=64, env=env)  # No terminal, no --yes.
        program.run("provision", "destroy", *STACK, "--yes", "--delete-data", exit_code=64, env=env)
        program.run("provision", "destroy", *STACK, "--yes", "--delete-data", "--confirm-delete",
                    BUCKET, env=env)
        program.run("provision", "plan", *STACK, "-v", exit_code=2, env=env)
        for text in outputs:
            check(SECRET.encode() not in text, "a secret was printed")
    check_equal(server.snapshot(), before, "the account after destroy")
    return plan.stdout.decode()


def test_profiles(program, fake, scratch):
    """All three profiles, then core alone, then all again, then nothing."""
    state = scratch / "profiles.json"
    with FakeAws(fake, state):
        pass
    before = json.loads(state.read_text())
    server = FakeAws(fake, state)
    everything = [*STACK, "--stack-profile", "core,observability,secure",
                  "--vpc-id", "vpc-0a1b2c3d", "--subnet-ids", "subnet-0a1b2c3d,subnet-0b2c3d4e",
                  "--management-cidrs", "10.20.0.0/16", "--critical-email", "oncall@example.com"]
    with server as env:
        plan = program.run("provision", "plan", *everything, exit_code=2, env=env).stdout.decode()
        for words in ("+ key/bedrocklog-bedrocklog", "+ trail/bedrock-monitoring-trail",
                      "+ dashboard/Bedrock-Security-Monitoring-prod",
                      "+ composite-alarm/bedrock-comprehensive-health",
                      "+ vpc-endpoint/bedrock-runtime", "unsupported"):
            check(words in plan, f"the plan says nothing of {words}:\n{plan}")
        program.run("provision", "apply", *everything, "--yes", "--no-verify", env=env)
        program.run("provision", "plan", *everything, env=env)
        checks = json.loads(program.run("provision", "verify", *everything, "--json",
                                        "--archive-age", "0", env=env).stdout)
        failed = [one for one in checks["checks"] if one["result"] not in ("pass", "warn")]
        check(not failed, f"verify found {failed}")
        # Secure keeps logs 90 days, core 30: going back deletes some, and says so.
        program.run("provision", "plan", *STACK, exit_code=4, env=env)
        core = [*STACK, "--allow-shorten"]
        program.run("provision", "apply", *core, "--yes", "--no-verify", env=env)
        program.run("provision", "plan", *core, env=env)
        program.run("provision", "apply", *everything, "--yes", "--no-verify", env=env)
        program.run("provision", "plan", *everything, env=env)
    buckets = json.loads(state.read_text())["services"]["s3"]["Buckets"]
    confirmations = [word for name in buckets for word in ("--confirm-delete", name)]
    with server as env:
        program.run("provision", "destroy", *everything, "--yes", "--delete-data", *confirmations,
                    env=env)
    check_equal(json.loads(state.read_text()), before, "the account after all")


def test_saved_plan(program, fake, scratch):
    plan_file = scratch / "saved.json"
    with FakeAws(fake, scratch / "saved-state.json") as env:
        program.run("provision", "plan", *STACK, "--out", plan_file, exit_code=2, env=env)
        program.run("provision", "apply", plan_file, env=env)
        program.run("provision", "plan", *STACK, env=env)


def test_killed(program, fake, scratch):
    whole = FakeAws(fake, scratch / "whole.json")
    with whole as env:
        start = time.monotonic()
        program.run("provision", "apply", *STACK, "--yes", "--no-verify", env=env)
        seconds = time.monotonic() - start
    rounds = 12
    for moment in range(rounds):
        server = FakeAws(fake, scratch / f"killed-{moment}.json")
        with server as env:
            process = subprocess.Popen(
                [program.path, "provision", "apply", *STACK, "--yes", "--no-verify"],
                env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(seconds * moment / rounds)
            process.kill()
            process.wait()
            program.run("provision", "apply", *STACK, "--yes", "--no-verify", env=env)
            program.run("provision", "plan", *STACK, env=env)
        check_equal(server.snapshot(), whole.snapshot(), f"the account, killed at {moment}")


def test_bad_weather(program, fake, scratch):
    for seed in range(1, 4):
        with FakeAws(fake, scratch / f"weather-{seed}.json", "--trouble",
                     f"seed={seed},throttled=50,failing=50,lost=40,cut=20,iam-lag=6") as env:
            for _ in range(4):
                done = subprocess.run(
                    [program.path, "provision", "apply", *STACK, "--yes", "--no-verify"],
                    env=env, capture_output=True, check=False)
                if done.returncode == 0:
                    break
            check_equal(done.returncode, 0, f"apply in bad weather, seed {seed}, "
                        f"{done.stderr.decode()[:500]}")
            program.run("provision", "plan", *STACK, env=env)


def test_readme(plan, source_root):
    """The plan in the README is what the program prints."""
    text = (source_root / "README.md").read_text()
    block = re.search(r"bedrocklog provision plan --region eu-west-1 --alert-email "
                      r"ops@example.com\n\n(.*?)\n\nThen:", text, flags=re.S)
    check(block, "no plan in the README")
    shown = [line[4:] if line.startswith("    ") else line for line in
             block.group(1).splitlines()]
    check_equal(plan.strip().splitlines(), shown, "README: provision plan")


def test(program, arguments, scratch):
    fake = arguments.fake_aws
    plan = test_life(program, fake, scratch)
    test_readme(plan, arguments.source_root)
    test_profiles(program, fake, scratch)
    test_saved_plan(program, fake, scratch)
    test_killed(program, fake, scratch)
    test_bad_weather(program, fake, scratch)


main(test)
