"""Mistakes of clients in their request objects."""

from typing import Any

import httpx2
from joserfc.jwk import ECKey

from idp.openapi.model import Operation, Told
from tests.openapi.world import Provocations, World, send
from tests.parties.request_objects import JWKS, request_object

PROVOKED = Provocations()
LONG_AGO, FAR_OFF = 1, 9_999_999_999

# What is wrong with an object that its client has signed.
WRONG: dict[str, dict[str, Any]] = {
    "The typ of the request object must be oauth-authz-req+jwt.": {"typ": "at+jwt"},
    "The request object is not signed by a key of the client.": {
        "key": ECKey.generate_key("P-256", {"kid": "ec"})
    },
    "The iss of the request object must be the client_id.": {"iss": "another"},
    "The aud of the request object must be the issuer.": {"aud": "another"},
    "The exp, nbf and iat of the request object must be numbers.": {"exp": "soon"},
    "The request object has expired.": {"exp": LONG_AGO},
    "The request object is from the future.": {"nbf": FAR_OFF},
    "The request object must not have a request or request_uri.": {"request": "e.e.e"},
    "The request object has too many members.": {f"m{n}": "x" for n in range(101)},
    "A member of the request object has a forbidden character.": {"nonce": "\0"},
    "client_id and response_type must be those of the request object.": {"client_id": "other"},
}


def _wrong(text: str, changes: dict[str, Any]) -> None:
    @PROVOKED.by(Told.REDIRECT, text)
    async def sign(world: World, operation: Operation) -> httpx2.Response:
        """Ask with an object that does not hold."""
        return await _ask(world, operation, {"jwks": JWKS}, changes)


for _text, _changes in WRONG.items():
    _wrong(_text, _changes)


@PROVOKED.by(Told.REDIRECT, "The request object is not signed by a registered algorithm.")
async def sign_by_another_algorithm(world: World, operation: Operation) -> httpx2.Response:
    """Ask as a client that is registered for RS256, by ES256."""
    return await _ask(world, operation, {"jwks": JWKS, "request_object_signing_alg": "RS256"}, {})


@PROVOKED.by(Told.REDIRECT, "The keys of the client cannot be had: check jwks or jwks_uri.")
async def sign_without_a_registered_key(world: World, operation: Operation) -> httpx2.Response:
    """Ask as a client of which no key is known."""
    return await _ask(world, operation, {}, {})


@PROVOKED.by(Told.REDIRECT, "The request object must not have the client_id as sub.")
async def send_an_assertion(world: World, operation: Operation) -> httpx2.Response:
    """Ask with what could be a client assertion."""
    rp = await world.client(jwks=JWKS)
    signed = request_object(rp, aud=world.issuer, sub=rp.client_id)
    return await send(world.browser(), operation, _query(rp.authorization_url(request=signed)))


@PROVOKED.by(Told.REDIRECT, "The request_uri has no document, or not that of its fragment.")
async def name_nothing(world: World, operation: Operation) -> httpx2.Response:
    """Ask by an address that this server does not visit."""
    uri = "https://127.0.0.1/request.jwt"
    rp = await world.client(jwks=JWKS, request_uris=[uri])
    return await send(world.browser(), operation, _query(rp.authorization_url(request_uri=uri)))


@PROVOKED.by(Told.REDIRECT, "The client must send a signed request object.")
async def sign_nothing(world: World, operation: Operation) -> httpx2.Response:
    """Ask without an object as a client that has to sign."""
    rp = await world.client(jwks=JWKS, require_signed_request_object=True)
    return await send(world.browser(), operation, _query(rp.authorization_url()))


async def _ask(
    world: World, operation: Operation, metadata: dict[str, Any], changes: dict[str, Any]
) -> httpx2.Response:
    rp = await world.client(**metadata)
    signed = request_object(rp, **{"aud": world.issuer} | changes)
    return await send(world.browser(), operation, _query(rp.authorization_url(request=signed)))


def _query(url: str) -> str:
    return url.partition("?")[2]
