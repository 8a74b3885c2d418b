"""The server as a process that tests may start, stop, kill, and start again where it was."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import anyio
import httpx2

from idp.config import Config

IDP = Path(sys.executable).with_name("idp")
PATIENCE = 60  # seconds for it to start, to stop, or to do anything: far more than it takes
PAUSE = 0.02  # seconds between two looks
TERMINATED = (0, -signal.SIGTERM)


class ServerProcess:
    """`idp serve` in a directory, at a port of the loopback interface."""

    def __init__(self, config: Config, directory: Path) -> None:
        self.config = config
        self.directory = directory
        self.console = directory / "console.txt"
        self.address = f"http://127.0.0.1:{config.server.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that was started: the only one, or the supervisor of the workers."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self.console.open("ab") as output:
            self._process = subprocess.Popen(  # our own program
                [IDP, "serve"],
                cwd=self.directory,
                env=environment_of(self.config),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a group of its own, to be killed as one
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._is_ready():
                return
            time.sleep(PAUSE)
        self.kill()
        raise AssertionError(f"the server did not start:\n{self.console.read_text()}")

    def terminate(self) -> None:
        """Tell it to stop, and do not wait."""
        os.kill(self.pid, signal.SIGTERM)

    def wait(self) -> int:
        """Wait until it has stopped; give its exit status."""
        assert self._process is not None
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("the server did not stop when it was told to") from None

    def stop(self) -> None:
        """Stop it in the usual way."""
        self.terminate()
        status = self.wait()
        assert status in TERMINATED, f"the server ended with status {status}"

    def kill(self) -> None:
        """Kill it with all its workers, if there is anything left of it."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        deadline = time.monotonic() + PATIENCE
        while self.listens() and time.monotonic() < deadline:
            time.sleep(PAUSE)

    def listens(self) -> bool:
        """Tell whether any of its processes still has the port."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.config.server.port)):
            return True
        return False

    def workers(self) -> set[int]:
        """List its worker processes (Linux)."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return set(map(int, children))

    def _is_ready(self) -> bool:
        with suppress(httpx2.TransportError):
            return httpx2.get(f"{self.address}/readyz", timeout=PATIENCE).is_success
        return False


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so; fail if that takes too long."""
    with anyio.fail_after(PATIENCE):
        while not condition():  # noqa: ASYNC110  # a process does not tell when it changes
            await anyio.sleep(PAUSE)


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def environment_of(config: Config) -> dict[str, str]:
    """Write settings as environment variables, whole tables as JSON."""
    settings = config.model_dump(mode="json", exclude_unset=True)
    ours = {
        f"IDP_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in settings.items()
    }
    return {name: value for name, value in os.environ.items() if name[:4] != "IDP_"} | ours
