"""Token exchange requests: what may be exchanged, by whom, for what (RFC 8693 §2.1)."""

from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from idp.vocabulary import TokenTypeIdentifier as TokenType
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddClient, Configure, Tokens
from tests.parties.relying_party import RelyingParty, unverified_claims, unverified_header
from tests.parties.services import (
    AUDIENCE,
    STOCK_API,
    Services,
    exchange,
    exchanged,
    own_token,
    refused,
)
from tests.parties.trusted_issuer import TOKEN_EXCHANGE

NOT_GOOD = "The subject_token is expired, revoked, malformed or not for this client."


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let the tokens of apps be for the API of orders."""
    return configure(**AUDIENCE)


@pytest.fixture
async def services(provider: Provider, http: httpx2.AsyncClient, alice: User) -> Services:
    """Register the app and the APIs."""
    return await Services.register(provider, http)


@pytest.fixture
async def token(services: Services, tokens: Tokens) -> str:
    """Sign alice in to the web app, and give its access token, which orders has received."""
    access_token: str = (await tokens(services.web))["access_token"]
    return access_token


async def test_who_is_called_calls_another(services: Services, token: str, alice: User) -> None:
    """A token that was sent to an API becomes one for the API that it calls, of the same person."""
    response = await exchange(services.orders, token, audience="stock")

    body = response.json()
    claims = unverified_claims(body["access_token"])
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert unverified_header(body["access_token"])["typ"] == "at+jwt"
    assert (claims["sub"], claims["client_id"], claims["aud"]) == (alice.user_id, "orders", "stock")
    assert "act" not in claims
    assert claims["gid"] == unverified_claims(token)["gid"]


async def test_several_audiences_and_resources(services: Services, token: str) -> None:
    """Both may be repeated, and the token is for all of them."""
    several = await exchanged(services.orders, token, audience=["stock"], resource=[STOCK_API])

    assert unverified_claims(several)["aud"] == [STOCK_API, "stock"]


@pytest.mark.parametrize(
    "asked",
    [
        {"audience": "bank"},
        {"audience": ["stock", "bank"]},
        {"audience": "stock", "resource": "https://bank.example/"},
        {"resource": STOCK_API + "/"},
        {"audience": ISSUER},
        {"audience": "orders"},
    ],
)
async def test_other_targets_are_refused(
    services: Services, token: str, asked: dict[str, Any]
) -> None:
    """For whom a client gets tokens, the operator has named; the rest is invalid_target."""
    error, description = await refused(services.orders, token, **asked)

    assert error == "invalid_target"
    assert description == "The client is not registered for this audience or resource."


@pytest.mark.parametrize("resource", ["stock", "https://a.example/#b", "/api", "https:", "a b:c"])
async def test_a_resource_is_an_absolute_uri(services: Services, token: str, resource: str) -> None:
    """What is no URI, or has a fragment, is told so."""
    error, description = await refused(services.orders, token, resource=resource)

    assert error == "invalid_target"
    assert description == "Each resource must be an absolute URI without a fragment."


async def test_nobody_by_default(services: Services, token: str) -> None:
    """A client for which no audience is named gets no token for anybody, nor for just anybody."""
    nothing_named = await refused(services.orders, token)
    received = await refused(
        services.stock, await exchanged(services.orders, token, audience="stock")
    )

    assert nothing_named[0] == received[0] == "invalid_target"
    assert nothing_named[1].startswith("Name an audience or a resource")


async def test_scope_is_narrowed(services: Services, token: str) -> None:
    """It is what is asked for, or all that both the token and the client have."""
    narrow = await exchange(services.orders, token, audience="stock", scope="notes.read")
    usual = await exchange(services.orders, token, audience="stock")

    assert narrow.json()["scope"] == "notes.read"
    assert usual.json()["scope"] == "notes.read notes.write"
    assert unverified_claims(usual.json()["access_token"])["scope"] == "notes.read notes.write"


@pytest.mark.parametrize("scope", ["openid", "profile", "offline_access", "notes.read admin"])
async def test_scope_never_grows(services: Services, token: str, scope: str) -> None:
    """Neither beyond the token, nor beyond the client, nor to a sign-in."""
    error, description = await refused(services.orders, token, audience="stock", scope=scope)

    assert error == "invalid_scope"
    assert (
        description
        == "The scope is wider than that of the subject_token, of the client or of the target."
    )


async def test_a_narrow_token_stays_narrow(services: Services, token: str) -> None:
    """What the token does not have, the person's grant does not add."""
    narrow = await exchanged(services.orders, token, audience="stock", scope="notes.read")

    usual = await exchange(services.stock, narrow, audience="bank")
    wider = await refused(services.stock, narrow, audience="bank", scope="notes.write")

    assert usual.json()["scope"] == "notes.read"
    assert wider[0] == "invalid_scope"


