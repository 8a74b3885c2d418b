"""Software statements: what others say of a client, signed by them (RFC 7591 §2.3)."""

from typing import Any

from idp import clock
from idp.clients import foreign_jwt
from idp.clients.errors import InvalidSoftwareStatement, UnapprovedSoftwareStatement
from idp.clients.foreign_jwt import NotSigned
from idp.clients.keys import ClientKeysUnavailable, KeySource
from idp.config import Config
from idp.log import log

SOFTWARE_STATEMENT = "software_statement"
LEEWAY = 10  # seconds that the issuer's clock may be ahead

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
    jwt = foreign_jwt.take_apart(statement) if isinstance(statement, str) else None
    if jwt is None:
        raise InvalidSoftwareStatement(NOT_A_JWT)
    place = config.client_registration.software_statements.get(jwt.unverified_issuer)
    if place is None:
        raise UnapprovedSoftwareStatement(UNKNOWN_ISSUER)
    try:
        claims = foreign_jwt.verify(jwt, place, keys)
    except ClientKeysUnavailable:
        log.warning("software_statement_keys_unavailable", place=place)
        raise InvalidSoftwareStatement(NOT_SIGNED) from None
    except NotSigned:
        raise InvalidSoftwareStatement(NOT_SIGNED) from None
    _check(claims, config.issuer)
    return {name: value for name, value in claims.items() if name not in OF_THE_JWT | OF_THE_CLIENT}


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
