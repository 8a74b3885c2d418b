"""The database of a command."""

import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Idp


@pytest.mark.parametrize("line", ["user list", "client list", "keys list", "db purge"])
def test_database_is_made(idp: Idp, directory: Path, line: str) -> None:
    """Commands work before the server ever ran."""
    assert idp(line).exit_code == 0
    assert (directory / "var" / "idp.db").exists()


@pytest.mark.parametrize("line", ["user list", "db upgrade", "db purge", "keys rotate", "serve"])
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://idp:hunter2@127.0.0.1:1/idp", "connection refused"),
        ("sqlite:////dev/null/idp.db", "/dev/null: File exists"),
        ("sqlite:///garbage.db", "file is not a database"),
    ],
)
def test_unreachable_database(
    idp: Idp, monkeypatch: pytest.MonkeyPatch, free_port: int, line: str, url: str, reason: str
) -> None:
    """A database that cannot be used is told in a sentence, without its password."""
    Path("garbage.db").write_bytes(b"no database " * 100)
    monkeypatch.setenv("IDP_DATABASE__URL", url)
    monkeypatch.setenv("IDP_SERVER__PORT", str(free_port))

    result = idp(line)

    assert result.exit_code == 3
    assert result.stderr.count("\n") == 1
    assert "Error: The database cannot be used (" in result.stderr
    assert reason in result.stderr
    assert result.stderr.endswith("): check database.url.\n")
    assert "hunter2" not in result.stderr


@pytest.mark.parametrize("line", ["user list", "db upgrade", "serve"])
def test_newer_database(
    idp: Idp, monkeypatch: pytest.MonkeyPatch, free_port: int, line: str
) -> None:
    """A database of a newer version is left alone."""
    idp("db upgrade")
    monkeypatch.setenv("IDP_SERVER__PORT", str(free_port))
    db = sqlite3.connect("var/idp.db")
    db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.commit()
    db.close()

    result = idp(line)

    assert result.exit_code == 3
    assert "made by a newer version of idp" in result.stderr
