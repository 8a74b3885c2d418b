"""Access tokens: JWTs (RFC 9068) that need no row, or opaque ones, as the client is registered.

A JWT carries the id of its grant (`gid`), so that revoking the grant ends it here at once; a
resource server that verifies by JWKS alone learns of it when the token expires.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from idp import clock
from idp.clients.model import Client
from idp.config import Config
from idp.oauth2 import confirmation as confirmations
from idp.oauth2 import resource as resources
from idp.oauth2 import scope as scopes
from idp.oauth2.confirmation import Confirmation
from idp.oidc.subject import subject_of
from idp.secret import Secret, digest, identifier
from idp.signing.signer import Signer
from idp.storage.access_tokens import (
    OpaqueAccessToken,
    add_access_token,
    find_access_token,
    is_any_revoked,
    is_jti_revoked,
)
from idp.storage.grants import Grant
from idp.tokens.grant import Parties, find_parties

TYP = "at+jwt"
PREFIX = "idp_at_"
OPAQUE = "opaque"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What an access token is good for, where, and in whose hands.

    An empty `audience` orders the usual one. `confirmation` is what must be proven with the token,
    `actor` who acts for its subject (RFC 8693 §4.1); of the details RFC 9396 §9.1 tells. `parents`
    are the names of the tokens that it was exchanged for, which it does not outlive.
    """

    scope: frozenset[str]
    audience: frozenset[str] = frozenset()
    authorization_details: Sequence[dict[str, Any]] = ()
    confirmation: Confirmation | None = None
    actor: dict[str, Any] | None = None
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken(Contents):
    """What an access token says, whatever its format. Without a grant it is the client's own."""

    client_id: str
    subject: str
    issued_at: datetime
    expires_at: datetime
    grant_id: str | None
    jti: str | None = None
    token_digest: bytes | None = None
    is_revoked: bool = False

    @property
    def name(self) -> str:
        """What it is called where its revocation is listed."""
        return self.jti or (self.token_digest or b"").hex()


@dataclass(frozen=True, slots=True)
class Issued:
    """A new access token, to be sent, and its lifetime in seconds."""

    value: str
    expires_in: int


def issue(
    config: Config,
    signer: Signer,
    client: Client,
    grant: Grant | None,
    contents: Contents,
    *,
    longest_until: datetime | None = None,
) -> Issued:
    """Issue an access token in the format of those whom it is for; raise InvalidTarget."""
    now = clock.now()
    terms = resources.terms(config, client, contents.audience)
    expires_at = clock.in_seconds(terms.lifetime)
    if grant is not None:
        expires_at = min(expires_at, grant.expires_at)
    if longest_until is not None:
        expires_at = min(expires_at, longest_until)
    token = AccessToken(
        client_id=client.client_id,
        subject=subject_of(client, grant.user_id) if grant else client.client_id,
        scope=contents.scope,
        audience=contents.audience or usual_audience(config),
        authorization_details=contents.authorization_details,
        confirmation=contents.confirmation,
        actor=contents.actor,
        parents=contents.parents,
        issued_at=now,
        expires_at=expires_at,
        grant_id=grant.grant_id if grant else None,
        jti=identifier(),
    )
    expires_in = int((expires_at - now).total_seconds())
    if terms.access_token_format == OPAQUE:
        return Issued(_store(token), expires_in)
    claims = _claims(config.issuer, token, grant)
    return Issued(signer.sign(claims, typ=TYP, algorithm=terms.algorithm), expires_in)


def usual_audience(config: Config) -> frozenset[str]:
    """Say whom access tokens are for that nobody wanted for anything special."""
    return frozenset({resources.usual(config)})


def aud(audience: frozenset[str]) -> str | list[str]:
    """Write an audience as in a JWT: a list only if there are several (RFC 7519 §4.1.3)."""
    first, *more = sorted(audience)
    return [first, *more] if more else first


