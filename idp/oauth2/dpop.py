"""Proofs, one in each request, that its sender holds the key of a token (RFC 9449 §4.3).

Everything is looked at before the jti is spent, which is for good: what else a request may be
refused for comes later, and the same proof must not be good for another try.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from authlib.oauth2.rfc6749.errors import InvalidRequestError

from idp import clock, paths
from idp.clients.model import Client
from idp.config import Config
from idp.oauth2.confirmation import Confirmation
from idp.oauth2.dpop_key import ProofKey, UnusableKey, read_key
from idp.oauth2.dpop_nonce import is_nonce
from idp.oauth2.errors import InvalidDPoPProofError, UseDPoPNonceError
from idp.oauth2.numeric_date import is_numeric_date
from idp.oauth2.request import ProtocolRequest
from idp.signing.segments import decode_segment, encode_segment, read_object
from idp.storage.database import commit
from idp.storage.used_jtis import spend_jti

HEADER = "DPoP"
TYP = "dpop+jwt"
MAX_LENGTH = 8192
LEEWAY = 60  # seconds that the clock of a client may be off, either way
REMEMBERED = 3 * LEEWAY  # a proof of the future is good for two, and clocks of servers differ

SEVERAL = "Send one DPoP header, not several."
NO_PROOF = "The DPoP proof must be a JWT of typ dpop+jwt, of at most 8192 characters."
NO_KEY = "The jwk of the DPoP proof must be public: RSA of 2048 to 4096 bits, P-256 or Ed25519."
NOT_SIGNED = "The DPoP proof is not signed by the key in it, with an alg that goes with it."
FOR_ANOTHER_REQUEST = "htm and htu of the DPoP proof must be the method and the URL of the request."
NOT_NOW = "iat of the DPoP proof must be the time, within a minute; exp and nbf must hold as well."
NO_JTI = "The DPoP proof has no jti."
FOR_ANOTHER_TOKEN = "ath of the DPoP proof must be the hash of the access token."
NO_NONCE = "nonce of the DPoP proof must be that of the header DPoP-Nonce."
NEEDED_BY_CLIENT = "The client is registered for DPoP: send a proof in the header DPoP."
NEEDED_BY_TOKEN = "The access token is bound to a key: send a proof of it in the header DPoP."
USED = "The jti of the DPoP proof was used before."


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that is signed by the key in its header; what it claims is not verified yet."""

    key: ProofKey
    claims: dict[str, Any]


def confirm(config: Config, request: ProtocolRequest, client: Client) -> Confirmation | None:
    """Give the key to which the tokens of a request are bound; None if there is no proof.

    Raises invalid_dpop_proof or use_dpop_nonce, and commits.
    """
    presented = _presented(request)
    if presented is None:
        return None
    return _verify(config, request, presented, algorithms=client.signing_algorithms)


def require_proof(client: Client, confirmation: Confirmation | None) -> None:
    """Refuse a token request without proof of a client that always sends one (RFC 9449 §5.2)."""
    is_proven = confirmation is not None and confirmation.jkt is not None
    if client.dpop_bound_access_tokens and not is_proven:
        raise InvalidRequestError(NEEDED_BY_CLIENT)


def confirm_token(
    config: Config, request: ProtocolRequest, client: Client, access_token: str
) -> Confirmation:
    """Give the key of a proof that comes with an access token of a client, and is for that one.

    Raises invalid_dpop_proof or use_dpop_nonce, and commits.
    """
    presented = _presented(request)
    if presented is None:
        raise InvalidDPoPProofError(NEEDED_BY_TOKEN)
    algorithms = client.signing_algorithms
    return _verify(config, request, presented, access_token=access_token, algorithms=algorithms)


def hash_of(access_token: str) -> str:
    """Give the `ath` of an access token (RFC 9449 §4.2)."""
    hashed = hashlib.sha256(access_token.encode("utf-8", "surrogatepass")).digest()
    return encode_segment(hashed).decode()


def _presented(request: ProtocolRequest) -> str | None:
    proofs = request.headers.every(HEADER)
    if len(proofs) > 1:
        raise InvalidDPoPProofError(SEVERAL)
    return proofs[0] if proofs else None


