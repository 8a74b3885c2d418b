"""Slow hashes of what people choose, and the form in which they are kept.

    $idp-bcrypt$v=1,k=<pepper id>$2b$12$...
    $idp-argon2id$v=1,k=<pepper id>$argon2id$v=19$m=19456,t=2,p=1$...

is bcrypt, or Argon2id, over base64(HMAC-SHA256(pepper, NFKC(password))): bcrypt reads 72 bytes and
not one more, and the 44 of the HMAC depend on all of the password (NIST SP 800-63B-4 §3.1.1.2).
Plain hashes of other programs are good until their people sign in.
"""

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from idp.config import PasswordsConfig
from idp.log import log
from idp.users.passwords.argon2id_scheme import IS_INSTALLED, Argon2id
from idp.users.passwords.bcrypt_scheme import Bcrypt
from idp.users.passwords.breached import BreachedPasswords
from idp.users.passwords.pool import HashingPool
from idp.users.passwords.scheme import Scheme

KEPT = re.compile(r"(?:\$idp-\w+\$v=1,k=(?P<pepper_id>[0-9a-f]+))?(?P<hash>\$.+)")

# Named for the scheme that was first, and the same for all: hashes depend on it.
NO_PEPPER = b"idp-bcrypt v1 without a pepper"
FINGERPRINTED = b"idp-bcrypt v1 pepper id"
NO_PEPPER_ID = "0"

# NUL ends a password for other programs; surrogates are no characters.
UNUSABLE_CHARACTERS = re.compile("[\0\ud800-\udfff]")


class UnusablePassword(ValueError):
    """The password is empty, too long, or has characters that cannot be hashed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a comparison found; `needs_rehash` says that a password that matches is kept badly."""

    matches: bool
    needs_rehash: bool


class Hasher:
    """Hashes passwords. Its methods are called inside Database.run and commit its transaction."""

    def __init__(self, config: PasswordsConfig, breached: BreachedPasswords | None = None) -> None:
        self._breached = breached
        self._max_length = config.max_length
        self._schemes = schemes(config)
        self._scheme = self._schemes[config.scheme]
        self._pepper_id, self._peppers = _peppers(config)
        self._envelope = f"$idp-{self._scheme.name}$v=1,k={self._pepper_id}"
        self._pool = HashingPool(config)

    def refuse_if_full(self) -> None:
        """Raise HashingBusy if one more password would find no place in the queue."""
        self._pool.refuse_if_full()

    def hash(self, password: str) -> str:
        """Hash what a person has chosen. Raises BreachedPassword, UnusablePassword, HashingBusy."""
        hash_it, breached = self._prepare(password), self._breached
        if breached is None:
            return self.hash_any(password)

        def look_and_hash() -> str:
            breached.refuse_filed(password)
            return hash_it()

        self.refuse_if_full()
        breached.refuse_listed(password)
        return self._envelope + self._pool.run(look_and_hash)

    def hash_any(self, password: str) -> str:
        """Hash what need not be a good password. Raises UnusablePassword, or HashingBusy."""
        return self._envelope + self._pool.run(self._prepare(password))

    def verify(self, password: str, stored: str | None) -> Verdict:
        """Compare a password with a hash; without one, work as long in vain. Raises HashingBusy."""
        if not _is_usable(password, self._max_length):
            return Verdict(matches=False, needs_rehash=False)
        comparison = self._choose(password, stored) if stored else None
        if stored and not comparison:
            log.warning("password_hash_unusable")
        matches = self._pool.run(comparison or self._compare_in_vain)
        current = self._envelope + self._scheme.beginning
        is_current = stored is not None and stored.startswith(current)
        return Verdict(matches, needs_rehash=matches and not is_current)

    def close(self) -> None:
        """Let the threads go; what is being hashed is finished, what waits is not begun."""
        self._pool.close()

    def _prepare(self, password: str) -> Callable[[], str]:
        if not _is_usable(password, self._max_length):
            raise UnusablePassword
        secret = _condense(password, self._peppers[self._pepper_id])
        return partial(self._scheme.hash, secret)

    def _choose(self, password: str, stored: str) -> Callable[[], bool] | None:
        """Choose the scheme of a hash, and what it is to read; None if that cannot be known."""
        kept = KEPT.fullmatch(stored)
        hashed, pepper_id = kept.group("hash", "pepper_id") if kept else ("", None)
        scheme = next((s for s in self._schemes.values() if s.reads(hashed)), None)
        if scheme is None or pepper_id not in {None, *self._peppers}:
            return None
        secret = _condense(password, self._peppers[pepper_id]) if pepper_id else password.encode()
        return partial(scheme.matches, secret, hashed)

    def _compare_in_vain(self) -> bool:
        self._scheme.matches(NO_PEPPER, self._scheme.nobodys_hash)
        return False


def schemes(config: PasswordsConfig) -> dict[str, Scheme]:
    """Give all schemes that can be used here, by name."""
    usable: list[Scheme] = [Bcrypt(config.bcrypt_cost)]
    if IS_INSTALLED:
        settings = (config.argon2_memory_kib, config.argon2_passes, config.argon2_lanes)
        usable.append(Argon2id(*settings))
    return {scheme.name: scheme for scheme in usable}


def _is_usable(password: str, max_length: int) -> bool:
    return 0 < len(password) <= max_length and not UNUSABLE_CHARACTERS.search(password)


def _peppers(config: PasswordsConfig) -> tuple[str, dict[str, bytes]]:
    """Give the id of the pepper for new hashes, and all by id: hashes older than it are good."""
    peppers = {NO_PEPPER_ID: NO_PEPPER}
    if config.pepper is None:
        return NO_PEPPER_ID, peppers
    pepper = config.pepper.get_secret_value().encode()
    fingerprint = hmac.digest(pepper, FINGERPRINTED, hashlib.sha256)[:4].hex()
    return fingerprint, {**peppers, fingerprint: pepper}


def _condense(password: str, key: bytes) -> bytes:
    normalized = unicodedata.normalize("NFKC", password)
    return base64.b64encode(hmac.digest(key, normalized.encode(), hashlib.sha256))
