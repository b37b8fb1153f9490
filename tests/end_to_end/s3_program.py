"""Running bedrocklog against a server: a clean environment, no secret in any output, bounded memory."""

import dataclasses
import json
import os
import subprocess
import time

from program import check
from s3_servers import REGION

RUN_TIMEOUT_S = 240
PEAK_BYTES_MAX = 300 << 20
# What a signed request carries and what must never be shown.
FORBIDDEN = (b"Signature=", b"AWS4-HMAC-SHA256", b"X-Amz-Security-Token")


@dataclasses.dataclass
class Done:
    """A finished run."""

    arguments: tuple
    returncode: int
    stdout: bytes
    stderr: bytes
    peak_bytes: int
    seconds: float

    @property
    def json(self):
        return json.loads(self.stdout)

    @property
    def complaint(self):
        return self.stderr.decode(errors="replace")


class S3Program:
    """The program with the credentials of a server in its environment.

    `exit_code` may be several. `variables` come on top, None takes one away. Every output is searched for secrets.
    """

    def __init__(self, program, server, home, **variables):
        self.path = program.path
        self.home = home
        self.secrets = {server.secret_key}
        self.variables = {
            "AWS_ACCESS_KEY_ID": server.access_key, "AWS_SECRET_ACCESS_KEY": server.secret_key,
            "AWS_REGION": REGION, "AWS_ENDPOINT_URL_S3": server.url, **variables}

    def environment(self, variables):
        base = {name: value for name, value in os.environ.items()
                if not name.startswith(("AWS_", "BEDROCKLOG_")) and not name.lower().endswith("_proxy")}
        base |= {"HOME": str(self.home), "LC_ALL": "C.UTF-8", "AWS_EC2_METADATA_DISABLED": "true"}
        base |= {**self.variables, **variables}
        return {name: str(value) for name, value in base.items() if value is not None}

    def start(self, *arguments, output, errors, **variables):
        return subprocess.Popen([self.path, *map(str, arguments)], stdin=subprocess.DEVNULL,
                                stdout=output, stderr=errors, env=self.environment(variables),
                                cwd=self.home)

    def run(self, *arguments, exit_code=0, after=None, **variables):
        """`after(process)` may act on the running program."""
        out, err = self.home / "stdout", self.home / "stderr"
        began = time.monotonic()
        with out.open("wb") as output, err.open("wb") as errors:
            process = self.start(*arguments, output=output, errors=errors, **variables)
            if after:
                after(process)
            status, usage = self._wait(process, arguments)
        done = Done(arguments, os.waitstatus_to_exitcode(status), out.read_bytes(),
                    err.read_bytes(), usage.ru_maxrss * 1024, time.monotonic() - began)
        self._check(done, exit_code)
        return done

    def _wait(self, process, arguments):
        deadline = time.monotonic() + RUN_TIMEOUT_S
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                return status, usage
            if time.monotonic() > deadline:
                process.kill()
                os.wait4(process.pid, 0)
                process.returncode = -9
                check(False, f"still running after {RUN_TIMEOUT_S} s: {arguments}")
            time.sleep(0.01)

    def _check(self, done, exit_code):
        words = " ".join(map(str, done.arguments))[:400]
        expected = exit_code if isinstance(exit_code, tuple) else (exit_code,)
        check(done.returncode in expected,
              f"bedrocklog {words}\nexit {done.returncode}, not {exit_code}: {done.complaint[:3000]}")
        for text in (done.stdout, done.stderr):
            for secret in self.secrets:
                check(secret.encode() not in text, f"a secret is printed by bedrocklog {words}")
            for word in FORBIDDEN:
                check(word.lower() not in text.lower(), f"{word} is printed by bedrocklog {words}")
        check(done.peak_bytes < PEAK_BYTES_MAX,
              f"bedrocklog {words}: peak of {done.peak_bytes >> 20} MB")