def _verify(
    config: Config,
    request: ProtocolRequest,
    presented: str,
    *,
    algorithms: Collection[str],
    access_token: str | None = None,
) -> Confirmation:
    """Spend a proof of this very request."""
    proof = _read(presented, algorithms)
    claims = proof.claims
    _check_target(claims, request, config)
    _check_time(claims)
    if access_token is not None and claims.get("ath") != hash_of(access_token):
        raise InvalidDPoPProofError(FOR_ANOTHER_TOKEN)
    _check_nonce(claims, config)
    jti, thumbprint = claims.get("jti"), proof.key.thumbprint
    if not isinstance(jti, str) or not jti:
        raise InvalidDPoPProofError(NO_JTI)
    if not spend_jti(f"{HEADER} {thumbprint}", jti, clock.in_seconds(REMEMBERED)):
        raise InvalidDPoPProofError(USED)
    commit()  # spent, even if the request then fails
    return Confirmation(jkt=thumbprint)


def _read(presented: str, algorithms: Collection[str]) -> Proof:
    header, claims, message, signature = _split(presented)
    typ = str(header.get("typ")).lower().removeprefix("application/")
    if typ != TYP or "crit" in header:
        raise InvalidDPoPProofError(NO_PROOF)
    try:
        key = read_key(header.get("jwk"))
    except UnusableKey:
        raise InvalidDPoPProofError(NO_KEY) from None
    alg = header.get("alg")
    if alg not in algorithms or not key.signed(message, signature, alg):
        raise InvalidDPoPProofError(NOT_SIGNED)
    return Proof(key, claims)


def _split(presented: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Take a proof apart: header, claims, what is signed, signature."""
    try:
        if len(presented) > MAX_LENGTH:
            raise ValueError
        header, claims, signature = presented.encode("ascii").split(b".")
        message = header + b"." + claims
        read = [read_object(decode_segment(each)) for each in (header, claims)]
        return read[0], read[1], message, decode_segment(signature)
    except (ValueError, RecursionError):
        raise InvalidDPoPProofError(NO_PROOF) from None


def _check_target(claims: dict[str, Any], request: ProtocolRequest, config: Config) -> None:
    """Look at method and URL, which has another host for clients with a certificate, perhaps."""
    method, uri = claims.get("htm"), claims.get("htu")
    alias = paths.alias_of(config.issuer, config.server.mtls_url)
    urls = (request.uri, alias + request.uri.removeprefix(config.issuer))
    is_right = isinstance(uri, str) and any(is_same(uri, url) for url in urls)
    if method != request.method or not is_right:
        raise InvalidDPoPProofError(FOR_ANOTHER_REQUEST)


def _check_time(claims: dict[str, Any]) -> None:
    """A proof is of now, and good by what else it may say of itself (RFC 7519 §4.1.4, §4.1.5)."""
    now = clock.now().timestamp()
    issued_at, expires_at, not_before = (claims.get(name) for name in ("iat", "exp", "nbf"))
    if not is_numeric_date(issued_at) or abs(now - issued_at) > LEEWAY:
        raise InvalidDPoPProofError(NOT_NOW)
    if expires_at is not None and (not is_numeric_date(expires_at) or now >= expires_at + LEEWAY):
        raise InvalidDPoPProofError(NOT_NOW)
    if not_before is not None and (not is_numeric_date(not_before) or not_before > now + LEEWAY):
        raise InvalidDPoPProofError(NOT_NOW)


def _check_nonce(claims: dict[str, Any], config: Config) -> None:
    if not config.protocol.dpop_nonce:
        return
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not is_nonce(config.keys, nonce):
        raise UseDPoPNonceError(NO_NONCE)


# How one URL may be written in several ways (RFC 3986 §6.2.2, §6.2.3).
DEFAULT_PORTS = {"http": 80, "https": 443}
ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]")


def is_same(uri: str, url: str) -> bool:
    """Tell whether two URLs are the same but for query and fragment, however they are written."""
    if uri == url:
        return True
    try:
        return _normalized(urlsplit(uri)) == _normalized(urlsplit(url))
    except ValueError:
        return False


def _normalized(url: SplitResult) -> tuple[str | int | None, ...]:
    port = DEFAULT_PORTS.get(url.scheme) if url.port is None else url.port
    path = _without_dots(ESCAPED.sub(_normal_escape, url.path)) or "/"
    return url.scheme, url.username, url.password, url.hostname, port, path


def _normal_escape(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if UNRESERVED.fullmatch(character) else escape[0].upper()


def _without_dots(path: str) -> str:
    """Remove dot segments (RFC 3986 §5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == ".." and len(kept) > 1:
            kept.pop()
        elif segment not in (".", ".."):
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)
