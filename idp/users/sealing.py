"""Secrets of people that must come back, such as those of TOTP, encrypted (NIST SP 800-38D).

The key is in a file beside those that sign, never in the database: whoever copies only that, reads
nothing. Each line of the file is a key; the first one seals, and all of them open, so that a new
one is put before the others (`idp keys rotate-sealing`). What is sealed names its key, and opens
only for the purpose and the person that it was sealed for. They also give the codes (MACs) by which
the servers of an issuer recognize what one of them has said (RFC 2104).
"""

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from idp import audit
from idp.audit import EventName
from idp.config import KeysConfig
from idp.signing import KeyFileError
from idp.signing.files import read_file, write_file
from idp.storage.credentials import is_anything_sealed
from idp.storage.signing_keys import lock_signing_keys

FILE = "sealing.key"
KEY_BYTES = 32
NONCE_BYTES = 12
DIRECTORIES_KEPT = 16
KEYS_DERIVED = 64

LOST = (
    " is missing, and secrets of people are sealed with what was in it: copy it from the server"
    " that made it or from a backup"
)
NO_KEYS = " is not a file of sealing keys: restore it from a backup"


class SealBroken(Exception):
    """What should be sealed was changed, is for something else, or its key is not here."""


@dataclass(frozen=True, slots=True)
class _Key:
    kid: str
    value: bytes = field(repr=False)

    def cipher_for(self, purpose: str) -> AESGCM:
        """Derive the key for one purpose: no two of them share a nonce (RFC 5869)."""
        return AESGCM(_derive(self.value, f"idp sealing {purpose}"))

    def mac_of(self, message: str, purpose: str) -> str:
        """Make the code of a message, for one purpose."""
        key = _derive(self.value, f"idp mac {purpose}")
        return _encode(hmac.digest(key, message.encode(), hashlib.sha256))


def ensure_sealing_key(config: KeysConfig) -> None:
    """Make the key at the first start; raise KeyFileError if it cannot be made, read or is lost."""
    lock_signing_keys()
    path = _path(config)
    if path.exists():
        _read(path)
    elif is_anything_sealed():
        raise KeyFileError(f"{path}{LOST}")
    else:
        write_file(path, _line(os.urandom(KEY_BYTES)))


def seal(config: KeysConfig, content: bytes, *, purpose: str, owner: str) -> str:
    """Encrypt something about somebody."""
    key = _keys(_path(config))[0]
    nonce = os.urandom(NONCE_BYTES)
    encrypted = key.cipher_for(purpose).encrypt(nonce, content, owner.encode())
    return f"{key.kid}.{_encode(nonce + encrypted)}"


def unseal(config: KeysConfig, sealed: str, *, purpose: str, owner: str) -> bytes:
    """Give back what was sealed for this purpose and owner; raise SealBroken if it was not."""
    kid, _, encoded = sealed.partition(".")
    key = next((each for each in _keys(_path(config)) if each.kid == kid), None)
    if key is None:
        raise SealBroken
    try:
        encrypted = urlsafe_b64decode(encoded.encode("ascii") + b"==")
        nonce, ciphertext = encrypted[:NONCE_BYTES], encrypted[NONCE_BYTES:]
        return key.cipher_for(purpose).decrypt(nonce, ciphertext, owner.encode())
    except (ValueError, InvalidTag):
        raise SealBroken from None


def make_mac(config: KeysConfig, message: str, *, purpose: str) -> str:
    """Make a code that nobody else can make of a message."""
    return _keys(_path(config))[0].mac_of(message, purpose)


def is_mac(config: KeysConfig, message: str, mac: str, *, purpose: str) -> bool:
    """Tell whether a server of ours made this code of a message."""
    presented = mac.encode("utf-8", "surrogatepass")
    made = (key.mac_of(message, purpose).encode() for key in _keys(_path(config)))
    return any(hmac.compare_digest(each, presented) for each in made)


def add_sealing_key(config: KeysConfig) -> None:
    """Let a new key seal from now on, on every server that has this file."""
    ensure_sealing_key(config)
    path = _path(config)
    kept = b"".join(_line(key.value) for key in _read(path))
    write_file(path, _line(os.urandom(KEY_BYTES)) + kept)
    audit.record(EventName.KEYS_ROTATED, kind="sealing")


@lru_cache(KEYS_DERIVED)
def _derive(value: bytes, info: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=info.encode()).derive(value)


def _path(config: KeysConfig) -> Path:
    return Path(config.directory, FILE).absolute()


def _keys(path: Path) -> tuple[_Key, ...]:
    """Give the keys; to ask whether the file is another one by now takes some microseconds."""
    try:
        status = path.stat()
    except OSError:
        return _read(path)  # which says what is wrong
    return _read_once(path, status.st_ino, status.st_mtime_ns)


@lru_cache(DIRECTORIES_KEPT)
def _read_once(path: Path, inode: int, changed_at: int) -> tuple[_Key, ...]:
    return _read(path)


def _read(path: Path) -> tuple[_Key, ...]:
    try:
        values = [urlsafe_b64decode(line) for line in read_file(path).split()]
    except ValueError:
        values = []
    if not values or any(len(value) != KEY_BYTES for value in values):
        raise KeyFileError(f"{path}{NO_KEYS}")
    return tuple(_Key(hashlib.sha256(value).hexdigest()[:8], value) for value in values)


def _line(value: bytes) -> bytes:
    return urlsafe_b64encode(value) + b"\n"


def _encode(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
