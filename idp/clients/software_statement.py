"""Software statements: what others say of a client, signed by them (RFC 7591 §2.3)."""

import json
from pathlib import Path
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from idp import clock
from idp.clients.errors import InvalidSoftwareStatement, UnapprovedSoftwareStatement
from idp.clients.jwk import read_usable_keys
from idp.clients.keys import ClientKeysUnavailable, KeySource
from idp.config import Config
from idp.log import log
from idp.vocabulary import SigningAlgorithm

SOFTWARE_STATEMENT = "software_statement"
MAX_LENGTH = 16 * 1024
LEEWAY = 10  # seconds that the issuer's clock may be ahead

ALGORITHMS = [str(algorithm) for algorithm in SigningAlgorithm]
OF_THE_JWT = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", SOFTWARE_STATEMENT})
# What only the server and the client know of each other.
OF_THE_CLIENT = frozenset({"client_id", "client_secret"})

NOT_A_JWT = "software_statement must be a signed JWT with the issuer in iss."
UNKNOWN_ISSUER = "software_statement must come from an issuer that this server believes."
NOT_SIGNED = "software_statement must be signed with a key of its issuer."
NOT_VALID_NOW = "software_statement must be valid now, by its exp, nbf and iat."
NOT_FOR_US = "software_statement must have the issuer of this server in aud, or no aud."


def claims_of(statement: object, config: Config, keys: KeySource) -> dict[str, Any]:
    """Give the metadata that a statement has; unknown members may be among it.

    May commit and wait for the issuer's keys. Raises InvalidSoftwareStatement, or
    UnapprovedSoftwareStatement.
    """
    if not isinstance(statement, str) or len(statement) > MAX_LENGTH:
        raise InvalidSoftwareStatement(NOT_A_JWT)
    unverified_issuer, unverified_kid = _unverified(statement)
    place = config.client_registration.software_statements.get(unverified_issuer)
    if place is None:
        raise UnapprovedSoftwareStatement(UNKNOWN_ISSUER)
    claims = _verify(statement, _keys_at(place, unverified_kid, keys))
    _check(claims, config.issuer)
    return {name: value for name, value in claims.items() if name not in OF_THE_JWT | OF_THE_CLIENT}


def _unverified(statement: str) -> tuple[str, str | None]:
    try:
        parsed = jws.extract_compact(statement.encode())
        issuer = json.loads(parsed.payload)["iss"]
    except (JoseError, ValueError, KeyError, TypeError, RecursionError):
        raise InvalidSoftwareStatement(NOT_A_JWT) from None
    if not isinstance(issuer, str):
        raise InvalidSoftwareStatement(NOT_A_JWT)
    kid = parsed.headers().get("kid")
    return issuer, kid if isinstance(kid, str) else None


def _keys_at(place: str, kid: str | None, keys: KeySource) -> KeySet:
    try:
        if place.startswith("https://"):
            return keys.keys_at(place, kid=kid)
        found = read_usable_keys(json.loads(Path(place).read_bytes()))
    except (ClientKeysUnavailable, OSError, ValueError, RecursionError):
        found = None
    if found is None:
        log.warning("software_statement_keys_unavailable", place=place)
        raise InvalidSoftwareStatement(NOT_SIGNED)
    return found


def _verify(statement: str, keys: KeySet) -> dict[str, Any]:
    try:
        return jwt.decode(statement, keys, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise InvalidSoftwareStatement(NOT_SIGNED) from None


def _check(claims: dict[str, Any], issuer: str) -> None:
    now = clock.timestamp(clock.now())
    moments = {name: claims[name] for name in ("exp", "nbf", "iat") if name in claims}
    if not all(type(moment) in (int, float) for moment in moments.values()):
        raise InvalidSoftwareStatement(NOT_VALID_NOW)
    ends = moments.pop("exp", now + 1)
    if now >= ends or any(moment > now + LEEWAY for moment in moments.values()):
        raise InvalidSoftwareStatement(NOT_VALID_NOW)
    audience = claims.get("aud", issuer)
    if issuer not in (audience if isinstance(audience, list) else [audience]):
        raise InvalidSoftwareStatement(NOT_FOR_US)
