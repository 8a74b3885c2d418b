"""A real server: a process of its own, a port of the loopback interface, a SQLite file."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from idp.app import close, make_provider
from idp.clients.registration import Registered, register
from idp.config import Config
from idp.storage.users import User
from idp.users.accounts import add_account
from idp.web.provider import Provider
from tests.conftest import PASSWORD, make_config

T = TypeVar("T")

IDP = Path(sys.executable).with_name("idp")
PATIENCE = 30  # seconds for it to start, or to stop
TERMINATED = (0, -signal.SIGTERM)


@dataclass(frozen=True)
class Server:
    """A server that runs, and its database, which tests fill as an operator would."""

    issuer: str
    provider: Provider
    console: Path

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """Call a function in a transaction on the server's database."""
        return await self.provider.database.run(function, *args)

    async def add_user(self, username: str, **more: Any) -> User:
        """Add a person, whose password is PASSWORD."""
        values = {"email": f"{username}@example.com", "name": username.title()} | more
        hasher = self.provider.hasher
        return await self.run(
            partial(add_account, hasher, username=username, password=PASSWORD, **values)
        )

    async def add_client(self, **metadata: Any) -> Registered:
        """Add a client; keyword arguments are RFC 7591 members."""
        return await self.run(register, metadata, self.provider.config)


@asynccontextmanager
async def serving(directory: Path, **changes: Any) -> AsyncIterator[Server]:
    """Run a server for as long as the context is open."""
    port = free_port()
    config = make_config(
        directory,
        f"sqlite:///{directory}/idp.db",
        issuer=f"http://127.0.0.1:{port}",
        server={"port": port},
        **changes,
    )
    console = directory / "console.txt"
    process = _start(config, directory, console)
    provider = make_provider(config)
    try:
        _wait_until_ready(process, config.issuer, console)
        yield Server(config.issuer, provider, console)
    finally:
        await close(provider)
        _stop(process)


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


def _start(config: Config, directory: Path, console: Path) -> subprocess.Popen[bytes]:
    with console.open("wb") as output:
        return subprocess.Popen(  # our own program
            [IDP, "serve"],
            cwd=directory,
            env=environment_of(config),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _wait_until_ready(process: subprocess.Popen[bytes], issuer: str, console: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(httpx2.TransportError):
            if httpx2.get(f"{issuer}/readyz").is_success:
                return
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
            break
    process.kill()
    raise AssertionError(f"the server did not start:\n{console.read_text()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        status = process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        status = process.wait()
    assert status in TERMINATED, f"the server ended with status {status}"
