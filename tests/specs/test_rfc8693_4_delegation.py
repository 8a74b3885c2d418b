"""Delegation: who acts for whom, and who may (RFC 8693 §1.1, §4.1, §4.4)."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from idp.vocabulary import TokenTypeIdentifier as TokenType
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddUser, Configure, Tokens
from tests.parties.relying_party import unverified_claims
from tests.parties.services import (
    AUDIENCE,
    Services,
    exchange,
    exchanged,
    own_token,
    refused,
    service,
)
from tests.parties.trusted_issuer import CI, TOKEN_EXCHANGE, TrustedIssuer, publish

ACTOR = {"actor_token_type": TokenType.ACCESS_TOKEN}
BY_JWT = {"subject_token_type": TokenType.JWT, "audience": "stock"}


@pytest.fixture
def config(configure: Configure, tmp_path: Path) -> Config:
    """Let the tokens of apps be for the API of orders, and believe another issuer."""
    issuers = {CI: {"jwks": publish(tmp_path), "user_by": "username"}}
    return configure(**AUDIENCE, trusted_issuers=issuers)


@pytest.fixture
async def services(provider: Provider, http: httpx2.AsyncClient, alice: User) -> Services:
    """Register the app and the APIs; orders may send what the other issuer says."""
    orders = service("stock", trusted_issuers=[CI])
    return await Services.register(provider, http, orders=orders)


@pytest.fixture
async def token(services: Services, tokens: Tokens) -> str:
    """Sign alice in to the web app, and give its access token, which orders has received."""
    access_token: str = (await tokens(services.web))["access_token"]
    return access_token


@pytest.fixture
def issuer() -> TrustedIssuer:
    """Give the issuer that is believed."""
    return TrustedIssuer(ISSUER)


async def test_an_actor(services: Services, token: str, alice: User) -> None:
    """With an actor_token the new token says who acts, besides for whom (§4.1)."""
    actor = await own_token(services.orders)

    delegated = await exchanged(
        services.orders, token, audience="stock", actor_token=actor, **ACTOR
    )

    claims = unverified_claims(delegated)
    described = (await services.stock.introspect(delegated)).json()
    assert (claims["sub"], claims["act"]) == (alice.user_id, {"sub": "orders"})
    assert described["act"] == {"sub": "orders"}


async def test_a_chain_of_three(
    services: Services, token: str, alice: User, provider: Provider
) -> None:
    """Whoever acted before stands inside, the first of them innermost (§4.1)."""
    as_orders = await own_token(services.orders)
    as_stock = await own_token(services.stock)
    as_bank = await own_token(services.bank)

    one = await exchanged(services.orders, token, audience="stock", actor_token=as_orders, **ACTOR)
    two = await exchanged(services.stock, one, audience="bank", actor_token=as_stock, **ACTOR)
    three = await exchanged(services.bank, two, audience="orders", actor_token=as_bank, **ACTOR)

    claims = unverified_claims(three)
    assert claims["act"] == {
        "sub": "bank",
        "act": {"sub": "stock", "act": {"sub": "orders"}},
    }
    assert (claims["sub"], claims["client_id"], claims["aud"]) == (alice.user_id, "bank", "orders")


async def test_an_earlier_actor_is_not_forgotten(services: Services, token: str) -> None:
    """Without an actor_token nobody acts anew, and whoever did still stands there."""
    actor = await own_token(services.orders)
    one = await exchanged(services.orders, token, audience="stock", actor_token=actor, **ACTOR)

    two = await exchanged(services.stock, one, audience="bank")

    assert unverified_claims(two)["act"] == {"sub": "orders"}


async def test_no_chain_without_end(services: Services, token: str) -> None:
    """After some exchanges there is no other."""
    circle = (services.orders, services.stock, services.bank)
    audiences = ("stock", "bank", "orders")
    for number in range(8):
        token = await exchanged(circle[number % 3], token, audience=audiences[number % 3])

    refusal = await refused(circle[8 % 3], token, audience=audiences[8 % 3])

    assert refusal == ("invalid_request", "The subject_token was exchanged too often.")


async def test_a_person_who_acts(
    provider: Provider,
    http: httpx2.AsyncClient,
    alice: User,
    add_user: AddUser,
    tokens: Tokens,
    new_browser: Any,
) -> None:
    """Somebody of the support acts for a person, each by their own token of the same client."""
    web = {
        "grant_types": ["authorization_code", TOKEN_EXCHANGE],
        "token_exchange_audiences": ["stock"],
    }
    services = await Services.register(provider, http, web=web)
    bob = await add_user("bob")
    for_alice = (await tokens(services.web))["access_token"]
    of_bob = (await tokens(services.web, username="bob", browser=new_browser()))["id_token"]

    both = {"actor_token": of_bob, "actor_token_type": TokenType.ID_TOKEN}
    token = await exchanged(services.web, for_alice, audience="stock", **both)

    claims = unverified_claims(token)
    assert (claims["sub"], claims["act"]) == (alice.user_id, {"sub": bob.user_id})


async def test_nobody_acts_as_another(services: Services, token: str) -> None:
    """A token that was only sent to a client does not make it that actor."""
    foreign = await own_token(services.stock)
    received = {"actor_token": token, **ACTOR}

    stolen = await refused(services.orders, token, audience="stock", actor_token=foreign, **ACTOR)
    sent = await refused(services.orders, token, audience="stock", **received)

    text = "The actor_token is expired, revoked, malformed or not for this client."
    assert stolen == sent == ("invalid_request", text)


async def test_an_actor_acts_for_themselves(services: Services, token: str) -> None:
    """A token that says that somebody acts for its subject is nobody's to act with."""
    actor = {"actor_token": await own_token(services.orders), **ACTOR}
    delegated = await exchanged(services.orders, token, audience="stock", **actor)

    refusal = await refused(
        services.orders, token, audience="stock", actor_token=delegated, **ACTOR
    )

    text = "The actor_token must be of somebody who acts for themselves."
    assert refusal == ("invalid_request", text)


