"""Authorization responses in a JWT, read as a client does (JARM §2.4)."""

import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from idp import paths
from tests.conftest import ISSUER
from tests.parties.browser import Arrival, Page
from tests.parties.encryption import opened
from tests.parties.relying_party import RelyingParty


def carried(shown: Page | Arrival) -> str:
    """Give the JWT that came to the client, and came alone."""
    params = shown.params if isinstance(shown, Arrival) else shown.forms[0].fields
    assert set(params) == {"response"}
    return params["response"]


async def verified(rp: RelyingParty, token: str, algorithm: str = "RS256") -> dict[str, Any]:
    """Verify a response, and give the parameters in it."""
    keys = KeySet.import_key_set((await rp.http.get(paths.JWKS)).json())
    decoded = jwt.decode(token, keys, algorithms=[algorithm])
    assert decoded.header["typ"] == "JWT"
    claims: dict[str, Any] = dict(decoded.claims)
    assert claims.pop("iss") == ISSUER
    assert claims.pop("aud") == rp.client_id
    assert claims.pop("exp") > time.time()
    return claims


async def response_of(rp: RelyingParty, shown: Page | Arrival) -> dict[str, Any]:
    """Read a response that is signed."""
    return await verified(rp, carried(shown))


async def encrypted_response_of(rp: RelyingParty, shown: Page | Arrival) -> dict[str, Any]:
    """Read a response that is signed, and then encrypted to the client."""
    header, signed = opened(carried(shown))
    assert header["cty"] == "JWT"
    return await verified(rp, signed)
