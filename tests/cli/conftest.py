"""The command line in an empty directory: within this process, at a terminal, and as a server."""

import os
import pty
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from idp.cli import app

Idp = Callable[..., Result]

PROGRAM = (sys.executable, "-c", "from idp.cli import main; main()")
SECONDS = 60  # far more than it takes, on a machine that does much else


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Start in a directory with nothing in it, with no settings but quick hashes."""
    for name in [name for name in os.environ if name.upper().startswith("IDP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("IDP_PASSWORDS__BCRYPT_COST", "4")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def idp() -> Idp:
    """Run a command that is written as in a shell."""

    def run(line: str, typed: str | bytes | None = None) -> Result:
        return CliRunner().invoke(app, line.split(), input=typed, prog_name="idp")

    return run


@pytest.fixture
def alice(idp: Idp) -> str:
    """A user."""
    line = "user add alice --email alice@example.com --password-stdin"
    assert idp(line, "correct horse battery staple\n").exit_code == 0
    return "alice"


@pytest.fixture
def client_id(idp: Idp) -> str:
    """A client with a secret."""
    result = idp("client add App --redirect-uri https://app.example/cb")
    return re.findall(r"client_id +(\S+)", result.stdout)[0]


@contextmanager
def serving(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the server in a process of its own, whose log is in the file `log`."""
    with (
        Path("log").open("w") as log,
        subprocess.Popen(
            [*PROGRAM, "serve", *arguments], stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            process.wait(SECONDS)


def read_until(process: subprocess.Popen[str], ending: str) -> str:
    """Read what a server prints, up to a line that begins like that."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(ending):
            break
    return "".join(lines)


def at_terminal(arguments: str, *typed: str) -> tuple[int, str]:
    """Run a command at a terminal, answer each of its questions; give all that was to be seen."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, *arguments.split()],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = ""
    for answer in typed:
        while not seen.endswith(": "):
            seen += os.read(ours, 1000).decode()
        os.write(ours, f"{answer}\n".encode())
        seen += os.read(ours, 1000).decode()
    try:
        while more := os.read(ours, 1000):
            seen += more.decode()
    except OSError:  # the other side of the terminal is closed
        pass
    os.close(ours)
    return process.wait(SECONDS), seen


@pytest.fixture
def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
