"""Whether a password is known from a breach: those are tried first (NIST SP 800-63B-4 §3.1.1.2).

It is looked for by its SHA-1, in a file on this machine, and at a service that is told five of the
forty digits and answers with all that begin so: it never learns which one was meant. Where nothing
can be looked up, the password is let through, with a line in the log.
"""

import asyncio
import hashlib
import os
import re
from pathlib import Path
from unicodedata import normalize

from idp.config import PasswordsConfig
from idp.fetch import Fetcher, FetchError
from idp.log import log
from idp.storage.database import wait_for
from idp.users.names import ValidationFailed
from idp.words import N_

DIGITS = 40
LONGEST_LINE = 100
DIGITS_TOLD = 5
# Without it, the length of the answer would tell which five digits were asked for.
HEADERS = {"Add-Padding": "true"}
MOST_BYTES = 1_000_000
PATIENCE = 3  # seconds, in which a person waits
MOST_AT_ONCE = 16

LINE = re.compile(rb"[0-9A-Fa-f]{40}(:\d+)?\r?(\n|$)")
RANGE_LINE = re.compile(rb"[0-9A-F]{35}:\d+\r?$", re.MULTILINE | re.IGNORECASE)

BREACHED = N_("This password was found in a leak of other services, so it is tried first.")


class BreachedPassword(ValidationFailed):
    """The password that a person has chosen is known from a breach."""

    def __init__(self) -> None:
        super().__init__({"password": BREACHED})


class UnusableFile(Exception):
    """The file of breached passwords is none; the text says why."""


class BreachedPasswords:
    """Looks passwords up where the settings say."""

    def __init__(self, config: PasswordsConfig, fetcher: Fetcher) -> None:
        self._file = config.breached_file
        self._url = config.breached_url
        self._fetcher = fetcher
        self._asking = 0

    def refuse_listed(self, password: str) -> None:
        """Ask the service, if there is one, which commits and waits. Raises BreachedPassword."""
        if self._url and any(map(self._is_listed, _digests(password))):
            raise BreachedPassword

    def refuse_filed(self, password: str) -> None:
        """Look into the file, if there is one, and wait for the disk. Raises BreachedPassword."""
        if is_filed(self._file, password):
            raise BreachedPassword

    def _is_listed(self, digest: bytes) -> bool:
        told, rest = digest[:DIGITS_TOLD], digest[DIGITS_TOLD:]
        body = self._ask(self._url + told.decode())
        if body is None:
            log.warning("breached_passwords_not_looked_up", place=self._url)
            return False
        # What is padding was found in no breach.
        found = re.search(rb"^%s:0*[1-9]" % rest, body, re.MULTILINE | re.IGNORECASE)
        return found is not None

    def _ask(self, url: str) -> bytes | None:
        if self._asking == MOST_AT_ONCE:
            return None
        asking = self._fetcher.get(url, accept="text/plain", headers=HEADERS, max_bytes=MOST_BYTES)
        fetching = asyncio.ensure_future(asking)
        self._asking += 1
        try:
            # A task, since a coroutine that is not awaited, if the commit fails, would complain.
            wait_for(asyncio.ensure_future(asyncio.wait([fetching], timeout=PATIENCE)))
            body = fetching.result().body if fetching.done() else b""
        except FetchError:
            return None
        finally:
            fetching.cancel()  # what nobody waits for any more
            self._asking -= 1
        return body if RANGE_LINE.match(body) else None


def is_filed(file: str, password: str) -> bool:
    """Tell whether a password is in a file, if there is one; waits for the disk."""
    try:
        return bool(file) and any(_has_line(file, digest) for digest in _digests(password))
    except OSError:
        log.warning("breached_passwords_not_looked_up", place=file)
        return False


def check_file(file: str) -> None:
    """Raise UnusableFile unless the first line of a file is one of a breached password."""
    try:
        with Path(file).open("rb") as lines:
            first = lines.readline(LONGEST_LINE)
    except OSError as error:
        raise UnusableFile(f"cannot be read ({error.strerror})") from error
    if not LINE.fullmatch(first):
        raise UnusableFile("has no lines that begin with a SHA-1 of forty hexadecimal digits")


def _digests(password: str) -> set[bytes]:
    """Give the digests of a password as it was typed, and in the form that is hashed and kept."""
    forms = {password, normalize("NFKC", password)}
    return {_sha1(form) for form in forms}


def _sha1(text: str) -> bytes:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper().encode()


def _has_line(file: str, digest: bytes) -> bool:
    """Tell whether a line of a sorted file begins with a digest, by reading a few dozen of them.

    It is not mapped into memory: a thread that waits for a page would let all others wait, and a
    file that becomes shorter would end the process.
    """
    with Path(file).open("rb", buffering=0) as opened:
        low, high = 0, os.fstat(opened.fileno()).st_size
        while low < high:
            begin, line = _line_at(opened.fileno(), (low + high) // 2, low)
            found = line[:DIGITS].upper()
            if found == digest:
                return True
            if digest < found:
                high = begin
            elif line:
                low = begin + len(line)
            else:  # it became shorter
                return False
        return False


def _line_at(descriptor: int, position: int, low: int) -> tuple[int, bytes]:
    """Read the line that a position is in; the lines that count begin at `low`."""
    start = max(low, position - LONGEST_LINE)
    part = os.pread(descriptor, 2 * LONGEST_LINE, start)
    begin = part.rfind(b"\n", 0, position - start) + 1
    end = part.find(b"\n", position - start) + 1
    return start + begin, part[begin : end or None]
