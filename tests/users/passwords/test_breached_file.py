"""Passwords that are known from breaches, in a file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from idp.storage.database import Database
from idp.users.passwords.breached import UnusableFile, check_file
from tests.conftest import Logged
from tests.parties.ranges import sha1_of
from tests.users.passwords.looking_up import GOOD, LEAKED, Made, fetcher, is_refused, make

__all__ = ["fetcher", "make"]

KNOWN = [f"known password {number}" for number in range(200)]


def as_it_is(text: str) -> str:
    """Change nothing."""
    return text


def write(
    path: Path,
    passwords: list[str],
    form: str = "{}\n",
    change: Callable[[str], str] = as_it_is,
) -> str:
    """Write a file of breached passwords, in the place of another if there is one."""
    digests = sorted(map(sha1_of, passwords))
    new = path.with_suffix(".new")
    new.write_text(change("".join(form.format(digest) for digest in digests)))
    new.rename(path)
    return str(path)


@pytest.mark.parametrize("number", [1, 2, 3, 200])
@pytest.mark.parametrize("form", ["{}\n", "{}:17\r\n", "{}:123456789\n"])
async def test_every_line_of_a_file_is_found(
    database: Database, make: Made, tmp_path: Path, form: str, number: int
) -> None:
    """Whatever stands behind the digest, the first, the last and all between; and nothing else."""
    hasher = make(breached_file=write(tmp_path / "breached.txt", KNOWN[:number], form))

    refused = [await is_refused(database, hasher, each) for each in KNOWN[:number]]
    accepted = [await is_refused(database, hasher, f"other {each}") for each in KNOWN[:50]]

    assert all(refused)
    assert not any(accepted)


@pytest.mark.parametrize("change", [str.lower, str.strip], ids=["small digits", "no last newline"])
async def test_files_may_look_otherwise(
    database: Database, make: Made, tmp_path: Path, change: Callable[[str], str]
) -> None:
    """As other programs write and sort the same."""
    hasher = make(breached_file=write(tmp_path / "breached.txt", KNOWN, change=change))

    assert all([await is_refused(database, hasher, each) for each in KNOWN])
    assert not await is_refused(database, hasher, GOOD)


async def test_new_file_counts_at_once(database: Database, make: Made, tmp_path: Path) -> None:
    """One that is put in the place of another is read without a new start."""
    file = write(tmp_path / "breached.txt", KNOWN)
    hasher = make(breached_file=file)
    before = await is_refused(database, hasher, LEAKED)

    write(tmp_path / "breached.txt", [LEAKED])

    assert (before, await is_refused(database, hasher, LEAKED)) == (False, True)


@pytest.mark.parametrize("content", [None, "", "no digests\n" * 100, "x" * 10_000])
async def test_file_that_is_none_refuses_nobody(
    database: Database, make: Made, tmp_path: Path, logged: Logged, content: str | None
) -> None:
    """Without it people choose as before; that it is gone stands in the log."""
    file = tmp_path / "breached.txt"
    if content is not None:
        file.write_text(content)
    hasher = make(breached_file=str(file))

    assert not await is_refused(database, hasher, LEAKED)
    events = [line["event"] for line in logged()]
    assert events == (["breached_passwords_not_looked_up"] if content is None else [])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read (No such file or directory)"),
        ("", "has no lines that begin with a SHA-1 of forty hexadecimal digits"),
        ("password\n", "has no lines that begin with a SHA-1 of forty hexadecimal digits"),
        ("A" * 41 + "\n", "has no lines that begin with a SHA-1 of forty hexadecimal digits"),
    ],
)
def test_file_is_looked_at_before_a_start(
    tmp_path: Path, content: str | None, problem: str
) -> None:
    """Else a server would let all passwords through, and nobody would know."""
    file = tmp_path / "breached.txt"
    if content is not None:
        file.write_text(content)

    with pytest.raises(UnusableFile) as refused:
        check_file(str(file))

    assert str(refused.value) == problem


@pytest.mark.parametrize("form", ["{}\n", "{}", "{}:1\r\n"])
def test_good_file_passes(tmp_path: Path, form: str) -> None:
    """However its lines go on."""
    check_file(write(tmp_path / "breached.txt", [LEAKED], form))
