"""Assertions: JWTs in which another issuer speaks of a person (RFC 7521 §5, RFC 7523 §3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeGuard

from idp import clock, paths
from idp.clients import foreign_jwt
from idp.clients.foreign_jwt import NotSigned, UnverifiedJWT
from idp.clients.keys import ClientKeysUnavailable, KeySource
from idp.clients.model import Client
from idp.config import Config, TrustedIssuer
from idp.log import log
from idp.oauth2.numeric_date import is_numeric_date
from idp.secret import digest
from idp.storage.database import commit
from idp.storage.used_jtis import spend_jti

MAX_LIFETIME = 3600  # seconds; a jti is remembered as long, so this bounds what is stored
MAX_SUBJECT = 255  # as of an ID token (OIDC Core §2); it may become that of an actor
LEEWAY = 10  # seconds that the issuer's clock may be ahead
# One that says it is something else, such as an access token or a logout token, is no assertion
# (RFC 8725 §3.11).
TYPES = (None, "jwt", "application/jwt")

NOT_A_JWT = "must be a signed JWT with the issuer in iss."
UNKNOWN_ISSUER = "must come from an issuer that the client is registered for."
NOT_SIGNED = "must be signed with a key of its issuer."
NOT_FOR_US = "must have the issuer of this server in aud, and nobody else."
NOT_VALID_NOW = "must be valid now, for at most an hour, by its exp, nbf and iat."
NO_SUBJECT = "must have a sub, of at most 255 printable characters."
DELEGATED = "must be of whom it speaks of alone: without act."


class InvalidAssertion(Exception):
    """An assertion that is not believed; the text completes "the assertion ..."."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an issuer says, verified, and how to know which person it means."""

    issuer: str
    trusted: TrustedIssuer
    subject: str
    expires_at: datetime
    claims: Mapping[str, Any]
    value: str


def read(value: str, client: Client, config: Config, keys: KeySource) -> Assertion:
    """Verify an assertion that a client presents.

    May commit and wait for the issuer's keys. Raises InvalidAssertion.
    """
    jwt = foreign_jwt.take_apart(value)
    if jwt is None or (jwt.unverified_typ and jwt.unverified_typ.lower()) not in TYPES:
        raise InvalidAssertion(NOT_A_JWT)
    issuer = jwt.unverified_issuer
    trusted = config.trusted_issuers.get(issuer)
    if trusted is None or issuer not in client.trusted_issuers:
        raise InvalidAssertion(UNKNOWN_ISSUER)
    claims = _verify(jwt, trusted, keys)
    audiences = (trusted.audience,) if trusted.audience else _audiences(config)
    if not _is_for_us(claims.get("aud"), audiences):
        raise InvalidAssertion(NOT_FOR_US)
    expires_at = _check_moments(claims)
    subject = claims.get("sub")
    if not _is_subject(subject):
        raise InvalidAssertion(NO_SUBJECT)
    if "act" in claims:  # to leave that out would hide somebody
        raise InvalidAssertion(DELEGATED)
    return Assertion(issuer, trusted, subject, expires_at, claims, value)


def spend(assertion: Assertion) -> bool:
    """Use an assertion; tell whether this is its first use (RFC 7523 §3, item 7).

    One without a jti is known by what was signed: an ECDSA signature can be made another of.
    """
    jti = assertion.claims.get("jti")
    if not isinstance(jti, str) or not jti:
        jti = digest(assertion.value.rpartition(".")[0]).hex()
    end = clock.in_seconds(MAX_LIFETIME + 2 * LEEWAY)
    is_first = spend_jti(f"assertion {assertion.issuer}", jti, end)
    commit()  # spent, even if the request then fails: a replay must not find it unused
    return is_first


def _verify(jwt: UnverifiedJWT, trusted: TrustedIssuer, keys: KeySource) -> dict[str, Any]:
    try:
        return foreign_jwt.verify(jwt, trusted.jwks, keys)
    except ClientKeysUnavailable:
        log.warning("trusted_issuer_keys_unavailable", place=trusted.jwks)
        raise InvalidAssertion(NOT_SIGNED) from None
    except NotSigned:
        raise InvalidAssertion(NOT_SIGNED) from None


def _audiences(config: Config) -> tuple[str, ...]:
    """RFC 7523 §3 lets the token endpoint's URL name this server, too."""
    return config.issuer, config.issuer + paths.TOKEN


def _is_for_us(audience: object, ours: tuple[str, ...]) -> bool:
    """Refuse a list with a foreign member: whoever that is could send it here."""
    members = audience if isinstance(audience, list) else [audience]
    return bool(members) and all(member in ours for member in members)


def _is_subject(subject: object) -> TypeGuard[str]:
    return isinstance(subject, str) and subject.isprintable() and 0 < len(subject) <= MAX_SUBJECT


def _check_moments(claims: Mapping[str, Any]) -> datetime:
    now = clock.timestamp(clock.now())
    expires_at, issued_at, not_before = (claims.get(name) for name in ("exp", "iat", "nbf"))
    if not is_numeric_date(expires_at) or not now < expires_at <= now + MAX_LIFETIME + LEEWAY:
        raise InvalidAssertion(NOT_VALID_NOW)
    for moment in (issued_at, not_before):
        if moment is not None and (not is_numeric_date(moment) or moment > now + LEEWAY):
            raise InvalidAssertion(NOT_VALID_NOW)
    return clock.from_timestamp(int(expires_at))
