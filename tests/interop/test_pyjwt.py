"""PyJWT, as an API would use it: tokens verified with the keys that the server publishes."""

from typing import Any

import httpx2
import jwt
import pytest

from tests.interop.conftest import Authorize
from tests.parties.relying_party import RelyingParty
from tests.parties.server import Server

ALGORITHMS = ["RS256", "ES256", "EdDSA"]


async def tokens_of(
    server: Server, authorize: Authorize, **metadata: Any
) -> tuple[RelyingParty, dict[str, Any]]:
    """Register a client and sign a person in to it."""
    registered = await server.add_client(
        redirect_uris=["https://rp.example/callback"], token_endpoint_auth_method="none", **metadata
    )
    async with httpx2.AsyncClient(base_url=server.issuer) as http:
        rp = RelyingParty(http, registered.client.client_id)
        arrived = await authorize(rp.authorization_url())
        response = await rp.exchange(httpx2.URL(arrived).params["code"])
        body: dict[str, Any] = response.json()
        return rp, body


async def test_access_token(server: Server, metadata: dict[str, str], authorize: Authorize) -> None:
    """An access token is for the API, and its signature holds."""
    rp, tokens = await tokens_of(server, authorize)
    keys = jwt.PyJWKClient(metadata["jwks_uri"])

    key = keys.get_signing_key_from_jwt(tokens["access_token"])
    claims = jwt.decode(
        tokens["access_token"],
        key,
        algorithms=ALGORITHMS,
        audience=server.issuer,
        issuer=server.issuer,
        options={"require": ["exp", "iat", "sub", "jti", "client_id"]},
    )

    assert claims["client_id"] == rp.client_id
    assert set(claims["scope"].split()) == {"openid", "profile", "email"}


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
async def test_id_token(
    server: Server, metadata: dict[str, str], authorize: Authorize, algorithm: str
) -> None:
    """An ID token is for the client, signed as the client wishes."""
    rp, tokens = await tokens_of(server, authorize, id_token_signed_response_alg=algorithm)
    keys = jwt.PyJWKClient(metadata["jwks_uri"])

    key = keys.get_signing_key_from_jwt(tokens["id_token"])
    claims = jwt.decode(
        tokens["id_token"],
        key,
        algorithms=[algorithm],
        audience=rp.client_id,
        issuer=server.issuer,
    )

    assert claims["nonce"] == rp.nonce
