"""The password grant: for clients that were given it, with the rules of the login page."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from idp.config import Config
from idp.storage.audit_events import audit_events
from idp.storage.database import db
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddClient, Configure
from tests.parties.browser import Browser, Page
from tests.parties.clients import PASSWORD_CLIENT
from tests.parties.operator import Operator
from tests.parties.relying_party import RelyingParty, unverified_claims


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let nobody guess more than three times."""
    return configure(throttle={"account_failures": 3, "window": 300})


@pytest.fixture
async def client(add_client: AddClient) -> RelyingParty:
    """Add a client that takes passwords."""
    return await add_client(**PASSWORD_CLIENT)


async def ask(
    client: RelyingParty, username: str = "alice", password: str = PASSWORD, **changes: Any
) -> httpx2.Response:
    """Send a password."""
    return await client.token(
        **({"grant_type": "password", "username": username, "password": password} | changes)
    )


async def test_password_gets_tokens(client: RelyingParty, alice: User) -> None:
    """The tokens speak for the person, who was asked for a password just now."""
    response = await ask(client, scope="openid email offline_access")

    body = response.json()
    assert set(body) >= {"access_token", "id_token", "refresh_token"}
    claims = unverified_claims(body["id_token"])
    assert (claims["sub"], claims["amr"]) == (alice.user_id, ["pwd"])
    assert "sid" not in claims
    assert (await client.userinfo(body["access_token"])).json()["email"] == "alice@example.com"
    assert (await client.refresh(body["refresh_token"])).status_code == 200


async def test_no_refresh_token_without_offline_access(client: RelyingParty, alice: User) -> None:
    """The scope decides, as in the browser."""
    body = (await ask(client, scope="openid email")).json()

    assert "refresh_token" not in body


async def test_email_address_is_a_user_name_too(client: RelyingParty, alice: User) -> None:
    """As on the login page."""
    response = await ask(client, "Alice@Example.com")

    assert response.status_code == 200


async def test_wrong_unknown_and_disabled_are_one_answer(
    client: RelyingParty, alice: User, add_user: Any, provider: Provider
) -> None:
    """Nobody learns which accounts exist."""
    bob, _ = await add_user("bob"), await add_user("carol", password=None)
    await Operator(provider).disable_user(bob)

    answers = [
        await ask(client, password="wrong"),
        await ask(client, "nobody"),
        await ask(client, "bob"),
        await ask(client, "carol"),
        await ask(client, password=PASSWORD[:-1]),
        await ask(client, password="x" * 5000),
        await ask(client, "\u202e'\"\\"),
    ]

    told = {(each.status_code, each.text) for each in answers}
    assert len(told) == 1
    assert (answers[0].status_code, answers[0].json()["error"]) == (400, "invalid_grant")


async def test_malformed_requests_are_refused(client: RelyingParty, alice: User) -> None:
    """What is missing or malformed is told, and the right request still works."""
    answers = [
        await ask(client, username=""),
        await ask(client, password=""),
        await ask(client, scope="unknown"),
        await ask(client, scope='op"enid'),
    ]

    assert [(each.status_code, each.json()["error"]) for each in answers] == [
        (400, "invalid_request"),
        (400, "invalid_request"),
        (400, "invalid_scope"),
        (400, "invalid_scope"),
    ]
    assert (await ask(client)).status_code == 200


async def test_a_right_password_is_never_silent(
    client: RelyingParty, alice: User, provider: Provider
) -> None:
    """A request that is refused for its scope says nothing of the password, which is not tried."""
    answers = [await ask(client, password=each, scope="unknown") for each in (PASSWORD, "wrong")]
    refused = await provider.database.run(list_logins)

    await ask(client)

    assert answers[0].text == answers[1].text
    assert refused == []
    assert await provider.database.run(list_logins) == ["login_succeeded"]


def list_logins() -> list[str]:
    """List the names of the events that tell of a password."""
    is_login = audit_events.c.name.startswith("login_")
    return list(db().scalars(select(audit_events.c.name).where(is_login)))


async def test_clients_that_were_not_given_it(
    rp: RelyingParty, public_rp: RelyingParty, alice: User
) -> None:
    """A client must be registered for the grant type, which a public one cannot be."""
    answers = [await ask(each) for each in (rp, public_rp)]

    assert [each.json()["error"] for each in answers] == ["unauthorized_client"] * 2


async def test_guessing_is_throttled(client: RelyingParty, alice: User) -> None:
    """After too many failures even the right password has to wait."""
    for _ in range(3):
        await ask(client, password="wrong")

    response = await ask(client)

    assert response.status_code == 429
    assert response.json()["error"] == "temporarily_unavailable"
    assert 0 < int(response.headers["retry-after"]) <= 300


async def test_failures_on_the_login_page_count_here(
    client: RelyingParty, alice: User, browser: Browser
) -> None:
    """One counter for all ways to try a password."""
    page = await browser.open("/login")
    for _ in range(3):
        assert isinstance(page, Page)
        page = await browser.sign_in(page, "alice@example.com", "wrong")

    response = await ask(client)

    assert response.status_code == 429


async def test_failures_here_count_on_the_login_page(
    client: RelyingParty, alice: User, browser: Browser
) -> None:
    """Nor can this grant be used to guess past the page's limit."""
    for _ in range(3):
        await ask(client, password="wrong")

    page = await browser.open("/login")
    assert isinstance(page, Page)
    shown = await browser.sign_in(page, "alice", PASSWORD)

    assert isinstance(shown, Page)
    assert shown.status == 429


async def test_wrong_client_does_not_count_against_the_person(
    rp: RelyingParty, client: RelyingParty, alice: User
) -> None:
    """Who may not try a password cannot lock anybody out by trying."""
    for _ in range(5):
        await ask(rp, password="wrong")

    response = await ask(client)

    assert response.status_code == 200
