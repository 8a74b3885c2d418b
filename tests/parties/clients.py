"""Kinds of clients: the metadata with which they are registered, and one that signs."""

import secrets
import time
from typing import Any

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey, Key

from idp.vocabulary import CLIENT_ASSERTION_TYPE

# Acts for itself; it may introspect all tokens, as a resource server does.
MACHINE: dict[str, Any] = {
    "grant_types": ["client_credentials"],
    "redirect_uris": [],
    "scope": "notes.read notes.write",
}

# Takes people's passwords.
PASSWORD_CLIENT: dict[str, Any] = {
    "grant_types": ["password", "refresh_token"],
    "redirect_uris": [],
    "response_types": [],
}

# Gets tokens by way of the browser, too, where `protocol.implicit` is on.
BY_BROWSER: dict[str, Any] = {
    "response_types": [
        "code",
        "id_token",
        "id_token token",
        "code id_token",
        "code token",
        "code id_token token",
    ],
    "grant_types": ["authorization_code", "implicit", "refresh_token"],
}

KEY = ECKey.generate_key("P-256", {"kid": "key-1"})


class AssertingClient:
    """A client that authenticates by private_key_jwt and acts for itself."""

    def __init__(self, http: httpx2.AsyncClient, client_id: str, issuer: str) -> None:
        self.http = http
        self.client_id = client_id
        self.issuer = issuer

    @staticmethod
    def metadata(*keys: Key, **changes: Any) -> dict[str, Any]:
        """Say how it is registered."""
        jwks = {"keys": [key.as_dict(private=False) for key in keys or (KEY,)]}
        method = {"token_endpoint_auth_method": "private_key_jwt"}
        return MACHINE | method | {"jwks": jwks} | changes

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Make the claims of an assertion; None leaves one out."""
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer,
            "exp": int(time.time()) + 60,
            "jti": secrets.token_urlsafe(8),
        } | changes
        return {name: value for name, value in claims.items() if value is not None}

    def sign(
        self,
        claims: dict[str, Any] | None = None,
        *,
        key: Key = KEY,
        alg: str = "ES256",
        **header: Any,
    ) -> str:
        """Make an assertion."""
        named = {"alg": alg, "kid": key.kid} | header
        kept = {name: value for name, value in named.items() if value is not None}
        return jwt.encode(kept, self.claims() if claims is None else claims, key, algorithms=[alg])

    async def token(self, assertion: str, **parameters: str) -> httpx2.Response:
        """Ask for a token of its own."""
        return await self.post("/token", assertion, grant_type="client_credentials", **parameters)

    async def post(self, path: str, assertion: str, **parameters: str) -> httpx2.Response:
        """Call an endpoint."""
        data = {
            "client_assertion_type": CLIENT_ASSERTION_TYPE,
            "client_assertion": assertion,
        } | parameters
        return await self.http.post(path, data=data)
