"""What tests stand on: a whole server on either database, a browser, and relying parties."""

import json
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from idp import clock as idp_clock
from idp.app import create_app
from idp.clients.registration import register
from idp.config import Config, LogConfig
from idp.log import configure as configure_log
from idp.log import log
from idp.storage.users import User
from idp.users.accounts import add_account
from idp.web.provider import Provider
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.compiled_templates import compiled_templates
from tests.parties.databases import (
    ISSUER,
    Configure,
    Prepared,
    configure,
    make_config,
    prepared,
    prepared_postgresql,
    prepared_sqlite,
)
from tests.parties.letters import Inbox, inbox_of
from tests.parties.post_office import PostOffice
from tests.parties.post_office import post_office as run_post_office
from tests.parties.relying_party import REDIRECT_URI, RelyingParty

__all__ = [
    "ISSUER",
    "Configure",
    "Prepared",
    "compiled_templates",
    "configure",
    "make_config",
    "prepared",
    "prepared_postgresql",
    "prepared_sqlite",
]

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Run async tests on the event loop that the server uses."""
    return "asyncio", {"use_uvloop": True}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses a database on both, or on the one that it is marked for."""
    if "database_kind" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("only_on")
        kinds = only.args if only else ("sqlite", "postgresql")
        metafunc.parametrize("database_kind", kinds, scope="session")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Count a skipped test as failed in CI, which has everything that tests need."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Give the usual configuration; a test module may override this fixture."""
    return configure()


@pytest.fixture
async def app(config: Config, prepared: Prepared, database_kind: str) -> AsyncIterator[Starlette]:
    """Run a server."""
    app = create_app(config)
    if database_kind == "postgresql":
        await prepared.empty(app.state.provider)
    async with app.router.lifespan_context(app):
        yield app


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


@pytest.fixture
async def post_office() -> AsyncIterator[PostOffice]:
    """Run a mail server; a server sends its mail there if `post_office.settings` say so."""
    async with run_post_office() as office:
        yield office


@pytest.fixture
def letters(config: Config) -> Inbox:
    """Read the mail of a server that is not told of a mail server."""
    return inbox_of(Path(config.mail.directory))


Logged = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def restored_log() -> Iterator[None]:
    """Let a test configure the log, and leave it and Python's logging as they were."""
    root = logging.getLogger()
    handlers, level, raises = root.handlers[:], root.level, logging.raiseExceptions
    yield
    log.close()
    for handler in [each for each in root.handlers if each not in handlers]:
        root.removeHandler(handler)
    root.setLevel(level)
    logging.raiseExceptions = raises


@pytest.fixture
def logged(restored_log: None, capsys: pytest.CaptureFixture[str]) -> Logged:
    """Give all lines of the log so far, as programs read them."""
    configure_log(LogConfig(format="json"))
    lines: list[dict[str, Any]] = []

    def logged() -> list[dict[str, Any]]:
        log.flush()
        lines.extend(json.loads(line) for line in capsys.readouterr().err.splitlines())
        return lines

    return logged


class Clock:
    """The time as the server sees it: it moves when a test says so, whatever the machine does.

    No two moments are the same, and none is near the end of a second.
    """

    TICK = timedelta(microseconds=1)

    def __init__(self, started: datetime) -> None:
        self.started, self.ahead = started.replace(microsecond=0), timedelta()

    def now(self) -> datetime:
        """Tell the time."""
        self.ahead += self.TICK
        return self.started + self.ahead

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.ahead += timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Take the server's clock in hand."""
    clock = Clock(idp_clock.now())
    monkeypatch.setattr(idp_clock, "now", clock.now)
    return clock
