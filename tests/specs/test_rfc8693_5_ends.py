"""What ends a token ends all that it was exchanged for (RFC 8693 §5, RFC 7009 §2.1)."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from idp.vocabulary import TokenTypeIdentifier as TokenType
from idp.web.provider import Provider
from tests.conftest import Configure, Tokens
from tests.endpoints.test_end_session import logout_url
from tests.parties.browser import Browser
from tests.parties.operator import Operator
from tests.parties.relying_party import RelyingParty
from tests.parties.services import AUDIENCE, Services, exchanged, own_token, refused
from tests.parties.trusted_issuer import TOKEN_EXCHANGE


@pytest.fixture(params=["jwt", "opaque"])
async def services(
    request: pytest.FixtureRequest, provider: Provider, http: httpx2.AsyncClient, alice: User
) -> Services:
    """Register the app and the APIs, whose tokens are of one format."""
    of_format = {"access_token_format": request.param}
    names = ("web", "orders", "stock", "bank")
    return await Services.register(provider, http, **dict.fromkeys(names, of_format))


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let the tokens of apps be for the API of orders."""
    return configure(**AUDIENCE)


async def chain(services: Services, token: str) -> tuple[str, str]:
    """Let orders exchange a token for stock, and stock for the bank."""
    for_stock = await exchanged(services.orders, token, audience="stock")
    return for_stock, await exchanged(services.stock, for_stock, audience="bank")


async def are_active(services: Services, for_stock: str, for_bank: str) -> tuple[bool, bool]:
    """Ask those whom they are for whether they are good."""
    answers = (
        await services.stock.introspect(for_stock),
        await services.bank.introspect(for_bank),
    )
    return answers[0].json()["active"], answers[1].json()["active"]


End = Callable[[Operator, User, RelyingParty], Awaitable[None]]

ENDINGS: dict[str, End] = {
    "user disabled": lambda operator, user, _: operator.disable_user(user),
    "password changed": lambda operator, user, _: operator.change_password(user, "quite another 1"),
    "client disconnected": lambda operator, user, web: operator.disconnect(user, web),
    "client removed": lambda operator, _, web: operator.remove_client(web),
    "client disabled": lambda operator, _, web: operator.disable_client(web),
}


@pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)
async def test_the_grant_or_its_parties_end(
    end: End, services: Services, provider: Provider, alice: User, tokens: Tokens
) -> None:
    """Without the person, the app or what one allowed the other, nobody acts for them."""
    token = (await tokens(services.web))["access_token"]
    made = await chain(services, token)
    assert await are_active(services, *made) == (True, True)

    await end(Operator(provider), alice, services.web)

    assert await are_active(services, *made) == (False, False)
    for client, value, audience in (
        (services.orders, token, "stock"),
        (services.stock, made[0], "bank"),
    ):
        assert (await refused(client, value, audience=audience))[0] == "invalid_request"


async def test_a_service_in_between_is_disabled(
    services: Services, provider: Provider, alice: User, tokens: Tokens
) -> None:
    """Its own tokens are no good, and nobody exchanges them any more."""
    for_stock, _ = await chain(services, (await tokens(services.web))["access_token"])

    await Operator(provider).disable_client(services.orders)

    described = (await services.stock.introspect(for_stock)).json()
    refusal = await refused(services.stock, for_stock, audience="bank")
    assert described == {"active": False}
    assert refusal[0] == "invalid_request"


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_the_app_gives_its_token_back(
    services: Services, alice: User, tokens: Tokens, kind: str
) -> None:
    """Be it the access token that was exchanged, or all that the person allowed (RFC 7009 §2.1)."""
    got = await tokens(services.web, prompt="consent")
    made = await chain(services, got["access_token"])

    await services.web.revoke(got[kind])

    assert await are_active(services, *made) == (False, False)
    refusal = await refused(services.orders, got["access_token"], audience="stock")
    assert refusal[0] == "invalid_request"


async def test_a_service_gives_its_token_back(
    services: Services, alice: User, tokens: Tokens
) -> None:
    """What was made of it ends, and what it was made of stays."""
    token = (await tokens(services.web))["access_token"]
    made = await chain(services, token)

    await services.orders.revoke(made[0])

    assert await are_active(services, *made) == (False, False)
    again = await chain(services, token)
    assert await are_active(services, *again) == (True, True)


async def test_an_actor_gives_its_token_back(
    services: Services, alice: User, tokens: Tokens
) -> None:
    """A token says who acts only for as long as that was proven."""
    actor = await own_token(services.orders)
    acting = {"actor_token": actor, "actor_token_type": TokenType.ACCESS_TOKEN}
    token = (await tokens(services.web))["access_token"]
    for_stock = await exchanged(services.orders, token, audience="stock", **acting)

    await services.orders.revoke(actor)

    assert (await services.stock.introspect(for_stock)).json() == {"active": False}


async def test_the_person_signs_out(
    services: Services, alice: User, tokens: Tokens, browser: Browser
) -> None:
    """What was granted for one sign-in ends with it, wherever it has gone."""
    got = await tokens(services.web, scope="openid notes.read")
    made = await chain(services, got["access_token"])

    await browser.open(logout_url(id_token_hint=got["id_token"]))

    assert await are_active(services, *made) == (False, False)


async def test_an_id_token_ends_with_its_sign_in(
    provider: Provider, http: httpx2.AsyncClient, alice: User, tokens: Tokens, browser: Browser
) -> None:
    """It is not exchanged after the person has signed out, though it has not expired."""
    web: dict[str, Any] = {
        "grant_types": ["authorization_code", TOKEN_EXCHANGE],
        "token_exchange_audiences": ["stock"],
    }
    services = await Services.register(provider, http, web=web)
    id_token = (await tokens(services.web, scope="openid notes.read"))["id_token"]
    asked = {"audience": "stock", "subject_token_type": TokenType.ID_TOKEN}
    await exchanged(services.web, id_token, **asked)

    await browser.open(logout_url(id_token_hint=id_token))

    assert (await refused(services.web, id_token, **asked))[0] == "invalid_request"
