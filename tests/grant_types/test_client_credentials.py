"""Client credentials: a client acts for itself, within what it is registered for."""

from functools import partial

import httpx2
import pytest

from idp.clients.registration import Registered, register, remove
from idp.web.provider import Provider
from tests.conftest import AddClient, Clock
from tests.parties.clients import MACHINE
from tests.parties.relying_party import RelyingParty, unverified_claims

GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
async def machine(add_client: AddClient) -> RelyingParty:
    """Add a client that acts for itself; some of its scope is about users."""
    return await add_client(**MACHINE | {"scope": "notes.read notes.write openid email profile"})


async def test_client_gets_a_token_of_its_own(machine: RelyingParty) -> None:
    """The token speaks for the client; there is no person, so nothing else comes with it."""
    response = await machine.token(**GRANT)

    body = response.json()
    assert set(body) == {"access_token", "token_type", "expires_in", "scope"}
    assert body["scope"] == "notes.read notes.write"
    claims = unverified_claims(body["access_token"])
    assert (claims["sub"], claims["client_id"]) == (machine.client_id, machine.client_id)
    assert {"auth_time", "gid"}.isdisjoint(claims)
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("requested", "granted"),
    [
        ("notes.read", "notes.read"),
        ("notes.write notes.read notes.read", "notes.read notes.write"),
        ("", "notes.read notes.write"),
    ],
)
async def test_scope_may_be_narrowed(machine: RelyingParty, requested: str, granted: str) -> None:
    """Some of what is registered, or all of it if nothing is asked."""
    body = (await machine.token(**GRANT, scope=requested)).json()

    assert body["scope"] == granted
    assert unverified_claims(body["access_token"])["scope"] == granted


async def test_other_scopes_are_refused(machine: RelyingParty) -> None:
    """Nothing unregistered, nothing about a person who is not there, nothing malformed."""
    refused = [
        "openid",
        "notes.read openid",
        "offline_access",
        "email",
        "profile",
        "admin",
        "notes.read admin",
        "NOTES.READ",
        'notes"read',
        "notes.read\nadmin",
        " ",
        "a " * 2000,
    ]

    answers = [await machine.token(**GRANT, scope=scope) for scope in refused]

    assert [(each.status_code, each.json()["error"]) for each in answers] == [
        (400, "invalid_scope")
    ] * len(refused)


async def test_client_without_a_scope_gets_a_token_without_one(add_client: AddClient) -> None:
    """Who needs no scope gets none; an empty one would be malformed."""
    machine = await add_client(**MACHINE | {"scope": ""})

    response = await machine.token(**GRANT)

    body = response.json()
    described = (await machine.introspect(body["access_token"])).json()
    assert response.status_code == 200
    assert described["active"] is True
    for told in (body, unverified_claims(body["access_token"]), described):
        assert "scope" not in told


@pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])
async def test_token_of_a_removed_client_stays_dead(
    provider: Provider, http: httpx2.AsyncClient, clock: Clock, access_token_format: str
) -> None:
    """A later client of the same id does not inherit the tokens of the earlier."""
    metadata = MACHINE | {"access_token_format": access_token_format}
    add = partial(register, metadata, provider.config, client_id="batch")
    first = await provider.database.run(add)
    before = await token_of(as_party(http, first))
    clock.move(1)

    await provider.database.run(remove, "batch")
    second = await provider.database.run(add)

    machine = as_party(http, second)
    after = await token_of(machine)
    answers = [(await machine.introspect(token)).json()["active"] for token in (before, after)]
    assert answers == [False, True]


def as_party(http: httpx2.AsyncClient, registered: Registered) -> RelyingParty:
    """Give a client with its secret."""
    assert registered.client_secret is not None
    return RelyingParty(http, registered.client.client_id, registered.client_secret.reveal())


async def token_of(machine: RelyingParty) -> str:
    """Ask for a token."""
    token: str = (await machine.token(**GRANT)).json()["access_token"]
    return token


async def test_clients_that_may_not(rp: RelyingParty, public_rp: RelyingParty) -> None:
    """The grant type must be registered, and the client must prove who it is."""
    answers = [await each.token(**GRANT) for each in (rp, public_rp)]

    assert [(each.status_code, each.json()["error"]) for each in answers] == [
        (400, "unauthorized_client"),
        (401, "invalid_client"),
    ]


async def test_no_userinfo_for_a_client(machine: RelyingParty) -> None:
    """A client is no person (RFC 9700 §4.15)."""
    token = (await machine.token(**GRANT)).json()["access_token"]

    response = await machine.userinfo(token)

    assert (response.status_code, response.json()["error"]) == (403, "insufficient_scope")
