"""Refresh tokens: they rotate, forgive a lost answer, and end with whoever copies them."""

import asyncio
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import AddClient, Clock, Configure, Tokens
from tests.parties.clients import MACHINE
from tests.parties.relying_party import RelyingParty, unverified_claims

OFFLINE = "openid email offline_access notes.read"
DAY = 86_400

pytestmark = pytest.mark.usefixtures("alice")


@pytest.fixture
def config(configure: Configure) -> Config:
    """Shorten what would be months."""
    lifetimes = {"refresh_token_idle_lifetime": 30 * DAY, "refresh_token_lifetime": 100 * DAY}
    return configure(tokens=lifetimes)


SCOPE = "openid email offline_access notes.read notes.write"


@pytest.fixture
async def client(add_client: AddClient) -> RelyingParty:
    """Add a public client, whose tokens must rotate (RFC 9700 §2.2.2)."""
    return await add_client(token_endpoint_auth_method="none", scope=SCOPE)


def outcome(response: httpx2.Response) -> tuple[int, Any]:
    """Give what a client acts on."""
    return response.status_code, response.json().get("error")


async def refreshed(rp: RelyingParty, refresh_token: str, **changes: str) -> dict[str, Any]:
    """Refresh, successfully."""
    response = await rp.refresh(refresh_token, **changes)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


async def test_refresh_gives_other_tokens_of_the_same_sign_in(
    client: RelyingParty, tokens: Tokens, clock: Clock
) -> None:
    """A new ID token tells of the same sign-in, without its nonce (OIDC Core §12.2)."""
    first = await tokens(client, scope=OFFLINE)
    clock.move(120)

    second = await refreshed(client, first["refresh_token"])

    old, new = unverified_claims(first["id_token"]), unverified_claims(second["id_token"])
    same = ("iss", "sub", "aud", "auth_time", "amr", "sid")
    assert {name: new[name] for name in same} == {name: old[name] for name in same}
    assert "nonce" not in new
    assert new["iat"] > old["iat"]
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]


async def test_tokens_of_a_confidential_client_rotate_too(
    add_client: AddClient, tokens: Tokens, clock: Clock
) -> None:
    """One rule for all clients; a copy is seen whoever it was taken from."""
    rp = await add_client(scope=SCOPE)
    token = (await tokens(rp, scope=OFFLINE))["refresh_token"]
    successor = (await refreshed(rp, token))["refresh_token"]
    clock.move(11)

    reuse = await rp.refresh(token)

    assert outcome(reuse) == (400, "invalid_grant")
    assert outcome(await rp.refresh(successor)) == (400, "invalid_grant")


async def test_narrowed_refresh_does_not_narrow_the_next(
    client: RelyingParty, tokens: Tokens
) -> None:
    """Less may be asked for once; the grant keeps its scope (RFC 6749 §6)."""
    first = await tokens(client, scope=OFFLINE)

    narrow = await refreshed(client, first["refresh_token"], scope="notes.read")
    wide = await refreshed(client, narrow["refresh_token"])

    assert narrow["scope"] == "notes.read"
    assert unverified_claims(narrow["access_token"])["scope"] == "notes.read"
    assert "id_token" not in narrow
    assert set(wide["scope"].split()) == set(OFFLINE.split())
    assert "id_token" in wide


async def test_refusals_leave_the_token_good(
    client: RelyingParty, add_client: AddClient, tokens: Tokens
) -> None:
    """A wider scope, another client or a damaged token is refused, and nothing is lost."""
    other = await add_client()
    token = (await tokens(client, scope=OFFLINE))["refresh_token"]
    tried: list[tuple[RelyingParty, dict[str, str | None], str]] = [
        (client, {"scope": OFFLINE + " notes.write"}, "invalid_scope"),
        (client, {"scope": "unknown"}, "invalid_scope"),
        (client, {"scope": 'op"enid'}, "invalid_scope"),
        (client, {"scope": " "}, "invalid_scope"),
        (client, {"refresh_token": token[:-1]}, "invalid_grant"),
        (client, {"refresh_token": token + "a"}, "invalid_grant"),
        (client, {"refresh_token": token.swapcase()}, "invalid_grant"),
        (client, {"refresh_token": "\u00e9"}, "invalid_grant"),
        (client, {"refresh_token": ""}, "invalid_request"),
        (client, {"refresh_token": None}, "invalid_request"),
        (other, {}, "invalid_grant"),
    ]

    answers = [
        outcome(await each.refresh(**({"refresh_token": token} | changes)))
        for each, changes, _ in tried
    ]

    assert answers == [(400, error) for _, _, error in tried]
    assert (await client.refresh(token)).status_code == 200


