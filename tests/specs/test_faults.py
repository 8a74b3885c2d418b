"""A database that fails at any moment: the answer is 503, nothing is half done, a repeat works."""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlalchemy import Engine, Table, event, func, select
from sqlalchemy.exc import OperationalError

from idp.config import Config
from idp.log import request_id
from idp.storage.authorization_codes import authorization_codes
from idp.storage.database import db
from idp.storage.grants import grants
from idp.storage.interactions import interactions
from idp.storage.login_sessions import login_sessions
from idp.storage.postgresql import PostgreSQLTransaction
from idp.storage.refresh_tokens import refresh_tokens
from idp.storage.sqlite_transaction import Reading, Writing
from idp.storage.users import User, users
from idp.storage.writer import Writer
from idp.users.setup import make_setup_token
from idp.web.provider import Provider
from tests.conftest import ISSUER, PASSWORD, AddClient, Configure, SignIn, Tokens
from tests.parties.browser import Browser, Page
from tests.parties.clients import PASSWORD_CLIENT, AssertingClient
from tests.parties.relying_party import RelyingParty

Send = Callable[[], Awaitable[httpx2.Response]]
Insist = Callable[[Send], Awaitable[httpx2.Response]]

MANY = 10_000


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people register, and try a password as often as it takes."""
    return configure(
        registration={"mode": "open", "verify_email": False},
        throttle=dict.fromkeys(
            ("account_failures", "account_failures_everywhere", "address_failures"), MANY
        ),
    )


class Breakdown:
    """Makes a database fail at the n-th statement or commit: once, or from then on."""

    def __init__(self, engine: Engine, patch: pytest.MonkeyPatch) -> None:
        self.engine = engine
        self.remaining = 0
        self.is_lasting = False
        self.has_struck = False
        event.listen(engine, "before_cursor_execute", self._count)
        self._stand_before(patch, Writing, "_run")
        self._stand_before(patch, Reading, "fetch")
        self._stand_before(patch, PostgreSQLTransaction, "_run")
        self._stand_before(patch, Writer, "_commit")

    def plan(self, number: int, *, is_lasting: bool) -> None:
        """Fail at the n-th statement from now; never with 0."""
        self.remaining, self.is_lasting, self.has_struck = number, is_lasting, False

    def stop(self) -> None:
        """Let the database be."""
        self.plan(0, is_lasting=False)
        event.remove(self.engine, "before_cursor_execute", self._count)

    def _stand_before(self, patch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
        """Count what goes the short way to a driver, but for what undoes something."""
        run = getattr(owner, name)

        def counted(it: Any, *args: Any) -> Any:
            if not any(word in str(args) for word in ("ROLLBACK", "RELEASE")):
                try:
                    self._count()
                except OperationalError:
                    if isinstance(it, Writer):  # as a database does that cannot commit
                        it.connection.execute("ROLLBACK")
                    raise
            return run(it, *args)

        patch.setattr(owner, name, counted)

    def _count(self, *_: Any) -> None:
        if not request_id():
            return  # upkeep asks, too
        is_struck = self.remaining == 1
        if self.remaining > 1 or (is_struck and not self.is_lasting):
            self.remaining -= 1
        if is_struck:
            self.has_struck = True
            raise OperationalError("SELECT secret", {}, Exception("no space left"))


@pytest.fixture
def breakdown(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Breakdown]:
    """Take hold of the server's database."""
    breakdown = Breakdown(provider.database.engine.sync_engine, monkeypatch)
    yield breakdown
    breakdown.stop()


@pytest.fixture
def insist(breakdown: Breakdown) -> Insist:
    """Send a request again and again, with the database failing one statement later each time."""

    async def insist(send: Send) -> httpx2.Response:
        for number in range(1, 60):
            for is_lasting in (True, False):
                breakdown.plan(number, is_lasting=is_lasting)
                response = await send()
                has_struck = breakdown.has_struck
                breakdown.plan(0, is_lasting=False)
                if not has_struck:
                    assert number > 1, "the database was never asked"
                    return response
                _is_refusal(response, number)
        raise AssertionError("there is no end to its statements")

    return insist


def _is_refusal(response: httpx2.Response, number: int) -> None:
    where = (str(response.request.url), number, response.status_code, response.text)
    assert response.status_code == 503, where
    assert response.headers["Retry-After"] == "5", where
    assert "space" not in response.text, where
    assert "SELECT" not in response.text, where
    assert "Location" not in response.headers, where
    if "text/html" in response.headers["Content-Type"]:
        assert 'id="error-page"' in response.text, where
    else:
        assert response.json()["error"] == "temporarily_unavailable", where


