"""`idp user remove`."""

import json
import sqlite3

from tests.cli.conftest import Idp, at_terminal

ADD = "user add bob --email bob@example.com --password-stdin"
PASSWORD = "correct horse battery staple"


def test_remove(idp: Idp, alice: str) -> None:
    """The account is gone with its password; what happened is remembered by its id alone."""
    result = idp("user remove alice@example.com --yes")

    assert (result.exit_code, result.stdout) == (0, "Removed user alice.\n")
    assert json.loads(idp("user list --json").stdout) == []
    db = sqlite3.connect("var/idp.db")
    assert db.execute("SELECT count(*) FROM credentials").fetchone() == (0,)
    names = [name for (name,) in db.execute("SELECT name FROM audit_events ORDER BY number")]
    assert names == ["user_added", "user_removed"]
    assert "alice" not in str(db.execute("SELECT * FROM audit_events").fetchall())


def test_a_removed_name_is_free(idp: Idp, alice: str) -> None:
    """Somebody else may have it, and is somebody else."""
    (before,) = json.loads(idp("user list --json").stdout)
    idp("user remove alice --yes")

    idp("user add alice --email alice@example.com --password-stdin", f"{PASSWORD}\n")

    (after,) = json.loads(idp("user list --json").stdout)
    assert after["user_id"] != before["user_id"]


def test_it_is_asked_first(idp: Idp, alice: str) -> None:
    """A typing mistake removes nobody."""
    _, seen = at_terminal("user remove alice", "n")

    assert "Remove user alice for good, and all that is kept of them?" in seen
    assert len(json.loads(idp("user list --json").stdout)) == 1


def test_without_a_terminal_nobody_is_asked(idp: Idp, alice: str) -> None:
    """A script says that it means it."""
    result = idp("user remove alice")

    assert result.exit_code == 1
    assert "add --yes" in result.stderr
    assert len(json.loads(idp("user list --json").stdout)) == 1


def test_the_last_administrator(idp: Idp) -> None:
    """An operator may remove anybody, and is told what that means."""
    idp(f"{ADD} --admin", PASSWORD)

    result = idp("user remove bob --yes")

    assert result.exit_code == 0
    assert result.stderr.startswith("Warning: There is no administrator now")
