"""What a client has to check: the answer's state and iss, the tokens' signatures and claims.

RFC 6749 §10.12, RFC 9207 §2.4, OIDC Core §3.1.3.7, §3.1.3.8.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from idp import clock
from idp.oauth2.parameters import Parameters
from idp.oidc.id_token import half_hash
from idp.pages.playground.run import Run
from idp.pages.playground.wire import Check, Decoded
from idp.vocabulary import SigningAlgorithm

JSON = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proof:
    """A token taken apart, and what was checked of it."""

    decoded: Decoded
    checks: tuple[Check, ...]


def check_answer(run: Run, parameters: Parameters) -> tuple[Check, ...]:
    """Check that an authorization response is the answer to this request, and from this server."""
    issuer = run.metadata["issuer"]
    return (
        Check("state is the one that was sent", parameters.get("state") == run.state),
        Check("iss is the issuer", parameters.get("iss") == issuer),
    )


def check_id_token(run: Run, client_id: str, tokens: JSON, jwks: JSON) -> Proof | None:
    """Check an ID token; None if it is none."""
    token = read("ID token", tokens.get("id_token"))
    if token is None:
        return None
    header, claims = token[1], token[2]
    hashed = half_hash(str(tokens["access_token"]), str(header.get("alg")))
    # A refreshed ID token has no nonce (OIDC Core §12.2).
    nonces = (run.nonce, None) if run.tokens else (run.nonce,)
    return Proof(
        token,
        (
            _check_signature("ID token", tokens["id_token"], jwks),
            Check("ID token: iss is the issuer", claims.get("iss") == run.metadata["issuer"]),
            Check("ID token: aud is this client", claims.get("aud") == client_id),
            Check("ID token: exp is ahead", _is_ahead(claims.get("exp"))),
            Check("ID token: nonce is the one that was sent", claims.get("nonce") in nonces),
            Check("ID token: at_hash is that of the access token", claims.get("at_hash") == hashed),
        ),
    )


def check_access_token(run: Run, tokens: JSON, jwks: JSON) -> Proof | None:
    """Check an access token as a resource server does (RFC 9068 §4); None if it is opaque."""
    token = read("Access token", tokens.get("access_token"))
    if token is None:
        return None
    header, claims = token[1], token[2]
    return Proof(
        token,
        (
            _check_signature("Access token", tokens["access_token"], jwks),
            Check("Access token: typ is at+jwt", header.get("typ") == "at+jwt"),
            Check("Access token: iss is the issuer", claims.get("iss") == run.metadata["issuer"]),
            Check("Access token: exp is ahead", _is_ahead(claims.get("exp"))),
        ),
    )


def read(title: str, token: object) -> Decoded | None:
    """Take a JWT apart without believing it; None if it is none."""
    try:
        header, claims, _ = str(token).split(".")
        return title, _decode(header), _decode(claims)
    except ValueError:
        return None


def _decode(segment: str) -> JSON:
    value: JSON = json.loads(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    return value


def _check_signature(title: str, token: str, jwks: JSON) -> Check:
    return Check(f"{title}: signature by a key of the JWKS", _is_signed(token, jwks))


def _is_signed(token: str, jwks: JSON) -> bool:
    try:
        keys = KeySet.import_key_set({"keys": list(jwks["keys"])})
        jwt.decode(token, keys, algorithms=[str(each) for each in SigningAlgorithm])
    except (JoseError, ValueError, KeyError):
        return False
    return True


def _is_ahead(moment: object) -> bool:
    return isinstance(moment, int) and moment > clock.timestamp(clock.now())