def count(tables: Sequence[Table]) -> list[int]:
    """Count the rows of tables."""
    return [db().scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def hidden(page: httpx2.Response) -> dict[str, str]:
    """Find the hidden fields of a page."""
    return dict(re.findall('<input type="hidden" name="([a-z]+)" value="([^"]*)">', page.text))


async def test_a_sign_in_survives_a_failure_at_any_statement(
    browser: Browser, rp: RelyingParty, alice: User, insist: Insist, provider: Provider
) -> None:
    """At each step from the request to the tokens, what failed is repeated and happens once."""
    web = browser.http

    async def rows(*tables: Table) -> list[int]:
        return await provider.database.run(count, tables)

    url = rp.authorization_url(scope="openid offline_access")
    login = (await insist(lambda: web.get(url))).headers["Location"]
    assert await rows(interactions) == [1]
    form = hidden(await insist(lambda: web.get(login)))
    form |= {"username": "alice", "password": PASSWORD}
    signed_in = await insist(lambda: web.post(login, data=form))
    assert await rows(login_sessions) == [1]
    back = signed_in.headers["Location"]
    consent = (await insist(lambda: web.get(back))).headers["Location"]
    decision = hidden(await insist(lambda: web.get(consent))) | {"decision": "allow"}
    assert (await insist(lambda: web.post(consent, data=decision))).headers["Location"] == back
    arrival = (await insist(lambda: web.get(back))).headers["Location"]
    assert await rows(authorization_codes, grants) == [1, 1]

    code = parse_qs(urlsplit(arrival).query)["code"][0]
    tokens = (await insist(lambda: rp.exchange(code))).json()
    assert await rows(refresh_tokens) == [1]
    tokens = (await insist(lambda: rp.refresh(tokens["refresh_token"]))).json()
    assert await rows(refresh_tokens) == [2]
    access_token = tokens["access_token"]
    assert (await insist(lambda: rp.userinfo(access_token))).status_code == 200
    assert (await insist(lambda: rp.introspect(access_token))).json()["active"] is True


async def test_what_ends_something_ends_it_or_says_that_it_did_not(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens, insist: Insist
) -> None:
    """Revoking, disconnecting and signing out never seem to have worked (CVE-2020-15223)."""
    scope = "openid offline_access"
    first = await tokens(rp, scope=scope)
    second = await tokens(rp, scope=scope)
    page = await insist(lambda: browser.http.get("/account"))
    token = hidden(page)["csrf"]
    stolen = {"Cookie": f"__Host-idp-session={browser.cookies['__Host-idp-session']}"}

    revoked = await insist(lambda: rp.revoke(first["refresh_token"]))
    assert revoked.status_code == 200
    assert (await rp.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"

    form = {"csrf": token, "client_id": rp.client_id}
    gone = await insist(lambda: browser.http.post("/account/disconnect", data=form))
    assert gone.status_code == 303
    assert (await rp.refresh(second["refresh_token"])).json()["error"] == "invalid_grant"

    out = await insist(lambda: browser.http.post("/logout", data={"csrf": token}))
    assert out.status_code == 200
    assert (await browser.http.get("/account", headers=stolen)).status_code == 303


async def test_a_replay_is_never_let_through(
    rp: RelyingParty, alice: User, walk: SignIn, insist: Insist
) -> None:
    """If the grant of a code that was used twice cannot be revoked, nothing else happens either."""
    arrival = await walk(rp, scope="openid offline_access")
    tokens = (await rp.exchange(arrival.params["code"])).json()

    refused = await insist(lambda: rp.exchange(arrival.params["code"]))

    assert refused.json()["error"] == "invalid_grant"
    assert (await rp.introspect(tokens["access_token"])).json() == {"active": False}
    assert (await rp.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_client_that_signs_survives_a_failure(
    add_client: AddClient, insist: Insist
) -> None:
    """It makes a new assertion each time, and none of them is good twice."""
    rp = await add_client(**AssertingClient.metadata())
    asserting = AssertingClient(rp.http, rp.client_id, ISSUER)
    made: list[str] = []

    def ask() -> Awaitable[httpx2.Response]:
        made.append(asserting.sign())
        return asserting.token(made[-1])

    issued = await insist(ask)

    assert issued.status_code == 200
    assert (await asserting.token(made[-1])).status_code == 401


async def test_accounts_are_made_once(browser: Browser, provider: Provider, insist: Insist) -> None:
    """Set-up and registration make a whole account or none, and the link is not lost."""
    link = f"/setup/{(await provider.database.run(make_setup_token)).reveal()}"

    for path, name in ((link, "root"), ("/register", "carol")):
        page = await browser.http.get(path)
        account = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
        form = hidden(page) | account
        made = await insist(partial(browser.http.post, path, data=form))
        assert made.status_code == 303, made.text

        browser.cookies.delete("__Host-idp-session")
        shown = await browser.open("/account/add")  # others may be signed in
        assert isinstance(shown, Page)
        assert "account-page" in await browser.sign_in(shown, name, PASSWORD)
    assert await provider.database.run(count, [users]) == [2]


async def test_the_password_grant_survives_a_failure(
    add_client: AddClient, alice: User, insist: Insist, provider: Provider
) -> None:
    """A throttle that cannot count lets nobody through, and a repeat stores one grant."""
    rp = await add_client(**PASSWORD_CLIENT)

    response = await insist(
        lambda: rp.token(grant_type="password", username="alice", password=PASSWORD)
    )

    assert response.status_code == 200
    assert await provider.database.run(count, [grants]) == [1]
