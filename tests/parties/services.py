"""A web app and the APIs behind it, which call each other for its people (RFC 8693 §1.1)."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx2

from idp.clients.registration import register
from idp.vocabulary import TokenTypeIdentifier as TokenType
from idp.web.provider import Provider
from tests.parties.relying_party import REDIRECT_URI, RelyingParty
from tests.parties.trusted_issuer import TOKEN_EXCHANGE

# Whom the tokens of the web app are for, as `tokens.audience` says.
AUDIENCE = {"tokens": {"audience": "orders"}, "scopes": {"notes.read": "R", "notes.write": "W"}}
STOCK_API = "https://stock.example/api"
SCOPE = "openid profile offline_access notes.read notes.write"

WEB: dict[str, Any] = {
    "redirect_uris": [REDIRECT_URI],
    "grant_types": ["authorization_code", "refresh_token"],
    "scope": SCOPE,
}


def service(*audiences: str, **changes: Any) -> dict[str, Any]:
    """Say how an API is registered that calls others."""
    return {
        "grant_types": [TOKEN_EXCHANGE, "client_credentials"],
        "redirect_uris": [],
        "response_types": [],
        "scope": "notes.read notes.write",
        "token_exchange_audiences": list(audiences),
    } | changes


@dataclass(frozen=True)
class Services:
    """The web app signs people in; orders calls stock, and stock calls the bank."""

    web: RelyingParty
    orders: RelyingParty
    stock: RelyingParty
    bank: RelyingParty

    @classmethod
    async def register(
        cls, provider: Provider, http: httpx2.AsyncClient, **more: Any
    ) -> "Services":
        """Register them; keyword arguments change the metadata of the one of that name."""
        described = {
            "web": WEB,
            "orders": service("stock", STOCK_API),
            "stock": service("bank"),
            "bank": service("orders"),
        }
        return cls(
            **{
                name: await add(provider, http, name, metadata | more.get(name, {}))
                for name, metadata in described.items()
            }
        )


async def add(
    provider: Provider, http: httpx2.AsyncClient, client_id: str, metadata: dict[str, Any]
) -> RelyingParty:
    """Register a client of that id."""
    adding = partial(register, metadata, provider.config, client_id=client_id)
    registered = await provider.database.run(adding)
    secret = registered.client_secret
    return RelyingParty(http, client_id, secret.reveal() if secret else None, scope=SCOPE)


async def exchange(
    client: RelyingParty,
    subject_token: str,
    subject_token_type: str = TokenType.ACCESS_TOKEN,
    **parameters: Any,
) -> httpx2.Response:
    """Send a token exchange request; a list repeats a parameter."""
    sent: dict[str, Any] = {
        "grant_type": TOKEN_EXCHANGE,
        "subject_token": subject_token,
        "subject_token_type": subject_token_type,
    } | parameters
    return await client.token(**sent)


async def exchanged(client: RelyingParty, subject_token: str, **parameters: Any) -> str:
    """Exchange a token, and give what came of it."""
    response = await exchange(client, subject_token, **parameters)
    assert response.status_code == 200, response.text
    token: str = response.json()["access_token"]
    return token


async def refused(client: RelyingParty, subject_token: str, **parameters: Any) -> tuple[str, str]:
    """Exchange a token in vain, and give the error and its description."""
    response = await exchange(client, subject_token, **parameters)
    assert response.status_code == 400, response.text
    body = response.json()
    return body["error"], body["error_description"]


async def own_token(client: RelyingParty) -> str:
    """Let a service get a token of its own, to say who it is."""
    response = await client.token(grant_type="client_credentials")
    token: str = response.json()["access_token"]
    return token
