"""`idp user`."""

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import bcrypt
import pytest

from tests.cli.conftest import Idp, at_terminal

PASSWORD = "correct horse battery staple"
ADD = "user add bob --email bob@example.com --password-stdin"


def test_add(idp: Idp) -> None:
    """An account is added with what the options say."""
    result = idp(f"{ADD} --name Bob --admin", f"{PASSWORD}\n")

    (user,) = json.loads(idp("user list --json").stdout)
    assert (result.exit_code, result.stdout) == (0, "Added administrator bob.\n")
    assert user["username"] == "bob"
    assert user["email"] == "bob@example.com"
    assert user["name"] == "Bob"
    assert user["is_admin"] is True
    assert user["disabled_at"] is None


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_password_is_a_line(idp: Idp, end: str) -> None:
    """The end of the line is not a part of the password."""
    result = idp(ADD, f"secret{end}")

    assert result.exit_code == 0


def test_weak_password_is_warned_of(idp: Idp) -> None:
    """An operator may choose a weak password, and is told."""
    result = idp(ADD, "secret\n")

    assert result.exit_code == 0
    assert result.stderr.startswith("Warning: This password is too short.")


def test_good_password_is_not_warned_of(idp: Idp) -> None:
    """A good password needs no comment."""
    assert idp(ADD, PASSWORD).stderr == ""


@pytest.mark.parametrize(
    ("line", "typed", "sentence"),
    [
        (ADD, "", "Password: This password is empty, too long, or has a character"),
        (ADD, "\0", "Password: This password is empty, too long, or has a character"),
        (ADD, "x" * 257, "Password: This password is empty, too long, or has a character"),
        (ADD, "one\ntwo\n", "Standard input has more than one line: give the password alone."),
        (ADD, b"\xff\n", "The password on standard input is not UTF-8 text."),
        ("user add bob --email bob@example.com", "x", "There is no terminal to ask for the pass"),
        ("user add a/b --email b@example.com --password-stdin", "x", "NAME: Use letters, digits"),
        ("user add bob --email nobody --password-stdin", "x", "--email: Enter an email address"),
        (f"{ADD} --name \x07", "x", "--name: Use visible characters only."),
    ],
)
def test_add_refused(idp: Idp, line: str, typed: str | bytes, sentence: str) -> None:
    """What cannot be an account is refused in a sentence that names the option."""
    result = idp(line, typed)

    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {sentence}")
    assert json.loads(idp("user list --json").stdout) == []


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("user add ALICE --email x@example.com", "Error: NAME: This user name is taken.\n"),
        (
            "user add bob --email Alice@example.com",
            "Error: --email: There is an account with this email address.\n",
        ),
    ],
)
def test_taken_names(idp: Idp, alice: str, line: str, sentence: str) -> None:
    """A name that another account has is refused."""
    result = idp(f"{line} --password-stdin", PASSWORD)

    assert (result.exit_code, result.stderr) == (1, sentence)


def test_password_is_asked_for_unseen() -> None:
    """At a terminal, the password is asked for twice and never shown."""
    code, seen = at_terminal("user add bob --email bob@example.com", PASSWORD, PASSWORD)

    assert code == 0
    assert seen.count("Password: ") == 1
    assert "Repeat for confirmation: " in seen
    assert "Added user bob." in seen
    assert PASSWORD not in seen


def test_list(idp: Idp, alice: str) -> None:
    """People get a table."""
    head, row = idp("user list").stdout.splitlines()

    assert head.split() == ["USER", "EMAIL", "NAME", "ROLE", "STATE", "SINCE"]
    assert row.split()[:3] == ["alice", "alice@example.com", "active"]


def test_list_of_none(idp: Idp) -> None:
    """An empty list says how to go on."""
    assert idp("user list").stdout == "There are no users yet: `idp user add` adds one.\n"
    assert json.loads(idp("user list --json").stdout) == []


@pytest.mark.parametrize("name", ["alice", "ALICE", "alice@example.com"])
def test_disable_and_enable(idp: Idp, alice: str, name: str) -> None:
    """An account is closed and opened by the user name or the email address."""
    closed = idp(f"user disable {name}")
    (while_closed,) = json.loads(idp("user list --json").stdout)
    opened = idp(f"user enable {name}")
    (while_open,) = json.loads(idp("user list --json").stdout)

    assert closed.stdout == "Disabled user alice.\n"
    assert opened.stdout == "Enabled user alice.\n"
    assert while_closed["disabled_at"] is not None
    assert while_open["disabled_at"] is None


def test_last_administrator(idp: Idp) -> None:
    """Whoever closes the account of the last administrator is told what that means."""
    idp(f"{ADD} --admin", PASSWORD)

    result = idp("user disable bob")

    assert result.exit_code == 0
    assert result.stderr.startswith("Warning: There is no administrator now")


@pytest.mark.parametrize("verb", ["disable", "enable", "password", "remove"])
def test_unknown_user(idp: Idp, verb: str) -> None:
    """A user who does not exist is told in a sentence."""
    result = idp(f"user {verb} nobody")

    assert result.exit_code == 1
    assert result.stderr == "Error: There is no such user: `idp user list` shows all.\n"