async def test_retry_within_the_window_gets_the_same_successor(
    client: RelyingParty, tokens: Tokens, clock: Clock
) -> None:
    """Who lost the answer may ask again; the chain does not fork."""
    token = (await tokens(client, scope=OFFLINE))["refresh_token"]
    first = await refreshed(client, token)
    clock.move(9)

    again = await refreshed(client, token)

    assert again["refresh_token"] == first["refresh_token"]
    assert (await client.refresh(again["refresh_token"])).status_code == 200


@pytest.mark.parametrize(("used", "seconds"), [(False, 11), (True, 0), (True, 9)])
async def test_reuse_ends_the_grant(
    client: RelyingParty,
    add_client: AddClient,
    tokens: Tokens,
    clock: Clock,
    used: bool,
    seconds: int,
) -> None:
    """Too late, or after the successor was used, a second use means that two have the token."""
    token = (await tokens(client, scope=OFFLINE))["refresh_token"]
    latest = await refreshed(client, token)
    if used:
        latest = await refreshed(client, latest["refresh_token"])
    clock.move(seconds)

    reuse = await client.refresh(token)

    assert outcome(reuse) == (400, "invalid_grant")
    assert outcome(await client.refresh(latest["refresh_token"])) == (400, "invalid_grant")
    machine = await add_client(**MACHINE)
    for each in (latest["access_token"], latest["refresh_token"], token):
        assert (await machine.introspect(each)).json() == {"active": False}


async def test_parallel_refreshes_all_get_the_same_successor(
    client: RelyingParty, tokens: Tokens
) -> None:
    """A client that refreshes from many places at once stays signed in."""
    token = (await tokens(client, scope=OFFLINE))["refresh_token"]

    answers = await asyncio.gather(*(client.refresh(token) for _ in range(20)))

    assert [each.status_code for each in answers] == [200] * 20
    successors = {each.json()["refresh_token"] for each in answers}
    assert len(successors) == 1
    assert (await client.refresh(successors.pop())).status_code == 200


async def test_unused_token_ends_after_its_idle_lifetime(
    client: RelyingParty, tokens: Tokens, clock: Clock
) -> None:
    """A token that nobody uses dies; one that is used lives on."""
    token = (await tokens(client, scope=OFFLINE))["refresh_token"]
    clock.move(29 * DAY)
    token = (await refreshed(client, token))["refresh_token"]
    clock.move(29 * DAY)
    token = (await refreshed(client, token))["refresh_token"]

    clock.move(30 * DAY + 1)

    assert outcome(await client.refresh(token)) == (400, "invalid_grant")


async def test_grant_ends_after_its_lifetime_however_often_it_is_refreshed(
    client: RelyingParty, tokens: Tokens, clock: Clock
) -> None:
    """Once in a while the person has to be asked again."""
    token = (await tokens(client, scope=OFFLINE))["refresh_token"]
    for _ in range(4):
        clock.move(24 * DAY)
        token = (await refreshed(client, token))["refresh_token"]

    clock.move(4 * DAY + 1)

    assert outcome(await client.refresh(token)) == (400, "invalid_grant")


async def test_access_token_never_outlives_its_grant(
    client: RelyingParty, tokens: Tokens, clock: Clock
) -> None:
    """Just before the grant ends, the lifetime of an access token is cut."""
    token = (await tokens(client, scope=OFFLINE))["refresh_token"]
    for days in (25, 25, 25, 24):
        clock.move(days * DAY)
        token = (await refreshed(client, token))["refresh_token"]
    clock.move(DAY - 60)

    body = await refreshed(client, token)

    assert 0 < body["expires_in"] <= 60


async def test_two_people_refresh_as_themselves(
    client: RelyingParty, alice: User, add_user: Any, tokens: Tokens, new_browser: Any
) -> None:
    """A refresh token speaks for the person of its own sign-in."""
    bob = await add_user("bob")
    of_alice = await tokens(client, scope=OFFLINE)
    of_bob = await tokens(client, scope=OFFLINE, username="bob", browser=new_browser())

    subjects = [
        unverified_claims((await refreshed(client, each["refresh_token"]))["id_token"])["sub"]
        for each in (of_alice, of_bob)
    ]

    assert subjects == [alice.user_id, bob.user_id]
