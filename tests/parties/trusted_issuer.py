"""Another issuer, whose word on people counts here: it signs assertions with a key of its own."""

import json
import secrets
from pathlib import Path
from typing import Any

import httpx2
from joserfc import jws
from joserfc.jwk import ECKey, Key

from idp import clock
from tests.parties.relying_party import RelyingParty

CI = "https://ci.example"
KEY = ECKey.generate_key("P-256", {"kid": "ci-1"})
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"

# A client that may send what this issuer says.
ASSERTING: dict[str, Any] = {
    "grant_types": [JWT_BEARER],
    "redirect_uris": [],
    "response_types": [],
    "scope": "notes.read notes.write",
    "trusted_issuers": [CI],
}


def publish(directory: Path, *keys: Key) -> str:
    """Write the JWK Set of an issuer into a file, and give its path."""
    file = directory / f"{secrets.token_hex(8)}.json"
    file.write_text(json.dumps({"keys": [key.as_dict(private=False) for key in keys or (KEY,)]}))
    return str(file)


class TrustedIssuer:
    """An issuer; keyword arguments change a claim or, with None, leave it out."""

    def __init__(self, audience: str, *, name: str = CI, key: Key = KEY) -> None:
        self.audience = audience
        self.name = name
        self.key = key

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Say something of alice."""
        now = clock.timestamp(clock.now())
        claims = {
            "iss": self.name,
            "sub": "alice",
            "aud": self.audience,
            "exp": now + 300,
            "iat": now,
            "jti": secrets.token_urlsafe(8),
        } | changes
        return {name: value for name, value in claims.items() if value is not None}

    def sign(
        self, *, key: Key | None = None, alg: str = "ES256", typ: str | None = "JWT", **changes: Any
    ) -> str:
        """Sign it."""
        signing = key or self.key
        named = {"alg": alg, "kid": signing.kid, "typ": typ}
        header = {name: value for name, value in named.items() if value is not None}
        claims = json.dumps(self.claims(**changes))
        return jws.serialize_compact(header, claims, signing, algorithms=[alg])


async def send(client: RelyingParty, assertion: str, **more: str) -> httpx2.Response:
    """Ask for a token by an assertion."""
    return await client.token(grant_type=JWT_BEARER, assertion=assertion, **more)


async def refusal(client: RelyingParty, assertion: str) -> tuple[int, str, str]:
    """Send an assertion, and give what is said against it."""
    response = await send(client, assertion)
    body = response.json()
    return response.status_code, body["error"], body["error_description"]
