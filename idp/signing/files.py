"""Private keys as files: `<keys.directory>/<kid>.pem` (PKCS #8, RFC 5958), for their owner only."""

import os
import stat
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from idp.secret import identifier
from idp.signing.algorithms import Purpose, is_key_for
from idp.signing.key import OwnKey, own_key

DIRECTORY_MODE = 0o700
FILE_MODE = 0o600
OTHERS = 0o007  # a group may read: that is how orchestrators mount secrets
MAX_BYTES = 65536
KEYS_KEPT = 32


class KeyFileError(Exception):
    """A file of a private key cannot be used; the text says what to change."""


def write_key(directory: Path, key: OwnKey) -> None:
    """Keep a new key: once this returns, its file is whole and survives a power failure."""
    write_file(_path(directory, key.kid), _pem(key))


def read_key(directory: Path, kid: str, algorithm: Purpose) -> OwnKey:
    """Read a key; raise KeyFileError if anything about its file is not as it must be."""
    path = _path(directory, kid)
    try:
        private_key = _parse(read_file(path))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyFileError(
            f"{path} is not an unencrypted PEM private key: restore it from a backup"
        ) from None
    if not is_key_for(private_key, algorithm):
        raise KeyFileError(f"{path} is not a key for {algorithm}: restore it from a backup")
    key = own_key(algorithm, private_key)
    if key.kid != kid:
        raise KeyFileError(f"{path} is the file of another key: restore it from a backup")
    return key


def remove_key(directory: Path, kid: str) -> None:
    """Destroy a key, if it is still there."""
    path = _path(directory, kid)
    try:
        path.unlink(missing_ok=True)
    except OSError:
        raise KeyFileError(f"{path} cannot be removed: let the server write there") from None


def write_file(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all; raise KeyFileError."""
    directory = path.parent
    temporary = path.with_name(f"{path.name}.{identifier()}.tmp")
    try:
        directory.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        try:
            _write(temporary, content)
            temporary.rename(path)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_directory(directory)
    except OSError:
        raise KeyFileError(
            f"{directory} cannot be written: let the server write to keys.directory"
        ) from None


def read_file(path: Path) -> bytes:
    """Read a file that nobody else can read; raise KeyFileError if somebody can."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
            raise KeyFileError(f"{path} is not a file of a key: restore it from a backup")
        if status.st_mode & OTHERS:
            raise KeyFileError(f"{path} is open to every user of this machine: chmod 600 {path}")
        return path.read_bytes()
    except FileNotFoundError:
        raise KeyFileError(
            f"{path} is missing: copy it from the server that made it or from a backup,"
            " or discard that key"
        ) from None
    except OSError:
        raise KeyFileError(
            f"{path} cannot be read: make it belong to the user of the server"
        ) from None


def _path(directory: Path, kid: str) -> Path:
    return directory / f"{kid}.pem"


@lru_cache(KEYS_KEPT)
def _parse(pem: bytes) -> PrivateKeyTypes:
    """Read a key. OpenSSL takes 30 ms to check an RSA key, and a rotation changes only some."""
    return load_pem_private_key(pem, password=None)


def _pem(key: OwnKey) -> bytes:
    return key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, FILE_MODE)  # whatever the umask is
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _sync_directory(directory: Path) -> None:
    """Make the new name durable, too: the row that refers to it will be."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
