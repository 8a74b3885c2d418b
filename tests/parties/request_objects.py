"""Request objects, as a relying party makes and serves them."""

import json
import time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from tests.conftest import ISSUER
from tests.parties.relying_party import RelyingParty

KEYS: dict[str, Key] = {
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
    "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "okp"}),
}
KEYS |= {"PS256": KEYS["RS256"], "EdDSA": KEYS["Ed25519"]}
JWKS = {"keys": [KEYS[alg].as_dict(private=False) for alg in ("RS256", "ES256", "Ed25519")]}
TYP = "oauth-authz-req+jwt"


def request_object(
    rp: RelyingParty,
    *,
    alg: str = "ES256",
    key: Key | None = None,
    typ: str | None = TYP,
    **changes: Any,
) -> str:
    """Sign a whole request; keyword arguments change its members or, with None, drop them."""
    parameters: dict[str, Any] = dict(parse_qsl(urlsplit(rp.authorization_url()).query))
    parameters |= {"iss": rp.client_id, "aud": ISSUER, "exp": int(time.time()) + 60} | changes
    claims = {name: value for name, value in parameters.items() if value is not None}
    signing = key or KEYS[alg]
    header = {"alg": alg, "kid": signing.kid} | ({} if typ is None else {"typ": typ})
    return jws.serialize_compact(header, json.dumps(claims), signing, algorithms=[alg])


def url_with(rp: RelyingParty, **parameters: str) -> str:
    """Make a request of these parameters alone."""
    return "/authorize?" + urlencode({"client_id": rp.client_id} | parameters)
