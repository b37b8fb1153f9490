"""Starts programs and tells time and peak memory of each.

A process of its own, and a small one: the kernel counts the memory of the parent at the time of
the fork as the child's until it is another program, so a big parent would hide a small child.
Requests and answers are lines of JSON on standard input and output.
"""

import json
import os
import subprocess
import sys
import time


def run(argv, output, environment):
    """Seconds, peak memory in MB of the program and of all it waited for, CPU seconds."""
    actions = [(os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
               (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
    began = time.monotonic()
    process = os.posix_spawnp(argv[0], argv, environment, file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    return {"seconds": time.monotonic() - began, "megabytes": usage.ru_maxrss / 1024,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "exit_code": os.waitstatus_to_exitcode(status)}


class Stopwatch:
    """The other end: one process that starts all programs of a bench, one after the other."""

    def __init__(self, environment):
        self.environment = environment
        self.process = subprocess.Popen([sys.executable, "-S", "-E", __file__], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def time(self, argv, output=os.devnull):
        request = {"argv": [str(word) for word in argv], "output": str(output),
                   "environment": self.environment}
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())


def main():
    for line in sys.stdin:
        request = json.loads(line)
        answer = run(request["argv"], request["output"], request["environment"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
