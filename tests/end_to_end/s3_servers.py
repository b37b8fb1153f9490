"""Real S3 servers and the fault proxy for end-to-end tests: started, filled, and gone with the test.

A server is killed when the test closes it or when the test dies in any way: a process of its own
waits for the end of a pipe that only the test holds.
"""

import concurrent.futures
import os
import pathlib
import shutil
import socket
import subprocess
import sys

from program import check

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent / "s3_servers"
REGION = "us-east-1"
SKIPPED = 77  # SKIP_RETURN_CODE of the tests.
START_TIMEOUT_S = 180


def require(*programs):
    """Ends the test when packages are missing: as skipped at home, as failed in CI."""
    missing = [name for name in programs if shutil.which(name) is None]
    try:
        import boto3  # noqa: F401
    except ImportError:
        missing.append("python3 module boto3")
    if not missing:
        return
    message = f"not installed: {', '.join(missing)}; .ci/install-packages --with-tests installs them"
    check("CI" not in os.environ, message)
    print(f"SKIPPED: {message}")
    sys.exit(SKIPPED)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Lifeline:
    """Runs a command when close() is called or the process that made it ends, however it does."""

    def __init__(self, *command):
        self._waiting = subprocess.Popen(
            ["sh", "-c", 'cat > /dev/null; exec "$@"', "lifeline", *map(str, command)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)

    def close(self):
        self._waiting.stdin.close()
        self._waiting.wait()


class Server:
    """A server started by one of the scripts beside this folder."""

    def __init__(self, script, folder, arguments, ports):
        self.folder = folder
        self.ports = ports
        self._lifeline = Lifeline(SCRIPTS / script, "down", folder)
        environment = {**os.environ, **{name: str(value) for name, value in ports.items()}}
        done = subprocess.run([SCRIPTS / script, "up", folder, *arguments], env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, start_new_session=True, check=False,
                              timeout=START_TIMEOUT_S)
        if done.returncode != 0:
            self.close()
            check(False, f"{script} failed: {done.stdout.decode(errors='replace')[-2000:]}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._lifeline.close()


class RadosGateway(Server):
    """Ceph's gateway; with `sts` a second one that knows AssumeRole, TLS and virtual hosts."""

    access_key = "AKIARADOSGATEWAYTEST"
    secret_key = "rgw-Secret+of/the=test-0123456789abcdef"
    dns_name = "s3.localhost"  # Every name below localhost is this machine.

    def __init__(self, folder, sts=False):
        require("radosgw", "ceph-mon", "ceph-osd", "ceph", "openssl", "curl")
        names = ["S3_PORT", "MON_PORT", "MON_PORT_2"] + (["STS_PORT", "TLS_PORT"] if sts else [])
        ports = dict(zip(names, free_ports(len(names))))
        if sts:
            ports["DNS_NAME"] = self.dns_name
        super().__init__("radosgw.sh", folder, [self.access_key, self.secret_key], ports)
        self.port = ports["S3_PORT"]
        self.url = f"http://127.0.0.1:{self.port}"
        self.sts_url = f"http://127.0.0.1:{ports.get('STS_PORT')}"
        self.tls_port = ports.get("TLS_PORT")
        self.certificate = folder / "tls.crt"


class Swift(Server):
    """OpenStack Swift with its S3 front end; insists on the region."""

    access_key = "test:tester"
    secret_key = "swift-Secret-0123456789abcdef"

    def __init__(self, folder):
        require("swift-proxy-server", "swift-account-server", "swift-container-server",
                "swift-object-server", "swift-ring-builder", "curl")
        names = ["S3_PORT", "ACCOUNT_PORT", "CONTAINER_PORT", "OBJECT_PORT"]
        ports = dict(zip(names, free_ports(len(names))))
        super().__init__("swift.sh", folder, [self.secret_key], ports)
        self.port = ports["S3_PORT"]
        self.url = f"http://127.0.0.1:{self.port}"


class FaultProxy:
    """tests/fault_proxy in front of a server; `flags` as on its command line."""

    def __init__(self, path, server, log, *flags):
        self.log = log
        self._process = subprocess.Popen(
            [path, "--upstream", f"127.0.0.1:{server.port}", "--log", log, *map(str, flags)],
            stdout=subprocess.PIPE, start_new_session=True)
        self._lifeline = Lifeline("kill", "-9", self._process.pid)
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._lifeline.close()
        self._process.wait()
        self._process.stdout.close()

    def requests(self):
        """(fault, status, method, target) of every request so far."""
        return [tuple(line.split(" ", 3)) for line in self.log.read_text().splitlines()]


def client_of(server, service="s3", url=None):
    """boto3's client: an implementation of its own, to fill the server with."""
    import boto3
    from botocore.config import Config
    # Newer versions send checksums in a form that these servers do not know.
    os.environ["AWS_REQUEST_CHECKSUM_CALCULATION"] = "when_required"
    return boto3.client(
        service, endpoint_url=url or server.url, aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key, region_name=REGION,
        config=Config(s3={"addressing_style": "path"}, max_pool_connections=16,
                      read_timeout=120))


def upload(server, bucket, objects):
    """Makes the bucket and puts `objects`, a dict of key to bytes or path, into it."""
    client = client_of(server)
    client.create_bucket(Bucket=bucket)

    def put(item):
        key, body = item
        client.put_object(Bucket=bucket, Key=key,
                          Body=body if isinstance(body, bytes) else body.read_bytes())

    items = sorted(objects.items())
    put(items[0])  # The first write to a bucket makes the storage behind it.
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        list(pool.map(put, items[1:]))


def objects_below(folder, prefix):
    return {prefix + path.relative_to(folder).as_posix(): path
            for path in folder.rglob("*") if path.is_file()}
