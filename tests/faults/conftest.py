"""A service that things happen to: its process, a person who is signed in, and their client."""

import os
import random
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idp.app import close, make_provider
from idp.clients.registration import Registered, register
from idp.config import Config
from idp.users.accounts import add_account
from tests.conftest import ISSUER, PASSWORD, Prepared, make_config
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.process import PATIENCE, ServerProcess, free_port
from tests.parties.relying_party import REDIRECT_URI, RelyingParty

SCOPE = "openid offline_access"
CLIENT: dict[str, Any] = {
    "redirect_uris": [REDIRECT_URI],
    "grant_types": ["authorization_code", "refresh_token"],
    "access_token_format": "opaque",  # each is a row, which must not get lost either
}
CONNECTIONS = 6


class Proxy(httpx2.AsyncBaseTransport):
    """Stands before the server and speaks TLS for it, as far as a browser can tell."""

    def __init__(self, address: str) -> None:
        self._address = httpx2.URL(address)
        self._transport = httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass a request on."""
        url = request.url.copy_with(
            scheme=self._address.scheme, host=self._address.host, port=self._address.port
        )
        passed_on = httpx2.Request(
            request.method,
            url,
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        try:
            return await self._transport.handle_async_request(passed_on)
        except AttributeError as error:  # anyio asks a socket who its peer is that is gone already
            raise httpx2.ConnectError("the connection is gone") from error

    async def aclose(self) -> None:
        """Hang up."""
        await self._transport.aclose()


@dataclass(frozen=True)
class Service:
    """A server, and who uses it: over a few connections, which they open again when they break."""

    process: ServerProcess
    browser: Browser
    rp: RelyingParty

    async def authorize(self) -> Page | Arrival:
        """Ask for a code; whoever is signed in and has consented gets one at once."""
        return await self.browser.open(self.rp.authorization_url(scope=SCOPE))

    async def code(self) -> str:
        """Get a code."""
        arrival = await self.authorize()
        assert isinstance(arrival, Arrival), arrival.text
        return arrival.params["code"]

    async def tokens(self) -> dict[str, str]:
        """Get tokens."""
        answer = await self.rp.exchange(await self.code())
        assert answer.status_code == 200, answer.text
        tokens: dict[str, str] = answer.json()
        return tokens

    async def get(self, path: str) -> httpx2.Response:
        """Fetch a document."""
        return await self.rp.http.get(path)


@asynccontextmanager
async def serving(config: Config, directory: Path) -> AsyncIterator[Service]:
    """Start a server that has a person and a client; whatever is left of it is killed."""
    registered = await _add_people(config)
    process = ServerProcess(config, directory)
    process.start()
    browser = Browser(Proxy(process.address), ISSUER)
    browser.http.timeout = httpx2.Timeout(PATIENCE)
    secret = registered.client_secret
    assert secret is not None
    limits = httpx2.Limits(max_connections=CONNECTIONS)
    http = httpx2.AsyncClient(base_url=process.address, limits=limits, timeout=PATIENCE)
    try:
        rp = RelyingParty(http, registered.client.client_id, secret.reveal())
        service = Service(process, browser, rp)
        await _sign_in(service)
        yield service
    finally:
        await browser.http.aclose()
        await http.aclose()
        process.kill()


@pytest.fixture
async def on_sqlite(prepared_sqlite: Prepared, tmp_path: Path) -> AsyncIterator[Service]:
    """Run one process on a SQLite file."""
    shutil.copy(prepared_sqlite.directory / "idp.db", tmp_path / "idp.db")
    config = _configure(prepared_sqlite, tmp_path, f"sqlite:///{tmp_path}/idp.db", workers=1)
    async with serving(config, tmp_path) as service:
        yield service


@pytest.fixture
async def on_postgresql(prepared_postgresql: Prepared, tmp_path: Path) -> AsyncIterator[Service]:
    """Run two workers on PostgreSQL, which itself is left in peace."""
    config = _configure(prepared_postgresql, tmp_path, prepared_postgresql.url, workers=2)
    provider = make_provider(config)
    await prepared_postgresql.empty(provider)
    await close(provider)
    async with serving(config, tmp_path) as service:
        yield service


@pytest.fixture
def chance() -> random.Random:
    """Choose moments; a failure prints how to have the same choices again."""
    seed = os.environ.get("FAULTS_SEED") or str(secrets.randbelow(10**6))
    print(f"to choose the same again: FAULTS_SEED={seed}")  # noqa: T201  # where failures are told
    return random.Random(seed)  # noqa: S311  # no secret, and to be had again


def _configure(prepared: Prepared, directory: Path, url: str, *, workers: int) -> Config:
    shutil.copytree(prepared.directory / "keys", directory / "keys")
    return make_config(
        directory,
        url,
        server={"port": free_port(), "workers": workers},
        database={"timeout": 2},  # more than a busy disk takes, and not long to be waited for
        # A start takes its time, and what was cut off before is repeated only after that.
        tokens={"refresh_retry_window": 60, "authorization_code_lifetime": 600},
    )


async def _add_people(config: Config) -> Registered:
    """Write them into the database, as an operator would."""
    provider = make_provider(config)
    add_alice = partial(add_account, username="alice", email="alice@example.com", name="Alice")
    await provider.database.run(partial(add_alice, provider.hasher, password=PASSWORD))
    registered = await provider.database.run(register, CLIENT, config)
    await close(provider)
    return registered


async def _sign_in(service: Service) -> None:
    page = await service.authorize()
    assert isinstance(page, Page)
    page = await service.browser.sign_in(page, "alice", PASSWORD)
    assert isinstance(page, Page), page.url
    arrival = await service.browser.submit(page, "consent-allow")
    assert isinstance(arrival, Arrival), arrival.text
