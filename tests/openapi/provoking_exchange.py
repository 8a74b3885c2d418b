"""Mistakes of clients that exchange tokens, or the word of others, for tokens."""

from typing import Any

import httpx2
from joserfc.jwk import ECKey

from idp.openapi.model import Operation, Told
from idp.vocabulary import TokenTypeIdentifier as TokenType
from tests.openapi.world import Provocations, World
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.relying_party import RelyingParty
from tests.parties.services import exchange, exchanged, own_token
from tests.parties.trusted_issuer import (
    ASSERTING,
    CI,
    JWT_BEARER,
    TOKEN_EXCHANGE,
    TrustedIssuer,
    send,
)

PROVOKED = Provocations()

JSON = Told.JSON
EXCHANGING: dict[str, Any] = {
    "grant_types": ["authorization_code", "refresh_token", "client_credentials", TOKEN_EXCHANGE],
    "token_exchange_audiences": ["stock"],
    "trusted_issuers": [CI],
}
BY_JWT: dict[str, Any] = {"subject_token_type": TokenType.JWT, "audience": "stock"}
ACTOR = {"actor_token_type": TokenType.ACCESS_TOKEN}
STRANGER = ECKey.generate_key("P-256", {"kid": "ci-1"})

# What is wrong with an assertion, by its claims and its header.
CLAIMS: dict[str, dict[str, Any]] = {
    "must be a signed JWT with the issuer in iss.": {"typ": "at+jwt"},
    "must come from an issuer that the client is registered for.": {"iss": "https://evil.example"},
    "must be signed with a key of its issuer.": {"key": STRANGER},
    "must have the issuer of this server in aud, and nobody else.": {"aud": "https://a.example"},
    "must be valid now, for at most an hour, by its exp, nbf and iat.": {"exp": 1},
    "must have a sub, of at most 255 printable characters.": {"sub": None},
    "must be of whom it speaks of alone: without act.": {"act": {"sub": "robot"}},
    "must speak of a user of this server, who may sign in.": {"sub": "nobody"},
}

# What is wrong with a token exchange request, by its parameters.
PARAMETERS: dict[str, dict[str, Any]] = {
    "The parameter subject_token is missing.": {"subject_token": None},
    "The parameter subject_token_type is missing.": {"subject_token_type": None},
    "The parameter actor_token_type is missing.": {"actor_token": "a"},
    "actor_token_type must be left out without an actor_token.": ACTOR,
    "subject_token_type is not one that is supported.": {"subject_token_type": "jwt"},
    "requested_token_type must be that of an access token, or left out.": {
        "requested_token_type": TokenType.ID_TOKEN
    },
    "The subject_token is expired, revoked, malformed or not for this client.": {
        "subject_token": "made-up"
    },
    "The client is not registered for this audience or resource.": {"audience": "bank"},
    "The scope is wider than that of the subject_token, of the client or of the target.": {
        "scope": "openid"
    },
}


def _claimed(text: str, claims: dict[str, Any]) -> None:
    @PROVOKED.by(JSON, f"The assertion {text}")
    async def assert_it(world: World, operation: Operation) -> httpx2.Response:
        """Send an assertion that is not good."""
        client = await world.client(**ASSERTING | {"scope": "notes.read"})
        return await send(client, TrustedIssuer(world.issuer).sign(**{"sub": "alice"} | claims))


for _text, _claims in CLAIMS.items():
    _claimed(_text, _claims)


def _asked(text: str, parameters: dict[str, Any]) -> None:
    @PROVOKED.by(JSON, text)
    async def ask(world: World, operation: Operation) -> httpx2.Response:
        """Exchange a token in the wrong way."""
        client, token = await _signed_in(world)
        sent: dict[str, Any] = {"subject_token": token, "audience": "stock"} | parameters
        return await exchange(client, **sent)


for _text, _parameters in PARAMETERS.items():
    _asked(_text, _parameters)


async def _signed_in(world: World) -> tuple[RelyingParty, str]:
    client = await world.client(**EXCHANGING)
    client.scope = "openid notes.read"
    return client, (await world.tokens(client))["access_token"]


@PROVOKED.by(JSON, "The parameter assertion is missing.")
async def leave_out_assertion(world: World, operation: Operation) -> httpx2.Response:
    """Send no assertion."""
    client = await world.client(**ASSERTING | {"scope": "notes.read"})
    return await client.token(grant_type=JWT_BEARER)


@PROVOKED.by(JSON, "The assertion was used before.")
async def replay_assertion(world: World, operation: Operation) -> httpx2.Response:
    """Send an assertion twice."""
    client = await world.client(**ASSERTING | {"scope": "notes.read"})
    assertion = TrustedIssuer(world.issuer).sign()
    await send(client, assertion)
    return await send(client, assertion)


@PROVOKED.by(JSON, "The assertion must have mfa in amr: users need a second factor here.")
async def assert_too_little(world: World, operation: Operation) -> httpx2.Response:
    """Send an assertion of somebody who has proven one thing."""
    strict = {"scope": "notes.read", "require_second_factor": True}
    return await send(await world.client(**ASSERTING | strict), TrustedIssuer(world.issuer).sign())


@PROVOKED.by(JSON, "The subject_token is bound to a key or certificate, which was not proven.")
async def exchange_without_key(world: World, operation: Operation) -> httpx2.Response:
    """Exchange a token that is bound to a key, without that."""
    client = await world.client(**EXCHANGING)
    client.scope = "openid notes.read"
    holder = ProvingParty(client, Holder(world.issuer))
    response = await holder.exchange(await world.code(holder))
    return await exchange(client, response.json()["access_token"], audience="stock")


@PROVOKED.by(
    JSON,
    "The subject_token must speak of a user: a client gets a token of its own by"
    " client_credentials.",
)
async def exchange_for_nobody(world: World, operation: Operation) -> httpx2.Response:
    """Exchange a token of the client's own."""
    client = await world.client(**EXCHANGING)
    return await exchange(client, await own_token(client), audience="stock")


@PROVOKED.by(JSON, "The subject_token was exchanged too often.")
async def exchange_too_often(world: World, operation: Operation) -> httpx2.Response:
    """Exchange again and again."""
    client, token = await _signed_in(world)
    for _ in range(8):
        token = await exchanged(client, token)
    return await exchange(client, token)


@PROVOKED.by(JSON, "The subject_token does not let this actor act for its subject.")
async def act_uncalled(world: World, operation: Operation) -> httpx2.Response:
    """Exchange a token that names another actor."""
    client = await world.client(**EXCHANGING)
    token = TrustedIssuer(world.issuer).sign(may_act={"sub": "robot"})
    return await exchange(client, token, **BY_JWT)


@PROVOKED.by(JSON, "The actor_token must be of somebody who acts for themselves.")
async def act_by_another(world: World, operation: Operation) -> httpx2.Response:
    """Act by a token of somebody for whom somebody acts."""
    client, token = await _signed_in(world)
    delegated = await exchanged(client, token, actor_token=await own_token(client), **ACTOR)
    return await exchange(client, token, actor_token=delegated, **ACTOR)


@PROVOKED.by(
    JSON, "Name an audience or a resource: without one, a client exchanges its own tokens only."
)
async def exchange_for_no_place(world: World, operation: Operation) -> httpx2.Response:
    """Name nobody for whom the token would be."""
    client = await world.client(**EXCHANGING)
    token = TrustedIssuer(world.issuer).sign()
    return await exchange(client, token, subject_token_type=TokenType.JWT)
