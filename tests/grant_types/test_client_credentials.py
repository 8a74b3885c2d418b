"""Client credentials: a client acts for itself, within what it is registered for."""

import pytest

from tests.conftest import AddClient
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

    assert response.status_code == 200
    assert "scope" not in response.json()


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
