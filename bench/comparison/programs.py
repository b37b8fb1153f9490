"""What is measured side by side: the engine, bare inflaters, and other engines."""

import hashlib
import json
import pathlib
import shutil
import subprocess

from . import answers

PEERS_SOURCE = pathlib.Path(__file__).resolve().parent.parent / "peers"
BY_MODEL, BY_ALL = "model", "day,model,user,tag:team"
INFLATERS = {  # Name -> package, flags.
    "igzip": ("isal", ["-dc"]),
    "libdeflate-gunzip": ("libdeflate-tools", ["-c"]),
    "zcat": ("gzip", []),
}
PEERS = ("DuckDB", "ClickHouse")
PORTIONS = 16  # Per thread of an inflater: so many processes, lest one is left with the rest.


class Program:
    """A command over a set of logs, and how its answer is checked."""

    def __init__(self, name, threads, command, check=None, is_seldom=False):
        self.name, self.threads, self.command, self.check = name, threads, command, check
        self.is_seldom = is_seldom  # Not in every round.
        self.key = f"{name}, {threads} thread{'s' if threads > 1 else ''}"


def engine(binary, threads):
    def report(name, by, *flags):
        def command(log_set):
            return [binary, "report", log_set.logs, "--by", by, "--format", "json", "--quiet",
                    "--jobs", threads, *flags]

        def check(answer, log_set):
            if "off" in flags:
                return answers.check_every_line(answer, log_set)
            return answers.check_oracle(answer, log_set, by)

        return Program(name, threads, command, check)

    return [report("report --by model, every line", BY_MODEL, "--dedup", "off"),
            report("report --by model", BY_MODEL),
            report(f"report --by {BY_ALL}", BY_ALL)]


def inflaters(threads, wanted):
    """Those that are wanted and installed, and what to install for the others."""
    found, missing = [], []
    for name, (package, flags) in INFLATERS.items():
        if name not in wanted:
            missing.append(f"{name} is left out, as asked for")
            continue
        if not shutil.which(name):
            missing.append(f"{name} is not here: apt-get install {package}")
            continue

        def command(log_set, words=(name, *flags)):
            files = max(len(log_set.record_files()) // (threads * PORTIONS), 1)
            return ["xargs", "-0", "-a", log_set.names, "-P", threads, "-n", files, *words]

        found.append(Program(name, threads, command, is_seldom=name != "igzip"))
    return found, missing


def peers(cache, threads, wanted):
    """The other engines, installed into the cache first; and why one is not there."""
    absent = [f"{name} is left out, as asked for" for name in PEERS if name not in wanted]
    if len(absent) == len(PEERS):
        return [], absent
    if not shutil.which("node") or not shutil.which("npm"):
        return [], ["DuckDB and ClickHouse are left out: node or npm is not here"]
    digest = hashlib.sha256()
    sources = sorted(path for path in PEERS_SOURCE.iterdir() if path.is_file())
    for path in sources:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    folder = cache / f"peers-{digest.hexdigest()[:12]}"
    if not (folder / "installed").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for path in sources:
            shutil.copy(path, folder)
        print(f"installing DuckDB and ClickHouse into {folder}", flush=True)
        # Not `npm ci`: it refuses a lock that leaves out packages for other kinds of machine.
        done = subprocess.run(["npm", "install", "--no-save", "--no-audit", "--no-fund",
                               "--ignore-scripts"],
                              cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            reason = next((line for line in done.stderr.splitlines() if "error" in line),
                          "no reason given")
            return [], [f"DuckDB and ClickHouse are left out: npm install failed: {reason}"]
        (folder / "installed").touch()
    found, missing = [], absent
    for name in PEERS:
        if name not in wanted:
            continue
        script = folder / f"{name.lower()}.mjs"
        package = {"DuckDB": "@duckdb/node-api", "ClickHouse": "chdb"}[name]
        probe = subprocess.run(["node", "--input-type=module", "-e", f"await import('{package}')"],
                               cwd=folder, capture_output=True, text=True, check=False)
        if probe.returncode != 0:
            missing.append(f"{name} is left out: {package} does not load on this machine")
            continue

        def command(log_set, script=script):
            return ["node", script, log_set.glob, threads]

        def check(answer, log_set, name=name):
            return answers.check_peer(answer, log_set, name)

        found.append(Program(name, threads, command, check, is_seldom=True))
    return found, missing


def peer_versions():
    lock = json.loads((PEERS_SOURCE / "package-lock.json").read_text())["packages"]
    return ", ".join(f"{name} {lock['node_modules/' + name]['version']}"
                     for name in ("@duckdb/node-api", "chdb"))
