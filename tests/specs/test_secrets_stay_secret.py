"""What only its holder may know stands in no log and, but as a digest, in no database."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from idp import log
from idp.clients import initial_access_token
from idp.config import Config, LogConfig
from idp.storage.database import db
from idp.storage.schema import metadata
from idp.storage.users import User
from idp.users.setup import make_setup_token
from idp.web.provider import Provider
from tests.conftest import ISSUER, PASSWORD, AddClient, Configure, SignIn
from tests.pages.account_page import open_account
from tests.pages.totp_page import codes_on, open_page, press, set_up, turn_off
from tests.parties import backchannel, devices
from tests.parties.backchannel import BANK
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.clients import PASSWORD_CLIENT, AssertingClient
from tests.parties.devices import DEVICE
from tests.parties.relying_party import RelyingParty
from tests.parties.self_registered import register_itself, send_registration

CHOSEN = "Zebra-crossing on 5th moonbeam"
MISTYPED = "quartz-lantern under 9 rivers"  # as it is looked up when typed as a name

ALICE = {"username": "alice", "password": PASSWORD}
SENT = ("password", "client_secret", "client_assertion", "code_verifier", "refresh_token", "token")
SENT += ("device_code", "auth_req_id", "client_notification_token")
RECEIVED = (
    "device_code",
    "auth_req_id",
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "registration_access_token",
)

# What stands on a page: tokens of forms, the secret of an app, recovery codes with dashes.
SHOWN = (
    r'name="(?:csrf|pending)" value="([^"]+)"',
    r"otpauth:[^\"]+?secret=([A-Z2-7]{32})",
    r"<li>([0-9a-z]{5}-[0-9a-z]{5}-[0-9a-z]{5})</li>",
)


class Recorder(httpx2.AsyncBaseTransport):
    """Notes every secret that passes."""

    def __init__(self, app: Starlette) -> None:
        self._transport = httpx2.ASGITransport(app, client=("203.0.113.7", 4711))
        self.secrets: set[str] = {CHOSEN, MISTYPED, PASSWORD}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass a request on."""
        response = await self._transport.handle_async_request(request)
        await response.aread()
        self._note_form(request.content.decode())
        self._note_form(urlsplit(response.headers.get("location", "")).query, "code")
        for path in (request.url.path, urlsplit(response.headers.get("location", "")).path):
            self.secrets.update(re.findall(r"/([A-Za-z0-9_-]{43})$", path))
        for cookie in response.headers.get_list("set-cookie"):
            self.secrets.update(re.findall("=([A-Za-z0-9_-]{43});", cookie))
        for shown in SHOWN:
            self.secrets.update(re.findall(shown, response.text))
        if response.headers.get("content-type") == "application/json":
            self._note(response.json(), RECEIVED)
        return response

    def _note_form(self, encoded: str, *names: str) -> None:
        self._note({k: v[0] for k, v in parse_qs(encoded).items()}, names or SENT)

    def _note(self, values: dict[str, Any], names: tuple[str, ...]) -> None:
        self.secrets.update(str(values[name]) for name in names if values.get(name))


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people and clients register."""
    return configure(
        registration={"mode": "open", "verify_email": False}, client_registration={"mode": "open"}
    )


@pytest.fixture
def transport(app: Starlette) -> Recorder:
    """Reach the server by way of the recorder."""
    return Recorder(app)


@pytest.fixture
def log_file(restored_log: None, tmp_path: Path) -> Path:
    """Log everything there is to log, to the console and to a file."""
    log.configure(LogConfig(level="debug", format="json", file=str(tmp_path / "idp.log")))
    return tmp_path / "idp.log"


async def test_secrets_stay_secret(
    transport: Recorder,
    http: httpx2.AsyncClient,
    browser: Browser,
    rp: RelyingParty,
    add_client: AddClient,
    walk: SignIn,
    alice: User,
    provider: Provider,
    log_file: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """After all that can be done, no secret is found in the logs or in the database."""
    await sign_in_and_out(browser, rp, walk)
    await use_other_clients(rp, add_client)
    await poll(browser, add_client)
    await register_clients(http, provider)
    await make_accounts(browser, provider)
    await use_second_step(browser, transport.secrets)
    await make_mistakes(browser, rp)
    async with without_users(provider):
        await make_mistakes(browser, rp)

    log.log.flush()
    written = read(log_file) + capfd.readouterr().err.encode()
    stored = await dump(provider)
    found = [
        (secret, place)
        for secret in sorted(transport.secrets)
        for place, content in (("log", written), ("database", stored))
        if secret.encode() in content or secret.encode().hex().encode() in content
    ]

    assert not found
    assert len(transport.secrets) > 30
    assert b'"event":"request"' in written.replace(b'": "', b'":"')
    assert alice.user_id.encode() in written
    assert b"sqlalchemy.exc" in written
    assert b"alice@example.com" in stored


async def sign_in_and_out(browser: Browser, rp: RelyingParty, walk: SignIn) -> None:
    """Sign in, get tokens in all ways, and sign out."""
    arrival = await walk(rp, scope="openid email offline_access")
    tokens = (await rp.exchange(arrival.params["code"])).json()
    refreshed = (await rp.refresh(tokens["refresh_token"])).json()
    await rp.refresh(tokens["refresh_token"])
    await rp.userinfo(refreshed["access_token"])
    await rp.introspect(refreshed["access_token"])
    await rp.introspect(refreshed["refresh_token"])
    await rp.revoke(refreshed["access_token"])
    await rp.exchange(arrival.params["code"])
    hint = {"id_token_hint": tokens["id_token"]}
    silent = rp.authorization_url(prompt="none", response_mode="form_post", **hint)
    await browser.open(silent)
    posted = await browser.http.post("/authorize", data={"client_id": rp.client_id} | hint)
    assert posted.status_code in {303, 400}
    await browser.http.get("/logout", params=hint)


async def register_clients(http: httpx2.AsyncClient, provider: Provider) -> None:
    """Register with a token and without, and manage what came of it."""
    _, token = await provider.database.run(lambda: initial_access_token.make(uses=1, lifetime=60))
    invited = await send_registration(http, token=token.reveal())
    assert invited.status_code == 201
    client = await register_itself(http)
    await client.manage("GET")
    await client.manage("GET", token="wrong" + token.reveal())
    await client.update(token_endpoint_auth_method="none")
    await client.update(client_secret="guessed")
    assert (await client.update()).status_code == 200


async def use_other_clients(rp: RelyingParty, add_client: AddClient) -> None:
    """Authenticate in every way there is."""
    signing = await add_client(**AssertingClient.metadata())
    assertion = AssertingClient(rp.http, signing.client_id, ISSUER)
    signed = assertion.sign()
    assert (await assertion.token(signed)).status_code == 200
    assert (await assertion.token(signed)).status_code == 401

    posting = await add_client(
        token_endpoint_auth_method="client_secret_post", access_token_format="opaque"
    )
    assert posting.client_secret
    credentials = {"client_id": posting.client_id, "client_secret": posting.client_secret}
    await rp.http.post("/token", data=credentials | {"grant_type": "client_credentials"})
    await rp.http.post("/token", data=credentials | {"client_secret": CHOSEN})

    taking = await add_client(**PASSWORD_CLIENT | {"access_token_format": "opaque"})
    for username, password in (("alice", PASSWORD), ("alice", CHOSEN), (MISTYPED, CHOSEN)):
        await taking.token(grant_type="password", username=username, password=password)


async def poll(browser: Browser, add_client: AddClient) -> None:
    """Connect a device, and ask a person elsewhere; both are told of the answer."""
    device = await add_client(**DEVICE)
    asked = await devices.ask(device, "openid offline_access")
    await asked.poll()
    await devices.decide(browser, asked.user_code)
    assert (await asked.poll()).status_code == 200
    ping = {
        "backchannel_token_delivery_mode": "ping",
        "backchannel_client_notification_endpoint": "https://bank.example/ping",
    }
    bank = await add_client(**BANK | ping)
    waiting = await backchannel.asked(bank, client_notification_token=CHOSEN.replace(" ", "_"))
    assert (await waiting.poll()).status_code == 400


async def make_accounts(browser: Browser, provider: Provider) -> None:
    """Set the server up, and register."""
    link = (await provider.database.run(make_setup_token)).reveal()
    for path, name in ((f"/setup/{link}", "root"), ("/register", "carol")):
        page = await browser.open(path)
        assert isinstance(page, Page)
        account = {"username": name, "email": f"{name}@example.com", "password": CHOSEN}
        shown = await browser.post(page.url, page.forms[0].fields | account)
        assert "account-page" in shown  # type: ignore[operator]  # a page
        browser.cookies.clear()


async def use_second_step(browser: Browser, secrets: set[str]) -> None:
    """Set up an app, mistype a code of it, use a recovery code, make new ones, turn it off."""
    await open_account(browser)
    app, shown = await set_up(browser)
    codes = codes_on(shown)
    secrets.update(code.replace("-", "") for code in codes)
    browser.cookies.clear()
    step = await press(browser, await open_page(browser, "/login"), "login-submit", **ALICE)
    await press(browser, step, "verify-submit", code=app.wrong_code())
    other = await open_page(browser, f"{step.url}?method=recovery_code")
    assert "account-page" in await press(browser, other, "verify-submit", code=codes[0])
    page = await open_page(browser, "/account/recovery-codes")
    assert len(codes_on(await press(browser, page, "recovery-codes-make"))) == len(codes)
    await turn_off(browser)
    browser.cookies.clear()


async def make_mistakes(browser: Browser, rp: RelyingParty) -> None:
    """Type a password where the name belongs, mistype it, send things to the wrong place."""
    page = await browser.open(rp.authorization_url(prompt="login"))
    assert isinstance(page, Page)
    for username, password in ((MISTYPED, ""), (MISTYPED, MISTYPED), ("alice", MISTYPED)):
        await browser.sign_in(page, username, password)
    assert isinstance(await browser.submit(page, "login-cancel"), Arrival)
    secret = {"password": CHOSEN, "client_secret": MISTYPED, "code": CHOSEN, "token": MISTYPED}
    for path in ("/token", "/par", "/introspect", "/revoke", "/login", "/authorize", "/nothing"):
        await rp.http.get(path, params=secret)
        await rp.http.post(path, data=secret, auth=(CHOSEN, MISTYPED))
        await rp.http.post(path, content=json.dumps(secret))
    await rp.userinfo(CHOSEN)


@asynccontextmanager
async def without_users(provider: Provider) -> AsyncIterator[None]:
    """Take a table away, so that queries fail with what was typed among their parameters."""
    there, gone = "users RENAME TO lost_users", "lost_users RENAME TO users"
    run = provider.database.run
    await run(lambda: db().execute(text(f"ALTER TABLE {there}")))
    try:
        yield
    finally:
        await run(lambda: db().execute(text(f"ALTER TABLE {gone}")))


async def dump(provider: Provider) -> bytes:
    """Read everything that the database keeps, with what SQLite has not overwritten yet."""
    url = provider.config.database.async_url
    if url.startswith("sqlite"):
        path = Path(url.partition("///")[2])
        return b"".join(
            each.read_bytes() for each in path.parent.glob(path.name + "*")
        )  # short files
    async with provider.database.engine.connect() as connection:
        rows = [
            row
            for table in metadata.sorted_tables
            for row in await connection.scalars(text(f"SELECT t::text FROM {table.name} t"))  # noqa: S608  # our own names
        ]
    return "\n".join(rows).encode()


def read(path: Path) -> bytes:
    """Read a file, and those whose names go on where its name ends."""
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(path.name + "*")))
