"""Secrets that must come back: how they are encrypted, and where the key is."""

import stat
from pathlib import Path

import pytest

from idp.config import KeysConfig
from idp.signing import KeyFileError
from idp.storage.credentials import Credential, add_credential_unless_exists
from idp.storage.database import Database
from idp.storage.users import User
from idp.users.sealing import (
    FILE,
    SealBroken,
    add_sealing_key,
    ensure_sealing_key,
    is_mac,
    make_mac,
    seal,
    unseal,
)

SECRET = b"JBSWY3DPEHPK3PXP"


@pytest.fixture
def keys(tmp_path: Path) -> KeysConfig:
    """Say where keys are, in a directory of the test's own."""
    return KeysConfig(directory=str(tmp_path / "keys"))


@pytest.fixture
async def file(database: Database, keys: KeysConfig) -> Path:
    """Make the key of a first start."""
    await database.run(ensure_sealing_key, keys)
    return Path(keys.directory, FILE)


def add_key(file: Path, other: Path) -> None:
    """Put the key of another file before those of a file."""
    file.write_bytes(other.read_bytes() + file.read_bytes())


def rewrite(file: Path, content: bytes) -> None:
    """Write something else into a file."""
    file.write_bytes(content)


def open_to_all(file: Path) -> None:
    """Let everybody read a file."""
    file.chmod(0o644)


def mode_of(file: Path) -> int:
    """Tell who may do what with a file."""
    return stat.S_IMODE(file.stat().st_mode)


def remove(file: Path) -> None:
    """Lose a file."""
    file.unlink()


async def make_other(database: Database, tmp_path: Path) -> Path:
    """Make a key for another server."""
    await database.run(ensure_sealing_key, KeysConfig(directory=str(tmp_path / "other")))
    return tmp_path / "other" / FILE


@pytest.mark.parametrize("content", [SECRET, b"", b"x" * 10_000])
@pytest.mark.usefixtures("file")
async def test_what_is_sealed_comes_back_and_cannot_be_read(
    keys: KeysConfig, content: bytes
) -> None:
    """Only with the key, and it looks like something else each time."""
    sealed = [seal(keys, content, purpose="totp", owner="alice") for _ in range(2)]

    opened = [unseal(keys, each, purpose="totp", owner="alice") for each in sealed]

    assert opened == [content, content]
    assert sealed[0] != sealed[1]
    assert not content or content.decode() not in sealed[0]


@pytest.mark.parametrize(("purpose", "owner"), [("totp", "bob"), ("other", "alice"), ("", "")])
@pytest.mark.usefixtures("file")
async def test_it_opens_for_nothing_and_nobody_else(
    keys: KeysConfig, purpose: str, owner: str
) -> None:
    """A row that is copied to another person, or a form that is sent elsewhere, is of no use."""
    sealed = seal(keys, SECRET, purpose="totp", owner="alice")

    with pytest.raises(SealBroken):
        unseal(keys, sealed, purpose=purpose, owner=owner)


@pytest.mark.usefixtures("file")
async def test_what_was_changed_does_not_open(keys: KeysConfig) -> None:
    """Wherever a letter is another, or is missing, or all is made up."""
    sealed = seal(keys, SECRET, purpose="totp", owner="alice")
    changed = [
        sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
        for at in range(len(sealed) - 1)
    ]
    kid = sealed.partition(".")[0]

    made_up = ["", ".", f"{kid}.", f"{kid}.AAAA", f"{kid}.é", "\ud800", sealed[:-4], sealed[1:]]
    for each in changed + made_up:
        with pytest.raises(SealBroken):
            unseal(keys, each, purpose="totp", owner="alice")


async def test_only_the_owner_can_read_the_key(file: Path) -> None:
    """It is made like those that sign."""
    assert mode_of(file) == 0o600


async def test_a_second_start_keeps_the_key(
    database: Database, keys: KeysConfig, file: Path
) -> None:
    """What was sealed before still opens."""
    sealed = seal(keys, SECRET, purpose="totp", owner="alice")

    await database.run(ensure_sealing_key, keys)

    assert unseal(keys, sealed, purpose="totp", owner="alice") == SECRET
    assert seal(keys, SECRET, purpose="totp", owner="alice")[:8] == sealed[:8]


