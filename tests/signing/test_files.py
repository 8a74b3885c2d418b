"""Files of private keys: how they are written, and which are refused."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from idp.signing import Algorithm, KeyFileError
from idp.signing.algorithms import PrivateKey, make_private_key
from idp.signing.files import read_key, remove_key, write_key
from idp.signing.key import SigningKey


def new_key(algorithm: Algorithm = Algorithm.Ed25519) -> SigningKey:
    """Make a key, by default of the fastest kind."""
    return SigningKey(algorithm, make_private_key(algorithm, rsa_bits=2048))


def pem_of(private_key: PrivateKey) -> bytes:
    """Write a key as a file of keys.directory has it."""
    return private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def mode_of(path: Path) -> int:
    """Tell who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_key_is_read_as_it_was_written(tmp_path: Path, algorithm: Algorithm) -> None:
    """The same key comes back, and signs for the same algorithm."""
    key = new_key(algorithm)
    write_key(tmp_path, key)

    read = read_key(tmp_path, key.kid, algorithm)

    assert (read.kid, read.jwk, read.algorithm) == (key.kid, key.jwk, algorithm)


def test_only_the_owner_can_read_a_new_key(tmp_path: Path) -> None:
    """The directory is made with 0700 and the file with 0600, and nothing else is left there."""
    key = new_key()
    directory = tmp_path / "a" / "keys"

    write_key(directory, key)

    path = directory / f"{key.kid}.pem"
    assert mode_of(directory) == 0o700
    assert mode_of(path) == 0o600
    assert list(directory.iterdir()) == [path]
    assert path.read_bytes() == pem_of(key.private_key)


def test_a_directory_that_exists_is_left_as_it_is(tmp_path: Path) -> None:
    """Its owner may have given it to a group on purpose."""
    directory = tmp_path / "keys"
    directory.mkdir()
    directory.chmod(0o750)

    write_key(directory, new_key())

    assert mode_of(directory) == 0o750


def test_a_directory_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    """The error names the directory and the setting."""
    directory = tmp_path / "file"
    directory.write_text("")

    with pytest.raises(KeyFileError, match=r"file cannot be written.*keys\.directory"):
        write_key(directory, new_key())


def test_a_key_that_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    """Half a key is never seen, under whatever name."""
    key = new_key()
    in_the_way = tmp_path / f"{key.kid}.pem"
    in_the_way.mkdir()

    with pytest.raises(KeyFileError):
        write_key(tmp_path, key)

    assert list(tmp_path.iterdir()) == [in_the_way]


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o602, 0o601, 0o666, 0o777])
def test_a_file_that_others_can_use_is_refused(tmp_path: Path, mode: int) -> None:
    """The error says which command closes it."""
    key = new_key()
    write_key(tmp_path, key)
    path = tmp_path / f"{key.kid}.pem"
    path.chmod(mode)

    with pytest.raises(KeyFileError, match=rf"chmod 600 {path}$"):
        read_key(tmp_path, key.kid, key.algorithm)


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o440, 0o640])
def test_a_file_that_a_group_can_read_is_accepted(tmp_path: Path, mode: int) -> None:
    """Orchestrators mount secrets like that."""
    key = new_key()
    write_key(tmp_path, key)
    (tmp_path / f"{key.kid}.pem").chmod(mode)

    read = read_key(tmp_path, key.kid, key.algorithm)

    assert read.kid == key.kid


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The error says from where to copy it."""
    with pytest.raises(KeyFileError, match=r"a\.pem is missing: copy it from"):
        read_key(tmp_path, "a", Algorithm.RS256)


def _make_directory(path: Path) -> None:
    path.mkdir(mode=0o700)


def _make_pipe(path: Path) -> None:
    os.mkfifo(path, 0o600)


def _make_loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("make", [_make_directory, _make_pipe, _make_loop])
def test_what_is_no_file_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """A directory, a pipe that would never end, and a link to itself are no keys."""
    make(tmp_path / "a.pem")

    with pytest.raises(KeyFileError, match=r"a\.pem (is not a file of a key|cannot be read)"):
        read_key(tmp_path, "a", Algorithm.RS256)


FOREIGN = {
    "empty": b"",
    "text": b"hello",
    "binary": bytes(range(256)),
    "long": b"-" * 70_000,
    "cut": pem_of(new_key().private_key)[:60],
    "public": new_key()
    .private_key.public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "encrypted": new_key().private_key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")
    ),
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """The error names the file and says nothing of what is in it."""
    path = tmp_path / "a.pem"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(KeyFileError, match=r"a\.pem is not a(n unencrypted PEM| file)"):
        read_key(tmp_path, "a", Algorithm.Ed25519)


@pytest.mark.parametrize(
    ("algorithm", "private_key"),
    [
        (Algorithm.RS256, make_private_key(Algorithm.ES256, rsa_bits=2048)),
        (Algorithm.ES256, make_private_key(Algorithm.Ed25519, rsa_bits=2048)),
        (Algorithm.ES256, ec.generate_private_key(ec.SECP521R1())),
        (Algorithm.Ed25519, make_private_key(Algorithm.RS256, rsa_bits=2048)),
        (
            Algorithm.PS256,
            rsa.generate_private_key(public_exponent=65537, key_size=1024),  # noqa: S505 - to be refused
        ),
    ],
)
def test_a_key_of_the_wrong_kind_is_refused(
    tmp_path: Path, algorithm: Algorithm, private_key: PrivateKey
) -> None:
    """A key of another type, on another curve, or too short does not sign."""
    path = tmp_path / "a.pem"
    path.write_bytes(pem_of(private_key))
    path.chmod(0o600)

    with pytest.raises(KeyFileError, match=f"is not a key for {algorithm}"):
        read_key(tmp_path, "a", algorithm)


def test_the_file_of_another_key_is_refused(tmp_path: Path) -> None:
    """A file that was exchanged does not sign under the name of the old one."""
    key, other = new_key(), new_key()
    write_key(tmp_path, other)
    (tmp_path / f"{other.kid}.pem").rename(tmp_path / f"{key.kid}.pem")

    with pytest.raises(KeyFileError, match="is the file of another key"):
        read_key(tmp_path, key.kid, key.algorithm)


def test_a_key_is_removed_once_and_may_be_gone_before(tmp_path: Path) -> None:
    """Removing it again is no error: the first attempt may have failed half-way."""
    key = new_key()
    write_key(tmp_path, key)

    remove_key(tmp_path, key.kid)
    remove_key(tmp_path, key.kid)

    assert list(tmp_path.iterdir()) == []
