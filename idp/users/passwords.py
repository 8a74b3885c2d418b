"""Slow hashes of what people choose, made in a pool of threads that has an end.

    $idp-bcrypt$v=1,k=<pepper id>$2b$12$...

is bcrypt over base64(HMAC-SHA256(pepper, NFKC(password))): bcrypt reads 72 bytes and not one more,
and the 44 of the HMAC depend on all of the password (NIST SP 800-63B-4 §3.1.1.2).
"""

import asyncio
import base64
import hashlib
import hmac
import re
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import bcrypt

from idp.config import PasswordsConfig
from idp.storage.database import wait_for

P = ParamSpec("P")
T = TypeVar("T")

PREFIX = "$idp-bcrypt$v=1,k="
OURS = re.compile(
    r"\$idp-bcrypt\$v=1,k=(?P<pepper_id>[0-9a-f]+)(?P<bcrypt>\$2b\$(?P<cost>\d\d)\$[./0-9A-Za-z]{53})"
)
IMPORTED = re.compile(r"(?P<bcrypt>\$2[aby]\$(?P<cost>\d\d)\$[./0-9A-Za-z]{53})")

NO_PEPPER_ID = "0"
NO_PEPPER = b"idp-bcrypt v1 without a pepper"

BCRYPT_BYTES = 72
# Whoever imports hashes of cost 31 would have each sign-in take a day.
MAX_COST = 16
# NUL ends a password for other programs; surrogates are no characters.
UNUSABLE_CHARACTERS = re.compile("[\0\ud800-\udfff]")

RETRY_AFTER = 5


class HashingBusy(Exception):
    """So many passwords are waiting to be hashed that one more would wait too long."""

    retry_after = RETRY_AFTER


class UnusablePassword(ValueError):
    """The password is empty, too long, or has characters that cannot be hashed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a comparison found; `needs_rehash` says that a password that matches is kept badly."""

    matches: bool
    needs_rehash: bool


class Hasher:
    """Hashes passwords. Its methods are called inside Database.run and commit its transaction."""

    def __init__(self, config: PasswordsConfig) -> None:
        self._cost = config.bcrypt_cost
        self._max_length = config.max_length
        self._pepper_id, self._peppers = _peppers(config)
        self._pool = ThreadPoolExecutor(config.hashing_threads, "hashing")
        self._places = threading.BoundedSemaphore(config.hashing_threads + config.hashing_queue)
        # Nobody's hash, of the same cost: for a user who does not exist.
        self._dummy = f"$2b${self._cost:02}${'.' * 53}"

    def hash(self, password: str) -> str:
        """Hash a new password. Raises UnusablePassword, or HashingBusy."""
        if not is_usable(password, self._max_length):
            raise UnusablePassword
        key = self._peppers[self._pepper_id]
        hashed = self._run(_bcrypt, _condense(password, key), self._cost)
        return f"{PREFIX}{self._pepper_id}{hashed}"

    def verify(self, password: str, stored: str | None) -> Verdict:
        """Compare a password with a hash; without one, work as long in vain. Raises HashingBusy."""
        if not is_usable(password, self._max_length):
            return Verdict(matches=False, needs_rehash=False)
        condensed, hashed = self._prepare(password, stored or "")
        matches = self._run(_matches, condensed, hashed)
        current = f"{PREFIX}{self._pepper_id}$2b${self._cost:02}$"
        is_current = stored is not None and stored.startswith(current)
        return Verdict(matches, needs_rehash=matches and not is_current)

    def close(self) -> None:
        """Let the threads go; what is being hashed is finished, what waits is not begun."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _prepare(self, password: str, stored: str) -> tuple[bytes, str]:
        """Choose what bcrypt is to read, and the hash to compare it with."""
        ours = OURS.fullmatch(stored)
        if ours and ours["pepper_id"] in self._peppers and int(ours["cost"]) <= MAX_COST:
            return _condense(password, self._peppers[ours["pepper_id"]]), ours["bcrypt"]
        imported = IMPORTED.fullmatch(stored)
        if imported and int(imported["cost"]) <= MAX_COST:
            return password.encode()[:BCRYPT_BYTES], imported["bcrypt"]
        return _condense(password, NO_PEPPER), self._dummy

    def _run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in a thread, if there is a place in the queue, and wait for it."""
        if not self._places.acquire(blocking=False):
            raise HashingBusy
        try:
            future = self._pool.submit(function, *args, **kwargs)
        except RuntimeError:  # closed: the server is stopping
            self._places.release()
            raise HashingBusy from None
        # A place is free when the thread is, not when a request gives up waiting for it.
        future.add_done_callback(self._leave)
        return wait_for(asyncio.wrap_future(future))

    def _leave(self, _: Future[T]) -> None:
        self._places.release()


def is_usable(password: str, max_length: int) -> bool:
    """Tell whether a password can be hashed at all."""
    return 0 < len(password) <= max_length and not UNUSABLE_CHARACTERS.search(password)


def _peppers(config: PasswordsConfig) -> tuple[str, dict[str, bytes]]:
    """Give the id of the pepper for new hashes, and all by id: hashes older than it are good."""
    peppers = {NO_PEPPER_ID: NO_PEPPER}
    if config.pepper is None:
        return NO_PEPPER_ID, peppers
    pepper = config.pepper.get_secret_value().encode()
    fingerprint = hmac.digest(pepper, b"idp-bcrypt v1 pepper id", hashlib.sha256)[:4].hex()
    return fingerprint, {**peppers, fingerprint: pepper}


def _condense(password: str, key: bytes) -> bytes:
    normalized = unicodedata.normalize("NFKC", password)
    return base64.b64encode(hmac.digest(key, normalized.encode(), hashlib.sha256))


def _bcrypt(condensed: bytes, cost: int) -> str:
    return bcrypt.hashpw(condensed, bcrypt.gensalt(cost)).decode()


def _matches(condensed: bytes, hashed: str) -> bool:
    try:
        return bcrypt.checkpw(condensed, hashed.encode())
    except ValueError:  # an imported hash with a salt that is none
        return False