def test_change_password(idp: Idp, alice: str) -> None:
    """A password is replaced by another one."""
    before = _hash_of_password()

    result = idp("user password alice --password-stdin", "another horse battery staple\n")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "Changed the password of user alice; every session of theirs has ended.\n"
    )
    assert _hash_of_password() != before


def test_change_to_weak_password(idp: Idp, alice: str) -> None:
    """An operator may choose a weak password, and is told."""
    before = _hash_of_password()

    result = idp("user password alice --password-stdin", "alice\n")

    assert result.exit_code == 0
    assert result.stderr.startswith("Warning: This password is too short.")
    assert _hash_of_password() != before


def test_change_to_unusable_password(idp: Idp, alice: str) -> None:
    """A password that cannot be hashed is refused, and the old one stays."""
    before = _hash_of_password()

    result = idp("user password alice --password-stdin", "x" * 257)

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: Password: This password is empty, too long")
    assert _hash_of_password() == before


def test_hashing_that_takes_too_long(idp: Idp, alice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the deadline comes before the hash is made, it is told in a sentence."""
    before, may_finish = _hash_of_password(), threading.Event()
    monkeypatch.setenv("IDP_PASSWORDS__HASHING_DEADLINE", "1")
    monkeypatch.setattr(bcrypt, "hashpw", lambda *_: may_finish.wait(60))

    result = idp("user password alice --password-stdin", f"{PASSWORD}\n")

    may_finish.set()
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: Hashing took longer than passwords.hashing_deadline:")
    assert _hash_of_password() == before


def _hash_of_password() -> str:
    db = sqlite3.connect("var/idp.db")
    (data,) = db.execute("SELECT data FROM credentials").fetchone()
    db.close()
    return str(data)


CLAIMS = {
    "given_name": "Zoë",
    "birthdate": "1990-12-31",
    "email_verified": True,
    "address": {"country": "CH"},
}
ADD_ZOE = "user add zoe --email zoe@example.com --password-stdin --claims-json zoe.json"


def known_of(idp: Idp, username: str) -> dict[str, Any]:
    """Give what is listed of a person."""
    users = json.loads(idp("user list --json").stdout)
    found: dict[str, Any] = next(user for user in users if user["username"] == username)
    return found


def test_add_with_claims(idp: Idp, directory: Path) -> None:
    """A person is added with all that a file says of them."""
    (directory / "zoe.json").write_text(json.dumps(CLAIMS))

    result = idp(ADD_ZOE, "correct horse battery staple\n")

    zoe = known_of(idp, "zoe")
    assert result.exit_code == 0
    assert zoe["email_verified"] is True
    assert zoe["claims"] == {k: v for k, v in CLAIMS.items() if k != "email_verified"}


def test_add_with_wrong_claims(idp: Idp, directory: Path) -> None:
    """All that is wrong in the file is told, and nobody is added."""
    (directory / "zoe.json").write_text(json.dumps({"locale": "en_US", "name": "Zoë"}))

    result = idp(ADD_ZOE, "correct horse battery staple\n")

    assert result.exit_code == 1
    assert set(result.stderr.splitlines()) == {
        "Error: claims.locale must be a language such as en or en-US.",
        "Error: claims.name is kept with the account; leave it out.",
    }
    assert json.loads(idp("user list --json").stdout) == []


def test_claims_and_password_cannot_share_standard_input(idp: Idp) -> None:
    """One of them has to be in a file."""
    result = idp("user add zoe --email zoe@example.com --password-stdin --claims-json -", "{}")

    assert result.exit_code == 2
    assert "not both" in result.stderr


def test_set_claims(idp: Idp, alice: str) -> None:
    """What is not mentioned is known no more, but for whether the address was verified."""
    idp("user set-claims alice -", json.dumps(CLAIMS))
    first = known_of(idp, alice)

    result = idp("user set-claims alice -", '{"nickname": "Al"}')

    second = known_of(idp, alice)
    assert result.stdout == "Changed the claims about user alice.\n"
    assert first["claims"]["given_name"] == "Zoë"
    assert second["claims"] == {"nickname": "Al"}
    assert (first["email_verified"], second["email_verified"]) == (True, True)


def test_set_wrong_claims(idp: Idp, alice: str) -> None:
    """Nothing is changed by a file in which something is wrong."""
    idp("user set-claims alice -", '{"nickname": "Al"}')

    results = [idp("user set-claims alice -", typed) for typed in ("[]", '{"nickname": ""}', "{")]

    assert [result.exit_code for result in results] == [1, 1, 1]
    assert results[0].stderr == "Error: claims must be a JSON object.\n"
    assert known_of(idp, alice)["claims"] == {"nickname": "Al"}


def test_set_claims_of_nobody(idp: Idp) -> None:
    """A person who is not there is told of as everywhere."""
    result = idp("user set-claims nobody -", "{}")

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: There is no such user")
