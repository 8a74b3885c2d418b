"""JWTs of issuers that an operator believes, by the keys in a file or at a URL (RFC 7519 §7.2)."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from joserfc.jwk import KeySet

from idp.clients.jwk import read_usable_keys
from idp.clients.keys import ClientKeysUnavailable, KeySource
from idp.signing import foreign
from idp.signing.foreign import UNREADABLE
from idp.vocabulary import SigningAlgorithm

MAX_LENGTH = 16 * 1024
FILES_KEPT = 100


class NotSigned(Exception):
    """No key of the issuer has signed it."""


@dataclass(frozen=True, slots=True)
class UnverifiedJWT:
    """What a JWT says of itself before anybody knows whether it is true."""

    value: str
    unverified_issuer: str
    unverified_kid: str | None
    unverified_typ: str | None


def take_apart(value: str) -> UnverifiedJWT | None:
    """See by whom a JWT says that it is; None if it is none, or nobody's."""
    if len(value) > MAX_LENGTH:
        return None
    try:
        parsed = foreign.extract(value)
        issuer = json.loads(parsed.payload)["iss"]
        header = parsed.headers()
    except UNREADABLE:
        return None
    kid, typ = _text(header.get("kid")), _text(header.get("typ"))
    return UnverifiedJWT(value, issuer, kid, typ) if isinstance(issuer, str) else None


def verify(token: UnverifiedJWT, place: str, keys: KeySource) -> dict[str, Any]:
    """Give the claims of a JWT that a key at this place has signed, a file or an https URL.

    May commit and wait for the keys. Raises ClientKeysUnavailable or NotSigned.
    """
    found = _keys_at(place, token.unverified_kid, keys)
    try:
        return foreign.claims_of(token.value, found, SigningAlgorithm)
    except UNREADABLE:
        raise NotSigned from None


def _keys_at(place: str, kid: str | None, keys: KeySource) -> KeySet:
    if place.startswith("https://"):
        return keys.keys_at(place, kid=kid)
    try:
        found = _read(Path(place).read_bytes())
    except OSError:
        found = None
    if found is None:
        raise ClientKeysUnavailable
    return found


@lru_cache(maxsize=FILES_KEPT)
def _read(document: bytes) -> KeySet | None:
    """Read a JWK Set; a file that was changed is another document."""
    try:
        return read_usable_keys(json.loads(document))
    except (ValueError, RecursionError):
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
