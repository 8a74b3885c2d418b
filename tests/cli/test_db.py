"""`idp db`."""

import sqlite3

from tests.cli.conftest import Idp


def test_upgrade_says_what_it_did(idp: Idp) -> None:
    """The tables are made once."""
    first, second = idp("db upgrade"), idp("db upgrade")

    assert first.stdout.startswith("Upgraded")
    assert second.stdout.startswith("There was nothing to do")


def test_purge_counts(idp: Idp) -> None:
    """What has expired is removed and counted."""
    idp("db upgrade")
    db = sqlite3.connect("var/idp.db")
    db.execute("INSERT INTO used_jtis VALUES (x'00', '2020-01-01 00:00:00.000000')")
    db.commit()
    db.close()

    first, second = idp("db purge"), idp("db purge")

    assert first.stdout == "Removed 1 expired row.\n"
    assert second.stdout == "Removed 0 expired rows.\n"
