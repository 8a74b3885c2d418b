"""A client that asks people elsewhere, as a bank on the telephone does (CIBA Core)."""

import secrets
from dataclasses import dataclass
from typing import Any

import httpx2
from joserfc import jwt
from joserfc.jwk import Key

from idp import clock
from tests.conftest import ISSUER, PASSWORD
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty
from tests.parties.request_objects import JWKS, KEYS

CIBA = "urn:openid:params:grant-type:ciba"

# How such a client is registered.
BANK: dict[str, Any] = {
    "client_name": "Bank",
    "grant_types": [CIBA, "refresh_token"],
    "response_types": [],
    "redirect_uris": [],
    "scope": "openid profile email offline_access notes.read",
    "backchannel_token_delivery_mode": "poll",
}

# How one is registered that signs what it asks.
SIGNING = BANK | {"jwks": JWKS, "backchannel_authentication_request_signing_alg": "ES256"}

# How one is registered that has a place for people's codes.
WITH_CODES = BANK | {"backchannel_user_code_parameter": True}


@dataclass
class Waiting:
    """What the client got when it asked, and how it goes on."""

    rp: RelyingParty
    auth_req_id: str
    expires_in: int
    interval: int

    async def poll(self, rp: RelyingParty | None = None) -> httpx2.Response:
        """Ask whether there are tokens."""
        return await (rp or self.rp).token(grant_type=CIBA, auth_req_id=self.auth_req_id)


async def ask(rp: RelyingParty, **parameters: str | None) -> httpx2.Response:
    """Ask a person."""
    usual = {"scope": "openid", "login_hint": "alice"}
    return await rp.post("/bc-authorize", **usual | parameters)


def sign(
    rp: RelyingParty,
    *,
    alg: str = "ES256",
    key: Key | None = None,
    typ: str | None = None,
    **changes: Any,
) -> str:
    """Sign what is asked; keyword arguments change its claims or, with None, drop them."""
    now = int(clock.timestamp(clock.now()))
    claims = {
        "iss": rp.client_id,
        "aud": ISSUER,
        "iat": now,
        "nbf": now,
        "exp": now + 300,
        "jti": secrets.token_urlsafe(16),
        "scope": "openid",
        "login_hint": "alice",
    } | changes
    signing = key or KEYS[alg]
    header = {"alg": alg, "kid": signing.kid} | ({} if typ is None else {"typ": typ})
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(header, kept, signing, algorithms=[alg], default_type=typ)


async def signed_request(rp: RelyingParty, **changes: Any) -> Waiting:
    """Ask a person who is there, by a JWT."""
    response = await rp.post("/bc-authorize", request=sign(rp, **changes))
    assert response.status_code == 200, response.text
    return Waiting(rp, **response.json())


async def asked(rp: RelyingParty, **parameters: str | None) -> Waiting:
    """Ask a person who is there."""
    response = await ask(rp, **parameters)
    assert response.status_code == 200, response.text
    return Waiting(rp, **response.json())


async def opened(browser: Browser, link: str, username: str = "alice") -> Page | Arrival:
    """Open the link of a mail, and sign in if necessary."""
    shown = await browser.open(link)
    if isinstance(shown, Page) and "login-page" in shown:
        shown = await browser.sign_in(shown, username, PASSWORD)
    return shown
