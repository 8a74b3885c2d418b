"""`idp user` and passwords that are known from breaches."""

from pathlib import Path

import pytest

from tests.cli.conftest import Idp
from tests.parties.ranges import sha1_of

LEAKED = "copper lantern under moss"
ADD = "user add alice --email alice@example.com --password-stdin"


@pytest.fixture(autouse=True)
def breached_file(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a file of such passwords, and name it in the settings."""
    (directory / "breached.txt").write_text(f"{sha1_of(LEAKED)}:17\n")
    monkeypatch.setenv("IDP_PASSWORDS__BREACHED_FILE", "breached.txt")


@pytest.mark.parametrize("line", [ADD, "user password alice --password-stdin"])
def test_breached_password_is_warned_of(idp: Idp, line: str) -> None:
    """An operator may choose one that nobody else may, and is told."""
    if line != ADD:
        assert idp(ADD, "seven otters paint a lighthouse").stderr == ""

    result = idp(line, LEAKED)

    assert result.exit_code == 0
    assert result.stderr.startswith("Warning: This password was found in a leak")
