"""What was allowed in detail, where a token is exchanged for another (RFC 9396 §6, RFC 8693 §2)."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.oauth2.authorization_details import UNREGISTERED, WIDER
from idp.storage.users import User
from idp.vocabulary import TokenTypeIdentifier as TokenType
from idp.web.provider import Provider
from tests.conftest import ISSUER, Configure, Tokens
from tests.parties.detailed import ACCOUNTS, PAYMENT, TYPES, details
from tests.parties.relying_party import unverified_claims
from tests.parties.services import AUDIENCE, Services, exchange, exchanged, refused, service
from tests.parties.trusted_issuer import CI, TOKEN_EXCHANGE, TrustedIssuer, publish

LIST = ACCOUNTS | {"actions": ["list_accounts"]}
OTHER_PAYMENT = PAYMENT | {"to": "Merchant B"}
TYPED: dict[str, Any] = {"authorization_details_types": list(TYPES)}
OWN = TYPED | {
    "grant_types": ["authorization_code", "refresh_token", TOKEN_EXCHANGE],
    "token_exchange_audiences": ["stock"],
}
ERROR = "invalid_authorization_details"


@pytest.fixture
def config(configure: Configure, tmp_path: Path) -> Config:
    """Declare the types, and believe another issuer."""
    issuers = {CI: {"jwks": publish(tmp_path), "user_by": "username"}}
    return configure(**AUDIENCE, trusted_issuers=issuers, authorization_details_types=TYPES)


@pytest.fixture
async def services(provider: Provider, http: httpx2.AsyncClient, alice: User) -> Services:
    """Register the app and the APIs; stock has one type, and the bank none."""
    return await Services.register(
        provider,
        http,
        web=OWN,
        orders=service("stock", "bank", trusted_issuers=[CI], **TYPED),
        stock=service("bank", authorization_details_types=["account_information"]),
        bank=service("orders"),
    )


@pytest.fixture
async def token(services: Services, tokens: Tokens) -> str:
    """Let alice allow the web app two things, and give its token, which orders has received."""
    asked = details(ACCOUNTS, PAYMENT)
    access_token: str = (await tokens(services.web, authorization_details=asked))["access_token"]
    return access_token


def of(token: str) -> object:
    """Read what a token is for in detail."""
    return unverified_claims(token).get("authorization_details")


async def test_details_go_with_the_token(services: Services, token: str) -> None:
    """Without a wish the new token is for all of them; the answer and introspection say so."""
    response = await exchange(services.orders, token, audience="stock")

    body = response.json()
    introspected = (await services.orders.introspect(body["access_token"])).json()
    assert of(body["access_token"]) == [ACCOUNTS, PAYMENT]
    assert body["authorization_details"] == [ACCOUNTS, PAYMENT]
    assert introspected["authorization_details"] == [ACCOUNTS, PAYMENT]


@pytest.mark.parametrize("asked", [[ACCOUNTS], [PAYMENT], [LIST], [PAYMENT, LIST]])
async def test_details_are_narrowed(services: Services, token: str, asked: list[Any]) -> None:
    """They are some of those, or the same for less; the scope is as it would be without."""
    response = await exchange(
        services.orders, token, audience="stock", authorization_details=json.dumps(asked)
    )

    body = response.json()
    assert of(body["access_token"]) == body["authorization_details"] == asked
    assert body["scope"] == "notes.read notes.write"


@pytest.mark.parametrize(
    "asked",
    [
        [OTHER_PAYMENT],
        [PAYMENT, OTHER_PAYMENT],
        [PAYMENT | {"amount": {"value": "123.51", "currency": "EUR"}}],
        [PAYMENT | {"amount": {"value": "123.50"}}],
        [ACCOUNTS | {"privileges": ["admin"]}],
        [ACCOUNTS | {"limits": {"days": 90}}],
        [{"type": "account_information"}],
    ],
)
async def test_details_never_grow(services: Services, token: str, asked: list[Any]) -> None:
    """What is more, or something else, is refused, and so is what leaves a limit out."""
    error, text = await refused(
        services.orders, token, audience="stock", authorization_details=json.dumps(asked)
    )

    assert (error, text) == (ERROR, WIDER)


async def test_what_was_narrowed_stays_narrow(services: Services, token: str) -> None:
    """The next exchange begins with what the token says, not with what the person allowed."""
    narrow = await exchanged(
        services.orders, token, audience="stock", authorization_details=details(LIST)
    )

    usual = await exchanged(services.stock, narrow, audience="bank")
    error, text = await refused(
        services.stock, narrow, audience="bank", authorization_details=details(ACCOUNTS)
    )

    assert of(usual) == [LIST]
    assert (error, text) == (ERROR, WIDER)


async def test_only_for_clients_that_are_registered_for_the_type(
    services: Services, token: str
) -> None:
    """Others get what they would get without, and are refused if they ask for it."""
    received = await exchanged(services.orders, token, audience="bank")

    usual = await exchanged(services.bank, received, audience="orders")
    error, text = await refused(
        services.bank, received, audience="orders", authorization_details=details(LIST)
    )

    assert of(received) == [ACCOUNTS, PAYMENT]
    assert of(usual) is None
    assert (error, text) == (ERROR, UNREGISTERED)


async def test_malformed_details(services: Services, token: str) -> None:
    """They are refused as anywhere else."""
    error, _ = await refused(
        services.orders, token, audience="stock", authorization_details="payment"
    )

    assert error == ERROR


async def test_of_a_token_without_any(services: Services, tokens: Tokens) -> None:
    """Where a person has allowed nothing in detail, there is nothing to ask for."""
    plain = (await tokens(services.web))["access_token"]

    usual = await exchanged(services.orders, plain, audience="stock")
    error, text = await refused(
        services.orders, plain, audience="stock", authorization_details=details(LIST)
    )

    assert of(usual) is None
    assert (error, text) == (ERROR, WIDER)


async def test_details_alone_need_no_scope(services: Services, tokens: Tokens) -> None:
    """A token that has no scope can be exchanged for another, but not for one of nothing."""
    asked = details(PAYMENT)
    alone = (await tokens(services.web, scope=None, authorization_details=asked))["access_token"]

    response = await exchange(services.orders, alone, audience="stock")
    received = await exchanged(services.orders, alone, audience="bank")
    wider = await refused(services.orders, alone, audience="stock", scope="notes.read")
    nothing = await refused(services.bank, received, audience="orders")

    assert "scope" not in response.json()
    assert of(response.json()["access_token"]) == [PAYMENT]
    assert wider[0] == nothing[0] == "invalid_scope"


@pytest.mark.parametrize(
    ("name", "token_type"),
    [
        ("access_token", TokenType.ACCESS_TOKEN),
        ("refresh_token", TokenType.REFRESH_TOKEN),
        ("id_token", TokenType.ID_TOKEN),
    ],
)
async def test_of_the_client_s_own_tokens(
    services: Services, tokens: Tokens, name: str, token_type: TokenType
) -> None:
    """Each stands for what the person allowed, and gives no more."""
    got = await tokens(services.web, authorization_details=details(ACCOUNTS))

    async def ask(**more: str) -> httpx2.Response:
        return await exchange(services.web, got[name], token_type, audience="stock", **more)

    usual, narrow = await ask(), await ask(authorization_details=details(LIST))
    wider = await ask(authorization_details=details(PAYMENT))

    assert of(usual.json()["access_token"]) == [ACCOUNTS]
    assert of(narrow.json()["access_token"]) == [LIST]
    assert (wider.status_code, wider.json()["error"]) == (400, ERROR)


async def test_of_an_opaque_token(
    provider: Provider, http: httpx2.AsyncClient, alice: User, tokens: Tokens
) -> None:
    """Its details are read where it is kept, and kept with the new one."""
    opaque = {"access_token_format": "opaque"}
    orders = service("stock", **TYPED, **opaque)
    services = await Services.register(provider, http, web=TYPED | opaque, orders=orders)
    received = (await tokens(services.web, authorization_details=details(ACCOUNTS)))["access_token"]

    narrow = await exchanged(
        services.orders, received, audience="stock", authorization_details=details(LIST)
    )

    introspected = (await services.stock.introspect(narrow)).json()
    assert introspected["authorization_details"] == [LIST]


async def test_another_issuer_allows_nothing_in_detail(services: Services) -> None:
    """It says who somebody is, which is nothing that they have allowed."""
    jwt, by_jwt = TrustedIssuer(ISSUER).sign(), {"subject_token_type": TokenType.JWT}

    usual = await exchanged(services.orders, jwt, **by_jwt, audience="stock")
    error, text = await refused(
        services.orders, jwt, **by_jwt, audience="stock", authorization_details=details(LIST)
    )

    assert of(usual) is None
    assert (error, text) == (ERROR, WIDER)


async def test_a_client_gets_no_type_but_its_own(services: Services, token: str) -> None:
    """Of several details those are left out for whose type it is not registered."""
    received = await exchanged(services.orders, token, audience="stock")

    assert of(await exchanged(services.stock, received, audience="bank")) == [ACCOUNTS]
