"""Running the built programs from the end-to-end tests: arguments, a scratch folder, plain checks."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


class Failure(Exception):
    """A check that did not hold; its text says what was expected and what came."""


def check(condition, message):
    if not condition:
        raise Failure(message)


def check_equal(got, expected, what):
    check(got == expected, f"{what}: expected {expected!r}, got {got!r}")


class Program:
    """The bedrocklog program under test; every run is checked for its exit code."""

    def __init__(self, path):
        self.path = path

    def run(self, *arguments, exit_code=0, env=None, cwd=None):
        # What the developer imported into a price store of their own must not price the tests.
        env = {"BEDROCKLOG_PRICE_STORE": "none", **(os.environ if env is None else env)}
        done = subprocess.run([self.path, *map(str, arguments)], capture_output=True, env=env,
                              cwd=cwd, check=False)
        check(done.returncode == exit_code,
              f"bedrocklog {' '.join(map(str, arguments))[:300]}\nexpected exit {exit_code}, "
              f"got {done.returncode}; stderr:\n{done.stderr.decode(errors='replace')[:2000]}")
        return done


def main(test):
    """Runs `test(program, arguments, scratch)`; exit 1 and the reason when a check fails."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--generator")
    parser.add_argument("--fault-proxy")
    parser.add_argument("--fake-aws")
    parser.add_argument("--source-root", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="bedrocklog-test-"))
    try:
        test(Program(arguments.program), arguments, scratch)
    except Failure as failure:
        print(f"FAILED: {failure}")
        sys.exit(1)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print("ok")
