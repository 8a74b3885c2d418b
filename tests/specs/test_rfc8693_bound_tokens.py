"""Exchanging tokens that are bound to a key, and for resources that are declared.

RFC 9449 §5, RFC 8707 §2.2 with RFC 8693 §2.1.
"""

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, Configure, SignIn, Tokens
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.relying_party import unverified_claims
from tests.parties.services import AUDIENCE, Services, exchange, exchanged, refused, service
from tests.parties.trusted_issuer import TOKEN_EXCHANGE

ORDERS_API = "https://orders.example"
STOCK_API = "https://stock.example/api"
WEB = {
    "grant_types": ["authorization_code", "refresh_token", TOKEN_EXCHANGE],
    "token_exchange_audiences": ["stock"],
}
RESOURCES = {
    ORDERS_API: {"name": "Orders", "client_id": "orders"},
    STOCK_API: {
        "name": "Stock",
        "client_id": "stock",
        "scopes": ["notes.read"],
        "access_token_format": "opaque",
        "access_token_lifetime": 60,
    },
}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Declare two APIs."""
    return configure(**AUDIENCE, resources=RESOURCES)


@pytest.fixture
async def services(provider: Provider, http: httpx2.AsyncClient, alice: User) -> Services:
    """Register the app, which may exchange its own tokens, and the APIs."""
    return await Services.register(
        provider, http, web=WEB, orders=service("stock", STOCK_API, ORDERS_API)
    )


@pytest.fixture
def proving(services: Services) -> ProvingParty:
    """Let the app prove a key."""
    return ProvingParty(services.web, Holder(ISSUER))


@pytest.fixture
async def bound(proving: ProvingParty, walk: SignIn) -> str:
    """Sign alice in, and give an access token that is bound to the app's key."""
    response = await proving.exchange((await walk(proving)).params["code"])
    token: str = response.json()["access_token"]
    return token


async def test_its_owner_proves_the_key(
    services: Services, proving: ProvingParty, bound: str
) -> None:
    """A token of the client's own is worth nothing without its key, or with another."""
    without = await refused(services.web, bound, audience="stock")
    other = await refused(ProvingParty(services.web, Holder(ISSUER)), bound, audience="stock")
    proven = await exchange(proving, bound, audience="stock")

    text = "The subject_token is bound to a key or certificate, which was not proven."
    assert without == other == ("invalid_request", text)
    assert proven.json()["token_type"] == "DPoP"
    described = (await services.stock.introspect(proven.json()["access_token"])).json()
    assert described["cnf"] == {"jkt": proving.holder.jkt}


async def test_who_has_received_it_has_no_key(services: Services, bound: str) -> None:
    """An API to which it was sent, with a proof, may exchange it; the new one is its own."""
    bearer = await exchange(services.orders, bound, audience="stock")
    holder = Holder(ISSUER)
    dpop = await exchange(ProvingParty(services.orders, holder), bound, audience="stock")

    told = [
        (await services.stock.introspect(each.json()["access_token"])).json()
        for each in (bearer, dpop)
    ]
    assert [each.json()["token_type"] for each in (bearer, dpop)] == ["Bearer", "DPoP"]
    assert [each.get("cnf") for each in told] == [None, {"jkt": holder.jkt}]


async def test_an_api_is_known_by_its_uri(services: Services, tokens: Tokens) -> None:
    """A token for a declared resource is one for the client that serves it, and for no other."""
    token = (await tokens(services.web, resource=ORDERS_API))["access_token"]
    assert unverified_claims(token)["aud"] == ORDERS_API

    for_stock = await exchanged(services.orders, token, audience="stock")
    stolen = await refused(services.bank, token, audience="orders")

    assert unverified_claims(await exchanged(services.orders, token, resource=ORDERS_API))
    assert (await services.stock.introspect(for_stock)).json()["active"] is True
    assert stolen[0] == "invalid_request"


async def test_on_the_terms_of_the_resource(services: Services, tokens: Tokens) -> None:
    """Its format, its lifetime and its words of scope are those of the new token."""
    token = (await tokens(services.web))["access_token"]

    response = await exchange(services.orders, token, resource=STOCK_API)
    wider = await refused(services.orders, token, resource=STOCK_API, scope="notes.write")
    both = await refused(services.orders, token, resource=[STOCK_API, ORDERS_API])

    body = response.json()
    assert body["access_token"].startswith("idp_at_")
    assert (body["expires_in"], body["scope"]) == (60, "notes.read")
    described = (await services.stock.introspect(body["access_token"])).json()
    assert (described["active"], described["aud"]) == (True, STOCK_API)
    assert wider[0] == "invalid_scope"
    assert both[0] == "invalid_target"
