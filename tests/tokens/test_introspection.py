"""Introspection: who may ask, what is told, and what is not (RFC 7662)."""

import time
from typing import Any

import pytest

from idp.storage.users import User
from tests.conftest import ISSUER, AddClient, Clock, Tokens
from tests.parties.clients import MACHINE
from tests.parties.relying_party import RelyingParty, unverified_claims

OFFLINE = "openid offline_access"
INACTIVE = {"active": False}

pytestmark = pytest.mark.usefixtures("alice")


@pytest.fixture
async def machine(add_client: AddClient) -> RelyingParty:
    """Add a client that acts for itself, as resource servers do."""
    return await add_client(**MACHINE)


async def introspect(client: RelyingParty, token: str, **changes: str) -> Any:
    """Ask what a token is."""
    response = await client.introspect(token, **changes)
    assert response.status_code == 200, response.text
    return response.json()


async def test_active_access_token_is_described(
    machine: RelyingParty, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """All that a resource server needs, the same as in the token."""
    token = (await tokens(rp, scope="openid email"))["access_token"]

    described = await introspect(machine, token)

    claims = unverified_claims(token)
    assert described == {
        "active": True,
        "token_type": "Bearer",
        "iss": ISSUER,
        "sub": alice.user_id,
        "aud": ISSUER,
        "client_id": rp.client_id,
        "scope": "email openid",
        "username": "alice",
        "iat": claims["iat"],
        "exp": claims["exp"],
        "jti": claims["jti"],
        "auth_time": claims["auth_time"],
        "acr": claims["acr"],
    }


async def test_token_of_a_client_itself_has_no_username(machine: RelyingParty) -> None:
    """A client is no person."""
    token = (await machine.token(grant_type="client_credentials")).json()["access_token"]

    described = await introspect(machine, token)

    assert (described["active"], described["sub"]) == (True, machine.client_id)
    assert "username" not in described


async def test_active_refresh_token_is_described(
    machine: RelyingParty, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """A refresh token is no bearer token: it has no token_type and no audience."""
    token = (await tokens(rp, scope=OFFLINE))["refresh_token"]

    described = await introspect(machine, token)

    assert described.pop("exp") > described.pop("iat") >= time.time() - 60
    assert described == {
        "active": True,
        "iss": ISSUER,
        "sub": alice.user_id,
        "client_id": rp.client_id,
        "scope": "offline_access openid",
    }


async def test_who_sees_which_tokens(
    machine: RelyingParty, rp: RelyingParty, add_client: AddClient, tokens: Tokens
) -> None:
    """A client sees its own tokens; a machine and a resource server see all; others nothing."""
    askers = {
        "the client itself": rp,
        "a machine": machine,
        "a resource server": await add_client(resource_server=True),
        "another client": await add_client(),
        "a machine that has users too": await add_client(
            grant_types=["authorization_code", "client_credentials"]
        ),
    }
    issued = await tokens(rp, scope=OFFLINE)

    kinds = ("access_token", "refresh_token")
    seen = {
        name: {(await introspect(asker, issued[kind]))["active"] for kind in kinds}
        for name, asker in askers.items()
    }

    assert seen == {
        "the client itself": {True},
        "a machine": {True},
        "a resource server": {True},
        "another client": {False},
        "a machine that has users too": {False},
    }


async def test_inactive_tokens_are_told_nothing_about(
    machine: RelyingParty, rp: RelyingParty, tokens: Tokens, clock: Clock
) -> None:
    """Whatever a token is or was, the answer is the same two words."""
    issued = await tokens(rp, scope=OFFLINE)
    rotated = issued["refresh_token"]
    await rp.refresh(rotated)
    access_token = issued["access_token"]
    header, claims, signature = access_token.split(".")
    asked = [
        "x",
        "\u00e9",
        ".." * 10,
        "idp_rt_x",
        "idp_at_x",
        rotated,
        issued["id_token"],
        access_token[:-1],
        access_token + "A",
        f"{header}.{claims}.",
        f"{header}..{signature}",
        "x" * 20_000,
    ]

    answers = [await introspect(machine, token) for token in asked]
    clock.move(601)
    answers.append(await introspect(machine, access_token))

    assert answers == [INACTIVE] * len(answers)


async def test_hint_is_only_a_hint(machine: RelyingParty, rp: RelyingParty, tokens: Tokens) -> None:
    """A wrong or unknown token_type_hint changes nothing (RFC 7662 §2.1)."""
    issued = await tokens(rp, scope=OFFLINE)

    answers = [
        await introspect(machine, issued[kind], token_type_hint=hint)
        for kind in ("access_token", "refresh_token")
        for hint in ("access_token", "refresh_token", "id_token", 'x"', "")
    ]

    assert {each["active"] for each in answers} == {True}


async def test_token_must_be_there(machine: RelyingParty) -> None:
    """A request without a token is malformed."""
    answers = [await machine.post("/introspect"), await machine.introspect("")]

    assert [(each.status_code, each.json()["error"]) for each in answers] == [
        (400, "invalid_request")
    ] * 2
