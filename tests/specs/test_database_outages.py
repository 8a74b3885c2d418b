"""A database that is gone, locked or out of connections: a quick 503, and then all is well."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from idp.app import create_app
from idp.config import Config
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, PASSWORD, Configure, make_config
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty


@pytest.fixture
def config(configure: Configure) -> Config:
    """Wait for the database no longer than a second, for one connection."""
    url = configure().database.url
    return configure(database={"url": url, "timeout": 1, "pool_size": 1})


@asynccontextmanager
async def locked(config: Config) -> AsyncIterator[None]:
    """Hold what every sign-in needs, as another process would."""
    url = config.database.async_url
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.partition("///")[2], isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.close()
        return
    engine = create_async_engine(url)
    async with engine.begin() as transaction:
        await transaction.execute(text("LOCK TABLE users, clients IN ACCESS EXCLUSIVE MODE"))
        yield
    await engine.dispose()


async def test_a_lock_is_not_waited_for_for_ever(
    browser: Browser, rp: RelyingParty, alice: User, config: Config, http: httpx2.AsyncClient
) -> None:
    """While it is held, pages and endpoints say when to come back; the same form works after."""
    page = await browser.open("/login")
    assert isinstance(page, Page)

    async with locked(config):
        shown = await browser.sign_in(page, "alice", PASSWORD)
        answered = await rp.token(grant_type="authorization_code", code="x")
        documents = [await http.get(path) for path in ("/jwks.json", "/livez")]

    assert isinstance(shown, Page)
    assert (shown.status, shown.headers["Retry-After"]) == (503, "5")
    assert (answered.status_code, answered.headers["Retry-After"]) == (503, "5")
    assert answered.json()["error"] == "temporarily_unavailable"
    assert [document.status_code for document in documents] == [200, 200]
    assert "account-page" in await browser.sign_in(page, "alice", PASSWORD)


@pytest.mark.only_on("postgresql")
async def test_too_few_connections_are_not_waited_for_for_ever(
    browser: Browser, alice: User, provider: Provider
) -> None:
    """A request that gets none in time is answered with 503, and none is lost by that."""
    page = await browser.open("/login")
    assert isinstance(page, Page)

    async with provider.database.engine.connect():
        shown = await browser.sign_in(page, "alice", PASSWORD)

    assert isinstance(shown, Page)
    assert shown.status == 503
    assert "account-page" in await browser.sign_in(page, "alice", PASSWORD)


@pytest.mark.only_on("postgresql")
async def test_a_refused_request_gives_its_connection_back(
    http: httpx2.AsyncClient, provider: Provider
) -> None:
    """However many requests fail, the one connection there is stays free."""
    for _ in range(5):
        await http.get("/authorize")
        await http.post("/token", data={"grant_type": "x"})
        await http.get("/authorize/unknown")

    assert provider.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # a QueuePool


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://idp@127.0.0.1:1/idp",
        "postgresql://idp@/idp?host=/nowhere",
        "sqlite:////nowhere/idp.db",
    ],
)
async def test_a_database_that_cannot_be_reached(url: str, tmp_path: Path) -> None:
    """What needs it is answered with 503, what does not goes on."""
    app = create_app(make_config(tmp_path, url))  # not started: it would not start
    transport = httpx2.ASGITransport(app)

    async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as http:
        ready = await http.get("/readyz")
        page = await http.get("/login", headers={"Cookie": "__Host-idp-session=x"})
        live = await http.get("/livez")

    assert ready.status_code == page.status_code == 503
    assert ready.json()["error"] == "temporarily_unavailable"
    assert 'id="error-page"' in page.text
    assert live.status_code == 200