async def test_a_new_key_seals_and_the_old_one_still_opens(
    database: Database, keys: KeysConfig, file: Path, tmp_path: Path
) -> None:
    """A key is replaced by putting another before it, and running servers take that up."""
    old = seal(keys, SECRET, purpose="totp", owner="alice")
    other = KeysConfig(directory=str(tmp_path / "other"))
    add_key(file, await make_other(database, tmp_path))

    by_other = seal(other, SECRET, purpose="totp", owner="alice")

    assert unseal(keys, by_other, purpose="totp", owner="alice") == SECRET
    assert unseal(keys, old, purpose="totp", owner="alice") == SECRET
    assert seal(keys, SECRET, purpose="totp", owner="alice")[:8] == by_other[:8]


async def test_a_key_that_is_added_seals_at_once(
    database: Database, keys: KeysConfig, file: Path
) -> None:
    """What was sealed with the old key still opens."""
    old = seal(keys, SECRET, purpose="totp", owner="alice")

    await database.run(add_sealing_key, keys)

    new = seal(keys, SECRET, purpose="totp", owner="alice")
    opened = [unseal(keys, each, purpose="totp", owner="alice") for each in (old, new)]
    assert opened == [SECRET, SECRET]
    assert old.partition(".")[0] != new.partition(".")[0]
    assert mode_of(file) == 0o600


async def test_a_key_of_another_server_opens_nothing(
    database: Database, keys: KeysConfig, file: Path, tmp_path: Path
) -> None:
    """Whoever has their own key has not ours."""
    sealed = seal(keys, SECRET, purpose="totp", owner="alice")
    await make_other(database, tmp_path)

    with pytest.raises(SealBroken):
        unseal(KeysConfig(directory=str(tmp_path / "other")), sealed, purpose="totp", owner="alice")


async def test_a_key_that_was_lost_stops_the_server(
    database: Database, keys: KeysConfig, file: Path, alice: User
) -> None:
    """A new one would open nothing; so none is made while somebody needs the old one."""
    now = alice.created_at
    totp = Credential("c1", alice.user_id, "totp", alice.user_id, {}, now, now)
    await database.run(add_credential_unless_exists, totp)
    remove(file)

    with pytest.raises(KeyFileError, match=r"sealing\.key is missing, and secrets of people"):
        await database.run(ensure_sealing_key, keys)


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 40, b"-----BEGIN KEY-----\n"])
async def test_a_file_that_has_no_keys_stops_the_server(
    database: Database, keys: KeysConfig, file: Path, content: bytes
) -> None:
    """It is said which file it is, and nothing of what is in it."""
    rewrite(file, content)

    with pytest.raises(KeyFileError, match=r"sealing\.key is not a file of sealing keys"):
        await database.run(ensure_sealing_key, keys)


async def test_a_file_that_others_can_read_stops_the_server(
    database: Database, keys: KeysConfig, file: Path
) -> None:
    """As with the keys that sign, the error says which command closes it."""
    open_to_all(file)

    with pytest.raises(KeyFileError, match="chmod 600"):
        await database.run(ensure_sealing_key, keys)


async def test_only_who_has_the_key_makes_a_mac(keys: KeysConfig, file: Path) -> None:
    """It is of one message, and for one purpose."""
    mac = make_mac(keys, "12", purpose="nonce")

    assert make_mac(keys, "12", purpose="nonce") == mac
    assert is_mac(keys, "12", mac, purpose="nonce")
    assert not is_mac(keys, "13", mac, purpose="nonce")
    assert not is_mac(keys, "12", mac, purpose="other")
    assert not is_mac(keys, "12", "\ud800", purpose="nonce")


async def test_a_new_key_makes_other_macs_and_knows_the_old(
    database: Database, keys: KeysConfig, file: Path
) -> None:
    """As with what is sealed."""
    mac = make_mac(keys, "12", purpose="nonce")

    await database.run(add_sealing_key, keys)

    assert is_mac(keys, "12", mac, purpose="nonce")
    assert make_mac(keys, "12", purpose="nonce") != mac
