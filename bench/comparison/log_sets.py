"""The generated archives that are measured, kept between runs."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

SHAPES = {  # Records and files at scale 1.
    "small": (1_400_000, 1_000),
    "big": (80_000, 400),
    "tiny": (59_687, 20_000),
}
# Below the root of an archive; sidecars lie one folder deeper.
RECORD_FILES = "AWSLogs/*/BedrockModelInvocationLogs/*/*/*/*/*/*.json.gz"


def default_cache():
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "bedrocklog-bench"


class LogSet:
    """One archive: `logs`, the generator's answer `oracle`, the list `names` of record files."""

    def __init__(self, name, folder):
        self.name, self.folder = name, folder
        self.logs, self.oracle = folder / "logs", folder / "oracle.json"
        self.reading = folder / "reading.json"  # See answers.py.
        self.names = folder / "record_files"    # Ended by NUL, for xargs -0.
        self.glob = str(self.logs / RECORD_FILES)

    def record_files(self):
        return [pathlib.Path(os.fsdecode(name))
                for name in self.names.read_bytes().split(b"\0") if name]


def flags_of(name, scale, seed):
    records, files = SHAPES[name]
    return ["--shape", name, "--records", str(max(round(records * scale), 100)),
            "--files", str(max(round(files * scale), 2)), "--seed", str(seed),
            "--start", "2026-03-01", "--days", "30", "--layouts", "raw"]


def sample_digest(generator, prices, name, seed):
    digest = hashlib.sha256()
    with tempfile.TemporaryDirectory(prefix="bedrocklog-bench-") as scratch:
        subprocess.run([generator, "--out", f"{scratch}/logs", "--prices", prices, "--shape", name,
                        "--records", "100", "--files", "2", "--seed", str(seed)], check=True,
                       stdout=subprocess.DEVNULL)
        for path in sorted(path for path in pathlib.Path(scratch).rglob("*") if path.is_file()):
            digest.update(str(path.relative_to(scratch)).encode() + b"\0" + path.read_bytes())
    return digest.digest()


def log_set(generator, prices, cache, name, scale, seed=1):
    """The set from the cache, made first when it is not there.

    Key: the flags, and what the generator makes of a few records, so that a generator that
    writes something else gets sets of its own.
    """
    flags = flags_of(name, scale, seed)
    digest = hashlib.sha256(json.dumps(flags).encode())
    digest.update(sample_digest(generator, prices, name, seed))
    folder = cache / f"{name}-{scale:g}-{digest.hexdigest()[:12]}"
    made = LogSet(name, folder)
    if made.names.exists():
        return made
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    print(f"making the set {name} at scale {scale:g} in {folder}", flush=True)
    subprocess.run([generator, "--out", made.logs, "--oracle", made.oracle, "--prices", prices,
                    "--threads", str(os.cpu_count()), *flags], check=True,
                   stdout=subprocess.DEVNULL)
    names = sorted(str(path) for path in made.logs.glob(RECORD_FILES))
    # Last and at once: the list stands for a set that is complete.
    partial = folder / "record_files.partial"
    partial.write_bytes(b"".join(os.fsencode(name) + b"\0" for name in names))
    partial.rename(made.names)
    return made
