"""ID tokens (OIDC Core §2, §10.2), and ID tokens that come back as hints."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from idp import clock
from idp.clients.model import Client
from idp.config import Config
from idp.oauth2.encryption import Encryption, NotEncrypted
from idp.oidc.subject import session_of, subject_of
from idp.signing import is_encrypted
from idp.signing.signer import Signer
from idp.storage.grants import Grant

TYP = "JWT"

# The hash of `at_hash` is that of the signature (OIDC Core §3.1.3.6); Ed25519 uses SHA-512.
HASHES = {"RS256": "sha256", "PS256": "sha256", "ES256": "sha256"}
ED25519_HASH = "sha512"


@dataclass(frozen=True, slots=True)
class IDTokenHint:
    """An ID token of ours that a client sends back; it may have expired."""

    subject: str
    audience: str
    sid: str | None


@dataclass(frozen=True, slots=True)
class IDToken:
    """What an ID token is issued for, and what travels beside it, whose hashes it holds.

    `more` are claims about the person; none of them replaces a claim of the protocol. A client that
    is registered for `id_token_encrypted_response_alg` cannot go without `encryption`.
    """

    client: Client
    grant: Grant
    nonce: str | None = None
    access_token: str | None = None
    code: str | None = None
    state: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    encryption: Encryption | None = None


def issue(config: Config, signer: Signer, token: IDToken) -> str:
    """Issue an ID token: it says who signed in, when and how.

    Raises NotEncrypted rather than issue it in plain to a client that wants it encrypted.
    """
    signed = signer.sign(
        _claims(config, token), typ=TYP, algorithm=token.client.id_token_signed_response_alg
    )
    if token.client.id_token_encrypted_response_alg is None:
        return signed
    if token.encryption is None:
        raise NotEncrypted
    return token.encryption.encrypt(signed)


def read_hint(config: Config, signer: Signer, unverified_hint: str) -> IDTokenHint | None:
    """Read an ID token of this issuer, expired or not; None if it is not one.

    People may be signed in for longer than the key was published by which they did. A client that
    got its token encrypted may encrypt it to us again (OIDC Core §3.1.2.1).
    """
    signed = signer.decrypt(unverified_hint) if is_encrypted(unverified_hint) else unverified_hint
    claims = signer.recognize(signed or "", typ=TYP)
    # A UserInfo answer may be signed, too, but never expires.
    if not claims or claims.get("iss") != config.issuer or claims.get("exp") is None:
        return None
    subject, audience, sid = (claims.get(name) for name in ("sub", "aud", "sid"))
    if not isinstance(subject, str) or not isinstance(audience, str):
        return None
    return IDTokenHint(subject, audience, sid if isinstance(sid, str) else None)


def half_hash(value: str | None, algorithm: str) -> str | None:
    """Hash what travels beside a token: the left half in base64url (OIDC Core §3.1.3.6)."""
    if value is None:
        return None
    hashed = hashlib.new(HASHES.get(algorithm, ED25519_HASH), value.encode()).digest()
    return base64.urlsafe_b64encode(hashed[: len(hashed) // 2]).rstrip(b"=").decode()


def _claims(config: Config, token: IDToken) -> dict[str, Any]:
    now, grant = clock.timestamp(clock.now()), token.grant
    algorithm = token.client.id_token_signed_response_alg
    optional = {
        "acr": grant.acr,
        "sid": session_of(token.client, grant.sid) if grant.sid else None,
        "nonce": token.nonce,
        "at_hash": half_hash(token.access_token, algorithm),
        "c_hash": half_hash(token.code, algorithm),
        "s_hash": half_hash(token.state, algorithm),
    }
    claims: dict[str, Any] = {
        **token.more,
        "iss": config.issuer,
        "sub": subject_of(token.client, grant.user_id),
        "aud": token.client.client_id,
        "exp": now + config.tokens.id_token_lifetime,
        "iat": now,
        "auth_time": clock.timestamp(grant.auth_time),
        "amr": grant.amr,
    }
    return claims | {name: value for name, value in optional.items() if value is not None}