async def test_a_token_that_has_nothing_for_the_client(services: Services, tokens: Tokens) -> None:
    """A token without any word that the client may have is not exchanged for an empty one."""
    profile = (await tokens(services.web, scope="openid profile"))["access_token"]

    assert (await refused(services.orders, profile, audience="stock"))[0] == "invalid_scope"


async def test_only_those_whom_a_token_is_for(services: Services, token: str) -> None:
    """A token that is for another, or for nobody known, opens nothing (R113, confused deputy)."""
    for_stock = await exchanged(services.orders, token, audience="stock")

    assert await refused(services.stock, token, audience="bank") == ("invalid_request", NOT_GOOD)
    assert await refused(services.bank, for_stock, audience="orders") == (
        "invalid_request",
        NOT_GOOD,
    )


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"subject_token": None}, "The parameter subject_token is missing."),
        ({"subject_token_type": None}, "The parameter subject_token_type is missing."),
        ({"subject_token_type": "jwt"}, "subject_token_type is not one that is supported."),
        (
            {"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"},
            "subject_token_type is not one that is supported.",
        ),
        (
            {"requested_token_type": TokenType.REFRESH_TOKEN},
            "requested_token_type must be that of an access token, or left out.",
        ),
        (
            {"requested_token_type": TokenType.ID_TOKEN},
            "requested_token_type must be that of an access token, or left out.",
        ),
        ({"actor_token": "x"}, "The parameter actor_token_type is missing."),
        (
            {"actor_token_type": TokenType.ACCESS_TOKEN},
            "actor_token_type must be left out without an actor_token.",
        ),
        ({"subject_token": "x"}, NOT_GOOD),
        ({"subject_token": "é" * 5_000}, NOT_GOOD),
        ({"scope": ["notes.read", "notes.write"]}, "A parameter is repeated."),
    ],
)
async def test_what_is_wrong_with_a_request(
    services: Services, token: str, parameters: dict[str, Any], description: str
) -> None:
    """It is invalid_request (§2.2.2), with what the client's developer should change."""
    sent = {"subject_token": token, "audience": "stock"} | parameters

    assert await refused(services.orders, **sent) == ("invalid_request", description)


async def test_an_access_token_may_be_asked_for(services: Services, token: str) -> None:
    """It is what there is in any case."""
    asked = {"audience": "stock", "requested_token_type": TokenType.ACCESS_TOKEN}

    assert (await exchange(services.orders, token, **asked)).status_code == 200


async def test_who_may(
    services: Services, add_client: AddClient, rp: RelyingParty, token: str
) -> None:
    """Only a client that is registered for it, and that proves who it is (default deny)."""
    liar = RelyingParty(rp.http, "orders", "wrong")

    unregistered = await exchange(rp, token, audience="stock")
    unproven = await exchange(liar, token, audience="stock")
    nameless = await rp.http.post(
        "/token",
        data={"grant_type": TOKEN_EXCHANGE, "client_id": "orders", "subject_token": token},
    )

    assert (unregistered.status_code, unregistered.json()["error"]) == (400, "unauthorized_client")
    assert (unproven.status_code, unproven.json()["error"]) == (401, "invalid_client")
    assert (nameless.status_code, nameless.json()["error"]) == (401, "invalid_client")


async def test_a_token_of_no_person(services: Services, provider: Provider) -> None:
    """Whoever needs a token of its own gets it by client_credentials."""
    machine = await own_token(services.orders)

    error, description = await refused(services.orders, machine, audience="stock")

    assert error == "invalid_request"
    assert description.startswith("The subject_token must speak of a user")
