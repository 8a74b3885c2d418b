"""`idp user authenticators`, `idp user reset-totp`."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Idp

NOW = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
SEALED = "k1.sealed-and-not-shown"


@pytest.fixture
def with_totp(idp: Idp, alice: str) -> str:
    """A user with an app, recovery codes, and a browser in which they are signed in."""
    with closing(sqlite3.connect(Path("var", "idp.db"))) as db:
        (user_id,) = db.execute("SELECT user_id FROM users").fetchone()
        rows = [("t", "totp", user_id, json.dumps({"secret": SEALED, "last_step": 1}))]
        rows += [(f"r{n}", "recovery_code", f"digest{n}", "{}") for n in range(3)]
        for credential_id, kind, external_id, data in rows:
            db.execute(
                "INSERT INTO credentials VALUES (?, ?, ?, ?, ?, ?, ?)",
                (credential_id, user_id, kind, external_id, data, NOW, NOW),
            )
        db.commit()
    return alice


def test_what_a_person_signs_in_with_is_listed(idp: Idp, with_totp: str) -> None:
    """Recovery codes are counted, and nothing secret is shown."""
    result = idp("user authenticators alice")

    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["TYPE", "password", "recovery_code", "totp"]
    assert "3 left" in lines[2]
    assert SEALED not in result.stdout
    assert "digest" not in result.stdout


def test_programs_get_the_list_as_json(idp: Idp, with_totp: str) -> None:
    """It has one entry for each, and nothing secret either."""
    result = idp("user authenticators alice@example.com --json")

    types = [each["type"] for each in json.loads(result.stdout)]
    assert sorted(types) == ["password", *["recovery_code"] * 3, "totp"]
    assert SEALED not in result.stdout
    assert "digest" not in result.stdout


def test_who_has_nothing_is_told_of(idp: Idp, alice: str) -> None:
    """An account may have no authenticator at all."""
    with closing(sqlite3.connect(Path("var", "idp.db"))) as db:
        db.execute("DELETE FROM credentials")
        db.commit()

    result = idp("user authenticators alice")

    assert result.stdout.startswith("This person cannot sign in with anything")


def test_reset_takes_the_app_away(idp: Idp, with_totp: str) -> None:
    """The codes go with it; the password stays, and it is recorded."""
    result = idp("user reset-totp alice")

    left = json.loads(idp("user authenticators alice --json").stdout)
    with closing(sqlite3.connect(Path("var", "idp.db"))) as db:
        events = [name for (name,) in db.execute("SELECT name FROM audit_events")]
    assert (
        result.stdout == "Removed the authenticator app of user alice; every session has ended.\n"
    )
    assert [each["type"] for each in left] == ["password"]
    assert "totp_removed" in events


def test_reset_without_an_app_is_refused(idp: Idp, alice: str) -> None:
    """A helpdesk hears that it has the wrong person."""
    result = idp("user reset-totp alice")

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: This person has no authenticator app")


@pytest.mark.parametrize("verb", ["authenticators", "reset-totp"])
def test_unknown_user(idp: Idp, verb: str) -> None:
    """Nobody is not somebody."""
    result = idp(f"user {verb} nobody")

    assert result.exit_code == 1
    assert result.stderr == "Error: There is no such user: `idp user list` shows all.\n"
