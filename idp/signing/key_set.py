"""The key set: JWTs signed, verified, decrypted (RFC 7519, RFC 8725), and its list (RFC 7517)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from idp.signing.algorithms import Algorithm
from idp.signing.decryption import decrypt
from idp.signing.key import DecryptionKey, KeyState, PublishedKey, SigningKey
from idp.signing.segments import decode_segment, read_object

MAX_TOKEN_CHARACTERS = 16384


class NoActiveKey(LookupError):
    """No key signs with that algorithm: it is not in keys.algorithms."""


class KeySet:
    """All keys of the server at one moment; it does not change, a newer one takes its place."""

    def __init__(
        self,
        keys: Iterable[PublishedKey],
        active: Iterable[SigningKey],
        decrypting: Iterable[DecryptionKey] = (),
    ) -> None:
        known = sorted(keys, key=_rank)
        signing = [key for key in known if key.signs]
        listed = [key.jwk for key in known if key.is_listed]
        self.jwks = json.dumps({"keys": listed}, separators=(",", ":")).encode()
        self.fingerprint = fingerprint((key.kid, key.state) for key in known)
        self._active = {str(key.algorithm): key for key in active}
        # The next keys, too: another process may have begun to sign with them a moment ago.
        self._verifying = {key.kid: key for key in signing if key.is_listed}
        self._known = {key.kid: key for key in signing}
        # All that have not expired: clients keep the list of keys, and encrypt to what is in it.
        self._decrypting = {key.kid: key for key in decrypting}

    def sign(self, claims: Mapping[str, Any], *, typ: str, algorithm: str) -> str:
        """Make a JWT; raise NoActiveKey if the algorithm is not on offer."""
        key = self._active.get(algorithm)
        if key is None:
            raise NoActiveKey
        return key.sign(claims, typ=typ)

    def verify(self, token: str, *, typ: str) -> dict[str, Any] | None:
        """Give the claims of a JWT of that type that this server signed, or None.

        Whether they hold (`exp`, `aud` and so on) is for the caller to see.
        """
        return _verify(self._verifying, token, typ)

    def recognize(self, token: str, *, typ: str) -> dict[str, Any] | None:
        """Do the same with keys that are published no more: for what names somebody, and no more.

        Such a key can be had for longer than it was meant to sign, so nothing may open by it.
        """
        return _verify(self._known, token, typ)

    def decrypt(self, message: str) -> str | None:
        """Give the JWT that somebody has encrypted to this server, whoever that was, or None."""
        return decrypt(self._decrypting, message)


def fingerprint(states: Iterable[tuple[str, str]]) -> str:
    """Sum up which keys there are, and in what state."""
    lines = sorted(f"{kid} {state}" for kid, state in states)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _verify(keys: Mapping[str, PublishedKey], token: str, typ: str) -> dict[str, Any] | None:
    if len(token) > MAX_TOKEN_CHARACTERS:
        return None
    try:
        message, header, claims, signature = _split(token)
        key = _find_key(keys, read_object(header), typ)
        if key is None or not key.is_signature(message, signature):
            return None
        return read_object(claims)
    except (ValueError, RecursionError):
        return None


def _find_key(
    keys: Mapping[str, PublishedKey], header: dict[str, Any], typ: str
) -> PublishedKey | None:
    """Find the key that a header names, unless the header asks for anything else."""
    kid = header.get("kid")
    key = keys.get(kid) if isinstance(kid, str) else None
    if key is None or header.get("alg") != key.algorithm or "crit" in header:
        return None
    return key if _media_type(header.get("typ")) == _media_type(typ) else None


def _rank(key: PublishedKey) -> int:
    """The active RS256 key stands first: some clients take the first key, whatever it is."""
    order = (KeyState.ACTIVE, KeyState.NEXT, KeyState.RETIRED, KeyState.FORMER)
    if not key.signs:
        return len(order)
    is_default = key.algorithm is Algorithm.RS256 and key.state is KeyState.ACTIVE
    return -1 if is_default else order.index(key.state)


def _media_type(typ: object) -> str | None:
    """Compare `typ` without case, and without the prefix that may be left out (RFC 7515 §4.1.9)."""
    return typ.lower().removeprefix("application/") if isinstance(typ, str) else None


def _split(token: str) -> tuple[bytes, bytes, bytes, bytes]:
    """Take a compact JWT apart: what is signed, header, claims, signature (RFC 7515 §5.2)."""
    header, claims, signature = token.encode("ascii").split(b".")
    message = header + b"." + claims
    return message, decode_segment(header), decode_segment(claims), decode_segment(signature)
