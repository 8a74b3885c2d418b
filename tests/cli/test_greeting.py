"""What the server says when it is ready."""

from typing import Any

import pytest

from idp.cli.greeting import Findings, greet
from idp.config import Config
from idp.secret import Secret

Captured = pytest.CaptureFixture[str]


def test_nothing_but_where_it_is(capsys: Captured) -> None:
    """A server that is set up says where it listens, and its issuer."""
    greet(Config(issuer="https://id.example.com"), Findings())

    printed = capsys.readouterr()
    assert printed.out.splitlines()[0].endswith(
        "listens on http://127.0.0.1:8000 (Ctrl+C stops it)."
    )
    assert printed.out.splitlines()[1:] == ["The issuer is https://id.example.com"]
    assert printed.err == ""


def test_setup_link(capsys: Captured) -> None:
    """The link is below the issuer."""
    greet(Config(issuer="https://example.com/id"), Findings(setup_token=Secret("token")))

    assert "  https://example.com/id/setup/token\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"server": {"port": 9000}},
            "Note: the issuer names another port than 9000. Unless a proxy stands in between,"
            " set IDP_ISSUER=http://127.0.0.1:9000",
        ),
        (
            {"server": {"workers": 2}},
            "Note: several workers share one SQLite file; they are faster with PostgreSQL.",
        ),
    ],
)
def test_notes(capsys: Captured, settings: dict[str, Any], sentence: str) -> None:
    """What is probably not meant is pointed out."""
    greet(Config(**settings), Findings())

    assert capsys.readouterr().err == f"{sentence}\n"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"passwords": {"bcrypt_cost": 4}},
            "Warning: passwords.bcrypt_cost = 4 is for tests: `idp check hashing` suggests"
            " another.",
        ),
        (
            {"throttle": {"enabled": False}},
            "Warning: throttle.enabled = false is for tests: passwords can be guessed without an"
            " end.",
        ),
    ],
)
def test_what_is_for_tests_only(capsys: Captured, settings: dict[str, Any], sentence: str) -> None:
    """A laboratory's settings are never in use without being told of at each start."""
    greet(Config(**settings), Findings())

    assert capsys.readouterr().err == f"{sentence}\n"


def test_leftovers(capsys: Captured) -> None:
    """A demo that was left in the database comes with the commands that remove it."""
    greet(Config(), Findings(leftovers=["idp client remove playground"]))

    assert capsys.readouterr().err == (
        "Warning: --dev has left a demo in this database. Take it away:\n"
        "  idp client remove playground\n"
    )