async def test_an_actor_of_another_issuer(
    services: Services, token: str, issuer: TrustedIssuer
) -> None:
    """It is named with its issuer; it need not be anybody here."""
    actor = {"actor_token": issuer.sign(sub="robot"), "actor_token_type": TokenType.JWT}

    delegated = await exchanged(services.orders, token, audience="stock", **actor)
    unbelieved = await refused(services.stock, delegated, audience="bank", **actor)

    assert unverified_claims(delegated)["act"] == {"iss": CI, "sub": "robot"}
    assert unbelieved[1].startswith("The actor_token must come from an issuer")


@pytest.mark.parametrize(
    "may_act",
    [
        {"iss": ISSUER, "sub": "orders"},
        {"iss": ISSUER, "sub": "orders", "client_id": "orders"},
    ],
)
async def test_who_may_act(
    services: Services, issuer: TrustedIssuer, may_act: dict[str, Any]
) -> None:
    """A token may say who may act: the client itself, or whom its actor_token names (§4.4)."""
    token = issuer.sign(may_act=may_act)
    actor = {"actor_token": await own_token(services.orders), **ACTOR}

    alone = await exchange(services.orders, token, **BY_JWT)
    acting = await exchange(services.orders, token, **BY_JWT, **actor)

    assert (alone.status_code, acting.status_code) == (200, 200)


@pytest.mark.parametrize(
    "may_act",
    [
        {"iss": ISSUER, "sub": "stock"},
        {"sub": "orders"},
        {"iss": CI, "sub": "orders"},
        {"iss": ISSUER, "sub": "orders", "client_id": "stock"},
        {"iss": ISSUER, "sub": "orders", "email": "orders@example.com"},
        {"iss": ISSUER},
        {},
        [],
        "orders",
        {"iss": ISSUER, "sub": ["orders"]},
        {"iss": ISSUER, "sub": {"a": 1}},
    ],
)
async def test_who_may_not_act(services: Services, issuer: TrustedIssuer, may_act: object) -> None:
    """What names another, or cannot be understood, lets nobody act."""
    refusal = await refused(services.orders, issuer.sign(may_act=may_act), **BY_JWT)

    text = "The subject_token does not let this actor act for its subject."
    assert refusal == ("invalid_request", text)


async def test_an_actor_that_may_act(services: Services, issuer: TrustedIssuer) -> None:
    """It is the actor who must be named, not the client that brings both."""
    robot = {"actor_token": issuer.sign(sub="robot"), "actor_token_type": TokenType.JWT}
    named = issuer.sign(may_act={"sub": "robot"})
    other = issuer.sign(may_act={"iss": ISSUER, "sub": "orders"})

    delegated = await exchanged(services.orders, named, **BY_JWT, **robot)
    refusal = await refused(services.orders, other, **BY_JWT, **robot)

    assert unverified_claims(delegated)["act"] == {"iss": CI, "sub": "robot"}
    assert refusal[0] == "invalid_request"


@pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])
async def test_an_actor_of_any_name(
    provider: Provider,
    http: httpx2.AsyncClient,
    alice: User,
    tokens: Tokens,
    issuer: TrustedIssuer,
    access_token_format: str,
) -> None:
    """Whatever another issuer calls its own, it is told as it is, in both formats."""
    name = "r\u00f6bot \U0001f916" + "o" * 240
    of_format = {"access_token_format": access_token_format}
    orders = service("stock", trusted_issuers=[CI], **of_format)
    services = await Services.register(provider, http, orders=orders)
    token = (await tokens(services.web))["access_token"]
    actor = {"actor_token": issuer.sign(sub=name), "actor_token_type": TokenType.JWT}

    delegated = await exchanged(services.orders, token, audience="stock", **actor)

    described = (await services.stock.introspect(delegated)).json()
    assert described["act"] == {"iss": CI, "sub": name}
