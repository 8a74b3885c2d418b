"""A real server: a process of its own, a port of the loopback interface, a SQLite file."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from idp.app import close, make_provider
from idp.clients.registration import Registered, register
from idp.storage.users import User
from idp.users.accounts import add_account
from idp.web.provider import Provider
from tests.conftest import PASSWORD, make_config
from tests.parties.process import ServerProcess, free_port

T = TypeVar("T")


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
async def serving(
    directory: Path, *, host: str = "127.0.0.1", **changes: Any
) -> AsyncIterator[Server]:
    """Run a server for as long as the context is open; `host` is its name, on this machine."""
    port = free_port()
    config = make_config(
        directory,
        f"sqlite:///{directory}/idp.db",
        issuer=f"http://{host}:{port}",
        server={"port": port} | changes.pop("server", {}),
        **changes,
    )
    process = ServerProcess(config, directory)
    process.start()
    provider = make_provider(config)
    try:
        yield Server(config.issuer, provider, process.console)
    finally:
        await close(provider)
        process.stop()
