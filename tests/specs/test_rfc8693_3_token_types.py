"""What is exchanged: tokens of each kind, in both formats, until their end (RFC 8693 §2.1, §3)."""

from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest

from idp import clock as idp_clock
from idp.config import Config
from idp.storage.users import User
from idp.vocabulary import TokenTypeIdentifier as TokenType
from idp.web.provider import Provider
from tests.conftest import Clock, Configure, Tokens
from tests.endpoints.test_end_session import logout_url
from tests.parties.browser import Browser
from tests.parties.relying_party import unverified_claims
from tests.parties.services import (
    AUDIENCE,
    WEB,
    Services,
    exchange,
    exchanged,
    refused,
    service,
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


async def test_its_owner_may_narrow_it(
    provider: Provider, http: httpx2.AsyncClient, alice: User, tokens: Tokens
) -> None:
    """An app may make less of its own token, for the same audience, and needs none named."""
    grants = ["authorization_code", "refresh_token", TOKEN_EXCHANGE]
    services = await Services.register(provider, http, web={"grant_types": grants})
    got = await tokens(services.web)

    own = await exchanged(services.web, got["access_token"], scope="notes.read")
    other = await refused(services.web, got["access_token"], audience="stock")

    claims = unverified_claims(own)
    assert (claims["aud"], claims["scope"], claims["client_id"]) == ("orders", "notes.read", "web")
    assert other[0] == "invalid_target"


async def test_a_refresh_token_of_its_own(
    provider: Provider, http: httpx2.AsyncClient, alice: User, tokens: Tokens
) -> None:
    """It is exchanged and stays what it was; another client's is not."""
    grants = ["authorization_code", "refresh_token", TOKEN_EXCHANGE]
    web = {"grant_types": grants, "token_exchange_audiences": ["stock"]}
    services = await Services.register(provider, http, web=web)
    first = (await tokens(services.web, prompt="consent"))["refresh_token"]
    of_type = {"subject_token_type": TokenType.REFRESH_TOKEN}

    usual = await exchanged(services.web, first, **of_type)
    named = await exchanged(services.web, first, **of_type, audience="stock")
    stolen = await refused(services.orders, first, **of_type, audience="stock")
    second = (await services.web.refresh(first)).json()["refresh_token"]
    spent = await refused(services.web, first, **of_type)

    assert unverified_claims(usual)["aud"] == "orders"
    assert unverified_claims(named)["aud"] == "stock"
    assert stolen == spent == ("invalid_request", NOT_GOOD)
    assert (await services.web.refresh(second)).status_code == 200


async def test_an_id_token_of_its_own(
    provider: Provider, http: httpx2.AsyncClient, alice: User, tokens: Tokens
) -> None:
    """It opens what the operator has named, and no more; another client's opens nothing."""
    web = {
        "grant_types": ["authorization_code", TOKEN_EXCHANGE],
        "token_exchange_audiences": ["stock"],
    }
    services = await Services.register(provider, http, web=web)
    got = await tokens(services.web)
    of_type = {"subject_token_type": TokenType.ID_TOKEN}

    named = await exchanged(services.web, got["id_token"], **of_type, audience="stock")
    unnamed = await refused(services.web, got["id_token"], **of_type)
    stolen = await refused(services.orders, got["id_token"], **of_type, audience="stock")

    claims = unverified_claims(named)
    assert (claims["sub"], claims["aud"]) == (alice.user_id, "stock")
    assert claims["gid"] == unverified_claims(got["access_token"])["gid"]
    assert unnamed[0] == "invalid_target"
    assert stolen == ("invalid_request", NOT_GOOD)


@pytest.fixture
async def apps(provider: Provider, http: httpx2.AsyncClient, alice: User) -> Services:
    """Register two apps that people sign in to, and that may exchange their tokens."""
    web = WEB | {
        "grant_types": ["authorization_code", "refresh_token", TOKEN_EXCHANGE],
        "response_types": ["code"],
        "token_exchange_audiences": ["stock"],
    }
    return await Services.register(provider, http, web=web, orders=web)


async def test_an_id_token_of_another_app(apps: Services, tokens: Tokens) -> None:
    """Though both apps know the person, of the same sign-in, each has its own ID tokens."""
    of_web = (await tokens(apps.web))["id_token"]
    of_orders = (await tokens(apps.orders))["id_token"]

    own = await exchange(apps.orders, of_orders, TokenType.ID_TOKEN, audience="stock")
    stolen = await exchange(apps.orders, of_web, TokenType.ID_TOKEN, audience="stock")

    assert (own.status_code, stolen.status_code) == (200, 400)
    assert stolen.json()["error_description"] == NOT_GOOD


async def test_an_id_token_of_another_browser(
    apps: Services, tokens: Tokens, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    """Who signs out in one browser is not asked of the other: each sign-in has its own end."""
    online = {"scope": "openid notes.read"}
    here = (await tokens(apps.web, **online))["id_token"]
    there = (await tokens(apps.web, browser=new_browser(), **online))["id_token"]

    await browser.open(logout_url(id_token_hint=here))

    answers = [
        await exchange(apps.web, each, TokenType.ID_TOKEN, audience="stock")
        for each in (here, there)
    ]
    assert [each.status_code for each in answers] == [400, 200]


async def test_an_id_token_expires(apps: Services, tokens: Tokens, clock: Clock) -> None:
    """After that it opens nothing, however long the app may act for the person."""
    got = await tokens(apps.web, prompt="consent")
    clock.move(3601)

    refreshed = (await apps.web.refresh(got["refresh_token"])).json()
    old = await exchange(apps.web, got["id_token"], TokenType.ID_TOKEN, audience="stock")
    new = await exchange(apps.web, refreshed["id_token"], TokenType.ID_TOKEN, audience="stock")

    assert (old.status_code, new.status_code) == (400, 200)


@pytest.mark.parametrize("kind", ["access_token", "refresh_token", "id_token"])
async def test_nothing_comes_beside_it(apps: Services, tokens: Tokens, kind: str) -> None:
    """There is never a refresh token nor an ID token, whatever the client is registered for."""
    got = await tokens(apps.web, prompt="consent")

    response = await exchange(
        apps.web, got[kind], f"urn:ietf:params:oauth:token-type:{kind}", audience="stock"
    )

    body = response.json()
    assert set(body) == {
        "access_token",
        "issued_token_type",
        "token_type",
        "expires_in",
        "scope",
    }
    assert body["issued_token_type"] == TokenType.ACCESS_TOKEN
    assert body["token_type"] == "Bearer"
    assert (await apps.web.userinfo(body["access_token"])).status_code == 401


async def test_a_token_is_taken_for_what_it_is(
    provider: Provider, http: httpx2.AsyncClient, alice: User, tokens: Tokens
) -> None:
    """No kind of token passes for another (RFC 8725 §3.12)."""
    web = {"grant_types": ["authorization_code", "refresh_token", TOKEN_EXCHANGE]}
    services = await Services.register(provider, http, web=web)
    got = await tokens(services.web, prompt="consent")
    kinds = {
        TokenType.ACCESS_TOKEN: got["access_token"],
        TokenType.REFRESH_TOKEN: got["refresh_token"],
        TokenType.ID_TOKEN: got["id_token"],
    }

    errors = [
        (await refused(services.web, value, subject_token_type=kind))[0]
        for kind in TokenType
        for is_of, value in kinds.items()
        if is_of != kind
    ]

    assert errors == ["invalid_request"] * 9


async def test_an_expired_token(services: Services, token: str, clock: Clock) -> None:
    """What is no good any more is exchanged for nothing."""
    clock.move(601)

    assert await refused(services.orders, token, audience="stock") == ("invalid_request", NOT_GOOD)


async def test_it_lives_no_longer(services: Services, token: str, clock: Clock) -> None:
    """Exchanging a token wins no time, however often it is done."""
    end = unverified_claims(token)["exp"]
    clock.move(400)
    now = idp_clock.timestamp(idp_clock.now())

    response = await exchange(services.orders, token, audience="stock")

    claims = unverified_claims(response.json()["access_token"])
    assert claims["exp"] == end
    assert abs(response.json()["expires_in"] - (end - now)) <= 2
    assert timedelta(seconds=claims["exp"] - claims["iat"]) < timedelta(seconds=210)


@pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])
async def test_opaque_tokens(
    provider: Provider,
    http: httpx2.AsyncClient,
    alice: User,
    tokens: Tokens,
    access_token_format: str,
) -> None:
    """It is all the same in both formats, of what is exchanged and of what comes of it."""
    of_format = {"access_token_format": access_token_format}
    services = await Services.register(
        provider, http, web={"access_token_format": "opaque"}, orders=service("stock", **of_format)
    )
    token = (await tokens(services.web))["access_token"]

    for_stock = await exchanged(services.orders, token, audience="stock")
    for_bank = await exchanged(services.stock, for_stock, audience="bank")

    described = (await services.stock.introspect(for_stock)).json()
    assert (described["sub"], described["aud"]) == (alice.user_id, "stock")
    assert (described["client_id"], described["scope"]) == ("orders", "notes.read notes.write")
    assert (await services.bank.introspect(for_bank)).json()["active"] is True
