"""A relying party: it asks, exchanges codes, and calls the endpoints, as any client would."""

import base64
import hashlib
import json
import secrets
from typing import Any
from urllib.parse import urlencode

import httpx2

REDIRECT_URI = "https://rp.example/callback"


class RelyingParty:
    """A client with its credentials. Keyword arguments change or, with None, drop a parameter."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        client_id: str,
        client_secret: str | None = None,
        *,
        redirect_uri: str = REDIRECT_URI,
        scope: str = "openid profile email",
    ) -> None:
        self.http = http
        self.client_id = client_id
        self.client_secret = client_secret
        self.redirect_uri = redirect_uri
        self.scope = scope
        self.state = secrets.token_urlsafe(8)
        self.nonce = secrets.token_urlsafe(8)
        self.code_verifier = secrets.token_urlsafe(48)

    @property
    def code_challenge(self) -> str:
        """The S256 challenge of its verifier (RFC 7636 §4.2)."""
        return base64url(hashlib.sha256(self.code_verifier.encode()).digest())

    def authorization_url(self, **changes: str | list[str] | None) -> str:
        """Make an authorization request; of a list, each value is sent."""
        parameters = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": self.code_challenge,
            "code_challenge_method": "S256",
        } | changes
        sent = {k: v for k, v in parameters.items() if v is not None}
        return "/authorize?" + urlencode(sent, doseq=True)

    async def token(self, **parameters: str | None) -> httpx2.Response:
        """Send a token request."""
        return await self.post("/token", **parameters)

    async def exchange(self, code: str, **changes: str | None) -> httpx2.Response:
        """Exchange a code."""
        parameters = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.code_verifier,
        }
        return await self.token(**(parameters | changes))

    async def refresh(self, refresh_token: str, **changes: str | None) -> httpx2.Response:
        """Exchange a refresh token."""
        parameters = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return await self.token(**(parameters | changes))

    async def introspect(self, token: str, **changes: str | None) -> httpx2.Response:
        """Ask what a token is."""
        return await self.post("/introspect", token=token, **changes)

    async def revoke(self, token: str, **changes: str | None) -> httpx2.Response:
        """Give a token back."""
        return await self.post("/revoke", token=token, **changes)

    async def userinfo(self, access_token: str) -> httpx2.Response:
        """Ask who the user is."""
        headers = self.headers_with_token("GET", "/userinfo", access_token)
        return await self.http.get("/userinfo", headers=headers)

    async def post(self, path: str, **parameters: str | list[str] | None) -> httpx2.Response:
        """Call an endpoint, authenticated as this client is; of a list, each value is sent."""
        data = {name: value for name, value in parameters.items() if value is not None}
        headers = self.headers_for("POST", path)
        if self.client_secret is None:
            data = {"client_id": self.client_id} | data
            return await self.http.post(path, data=data, headers=headers)
        auth = (self.client_id, self.client_secret)
        return await self.http.post(path, data=data, headers=headers, auth=auth)

    def headers_for(self, method: str, path: str) -> dict[str, str]:
        """Say what goes with a request, beside its parameters."""
        return {}

    def headers_with_token(self, method: str, path: str, access_token: str) -> dict[str, str]:
        """Say what goes with a request for which an access token is needed."""
        return {"Authorization": f"Bearer {access_token}"}


def base64url(data: bytes) -> str:
    """Encode without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unverified_claims(token: str) -> dict[str, Any]:
    """Read the claims of a JWT."""
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return claims


def unverified_header(token: str) -> dict[str, Any]:
    """Read the header of a JWT."""
    header = token.split(".")[0]
    parsed: dict[str, Any] = json.loads(base64.urlsafe_b64decode(header + "=="))
    return parsed