def read(config: Config, signer: Signer, value: str) -> AccessToken | None:
    """Read an access token of this server; `parties_of` tells whether it is still good."""
    if value.startswith(PREFIX):
        return _load(value)
    claims = signer.verify(value, typ=TYP)
    return _parse(claims) if claims and claims.get("iss") == config.issuer else None


def parties_of(token: AccessToken) -> Parties | None:
    """Give who stands behind a token that is good now; None if it expired or was revoked."""
    if token.is_revoked or token.expires_at <= clock.now():
        return None
    if token.jti is not None and is_jti_revoked(token.jti):
        return None
    if token.parents and is_any_revoked(token.parents):
        return None
    return find_parties(token.client_id, token.grant_id, token.issued_at)


def _claims(issuer: str, token: AccessToken, grant: Grant | None) -> dict[str, Any]:
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": token.subject,
        "aud": aud(token.audience),
        "exp": clock.timestamp(token.expires_at),
        "iat": clock.timestamp(token.issued_at),
        "jti": token.jti,
        "client_id": token.client_id,
    }
    if token.scope:  # an empty one would be malformed (RFC 6749 §3.3)
        claims["scope"] = scopes.write(token.scope)
    if grant is not None:
        claims |= {"auth_time": clock.timestamp(grant.auth_time), "gid": grant.grant_id}
        if grant.acr is not None:
            claims["acr"] = grant.acr
    if token.parents:
        claims["parents"] = list(token.parents)
    return claims | described(token)


def described(token: AccessToken) -> dict[str, Any]:
    """Describe what few tokens have, as in a JWT or to who introspects it."""
    claims: dict[str, Any] = {}
    if token.authorization_details:
        claims["authorization_details"] = list(token.authorization_details)
    if token.confirmation is not None:
        claims["cnf"] = token.confirmation.claims
    if token.actor is not None:
        claims["act"] = token.actor
    return claims


def _parse(claims: dict[str, Any]) -> AccessToken | None:
    try:
        return AccessToken(
            client_id=claims["client_id"],
            subject=claims["sub"],
            scope=frozenset(claims.get("scope", "").split()),
            audience=_audience(claims["aud"]),
            authorization_details=claims.get("authorization_details", ()),
            confirmation=confirmations.read(claims.get("cnf")),
            actor=claims.get("act"),
            parents=tuple(claims.get("parents", ())),
            issued_at=clock.from_timestamp(claims["iat"]),
            expires_at=clock.from_timestamp(claims["exp"]),
            grant_id=claims.get("gid"),
            jti=claims["jti"],
        )
    except (KeyError, AttributeError, TypeError, ValueError, OverflowError, OSError):
        return None  # signed by us, but with claims that this version does not write


def _audience(audience: str | list[str]) -> frozenset[str]:
    return frozenset([audience] if isinstance(audience, str) else audience)


def _store(token: AccessToken) -> str:
    secret = Secret.generate(PREFIX)
    add_access_token(
        OpaqueAccessToken(
            token_digest=secret.digest,
            grant_id=token.grant_id,
            client_id=token.client_id,
            subject=token.subject,
            scope=token.scope,
            audience=token.audience,
            issued_at=token.issued_at,
            expires_at=token.expires_at,
            cnf=token.confirmation.claims if token.confirmation else None,
            authorization_details=list(token.authorization_details) or None,
            act=token.actor,
            parents=list(token.parents) or None,
        )
    )
    return secret.reveal()


def _load(value: str) -> AccessToken | None:
    row = find_access_token(digest(value))
    if row is None:
        return None
    return AccessToken(
        client_id=row.client_id,
        subject=row.subject,
        scope=row.scope,
        audience=row.audience,
        authorization_details=row.authorization_details or (),
        confirmation=confirmations.read(row.cnf),
        actor=row.act,
        parents=tuple(row.parents or ()),
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        grant_id=row.grant_id,
        token_digest=row.token_digest,
        is_revoked=row.revoked_at is not None,
    )
