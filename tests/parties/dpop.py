"""Whoever holds a key and proves it with each request (RFC 9449 §4)."""

import hashlib
import json
import secrets
from typing import Any

import httpx2
from joserfc import jws
from joserfc.jwk import ECKey, Key

from idp import clock
from idp.signing.algorithms import Algorithm, make_signature
from tests.parties.relying_party import RelyingParty, base64url

ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA", "RS512"]


class Holder:
    """A key, and proofs by it. Keyword arguments change or, with None, drop a claim."""

    def __init__(self, issuer: str, key: Key | None = None, alg: str = "ES256") -> None:
        self.issuer = issuer
        self.key = key or ECKey.generate_key("P-256")
        self.alg = alg
        self.nonce: str | None = None

    @property
    def jkt(self) -> str:
        """The thumbprint of the key."""
        return self.key.thumbprint()

    @property
    def jwk(self) -> dict[str, Any]:
        """The public key, as a proof shows it."""
        return self.key.as_dict(private=False)

    def prove(
        self,
        method: str,
        path: str,
        *,
        access_token: str | None = None,
        header: dict[str, Any] | None = None,
        **changes: Any,
    ) -> str:
        """Make a proof for a request."""
        claims = {
            "htm": method,
            "htu": self.issuer + path,
            "iat": clock.timestamp(clock.now()),
            "jti": secrets.token_urlsafe(12),
            "ath": access_token and base64url(hashlib.sha256(access_token.encode()).digest()),
            "nonce": self.nonce,
        } | changes
        named = {"typ": "dpop+jwt", "alg": self.alg, "jwk": self.jwk} | (header or {})
        return jws.serialize_compact(
            {name: value for name, value in named.items() if value is not None},
            json.dumps({name: value for name, value in claims.items() if value is not None}),
            self.key,
            registry=jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False),
        )

    def sign(self, header: bytes, claims: bytes) -> str:
        """Sign whatever it may be; the key must be one of ES256."""
        message = f"{base64url(header)}.{base64url(claims)}"
        assert isinstance(self.key, ECKey)
        signature = make_signature(Algorithm.ES256, self.key.private_key, message.encode())
        return f"{message}.{base64url(signature)}"


class ProvingParty(RelyingParty):
    """The same relying party, which sends a proof with each request: its tokens are bound to a key.

    `proof` is sent instead of one that it makes.
    """

    def __init__(self, rp: RelyingParty, holder: Holder) -> None:
        super().__init__(
            rp.http, rp.client_id, rp.client_secret, redirect_uri=rp.redirect_uri, scope=rp.scope
        )
        self.state, self.nonce, self.code_verifier = rp.state, rp.nonce, rp.code_verifier
        self.holder = holder
        self.proof: str | None = None

    def headers_for(self, method: str, path: str) -> dict[str, str]:
        """Send a proof."""
        return {"DPoP": self.proof or self.holder.prove(method, path)}

    def headers_with_token(self, method: str, path: str, access_token: str) -> dict[str, str]:
        """Send a proof for the token."""
        proof = self.proof or self.holder.prove(method, path, access_token=access_token)
        return {"DPoP": proof, "Authorization": f"DPoP {access_token}"}

    async def token(self, **parameters: str | None) -> httpx2.Response:
        """Send a token request, and keep the nonce that is answered (RFC 9449 §8.2)."""
        response = await super().token(**parameters)
        self.holder.nonce = response.headers.get("dpop-nonce", self.holder.nonce)
        return response
