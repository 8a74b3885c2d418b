"""ID tokens (OIDC Core §2), and ID tokens that come back as hints."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from idp import clock
from idp.clients.model import Client
from idp.config import Config
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


def issue(
    config: Config,
    signer: Signer,
    client: Client,
    grant: Grant,
    *,
    access_token: str,
    nonce: str | None = None,
) -> str:
    """Issue the ID token that goes with an access token.

    It says who signed in, when and how. Claims about the person are at the UserInfo endpoint,
    since there is an access token for it (OIDC Core §5.4).
    """
    now = clock.now()
    algorithm = client.id_token_signed_response_alg
    claims: dict[str, Any] = {
        "iss": config.issuer,
        "sub": grant.user_id,
        "aud": client.client_id,
        "exp": clock.timestamp(now) + config.tokens.id_token_lifetime,
        "iat": clock.timestamp(now),
        "auth_time": clock.timestamp(grant.auth_time),
        "amr": grant.amr,
        "at_hash": half_hash(access_token, algorithm),
    }
    if grant.sid is not None:
        claims["sid"] = grant.sid
    if nonce is not None:
        claims["nonce"] = nonce
    return signer.sign(claims, typ=TYP, algorithm=algorithm)


def read_hint(config: Config, signer: Signer, unverified_hint: str) -> IDTokenHint | None:
    """Read an ID token of this issuer, expired or not; None if it is not one."""
    claims = signer.verify(unverified_hint, typ=TYP)
    if not claims or claims.get("iss") != config.issuer:
        return None
    subject, audience, sid = (claims.get(name) for name in ("sub", "aud", "sid"))
    if not isinstance(subject, str) or not isinstance(audience, str):
        return None
    return IDTokenHint(subject, audience, sid if isinstance(sid, str) else None)


def half_hash(value: str, algorithm: str) -> str:
    """Hash a token for `at_hash`: the left half, base64url (OIDC Core §3.1.3.6)."""
    hashed = hashlib.new(HASHES.get(algorithm, ED25519_HASH), value.encode("ascii")).digest()
    return base64.urlsafe_b64encode(hashed[: len(hashed) // 2]).rstrip(b"=").decode()
