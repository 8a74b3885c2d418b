"""What all commands share."""

import subprocess
import sys
from pathlib import Path

import pytest

from idp import __version__
from tests.cli.conftest import Idp

HEAVY = ("sqlalchemy", "authlib", "starlette", "pydantic_settings", "uvicorn", "cryptography")


@pytest.mark.parametrize("line", ["--help", "-h", "--version", "serve --help"])
def test_help_needs_no_library(line: str) -> None:
    """Help and version come at once: nothing that takes time is imported."""
    program = (
        "import sys; from idp.cli import app; "
        f"app({line.split()!r}, standalone_mode=False); print(sorted(sys.modules))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert not [name for name in HEAVY if f"'{name}'" in done.stdout]


@pytest.mark.parametrize(
    "line",
    [
        "--help",
        "serve -h",
        "user -h",
        "client -h",
        "keys -h",
        "db -h",
        "config -h",
        "check -h",
        "check hashing -h",
    ],
)
def test_help(idp: Idp, line: str) -> None:
    """Every noun has a page of help, in which no sentence is cut off."""
    result = idp(line)

    assert result.exit_code == 0
    assert "Usage: idp" in result.stdout
    assert "..." not in result.stdout.replace("[ARGS]...", "")


def test_exit_codes_are_documented(idp: Idp) -> None:
    """The help says what the exit codes mean."""
    assert "3 something that idp needs" in " ".join(idp("--help").stdout.split())


def test_version(idp: Idp) -> None:
    """The version is that of the package."""
    assert idp("--version").stdout == f"idp {__version__}\n"


@pytest.mark.parametrize("line", ["--config own.toml user list", "user list --config own.toml"])
def test_config_file_stands_anywhere(idp: Idp, directory: Path, line: str) -> None:
    """The settings file can be named before the noun and behind the verb."""
    Path("own.toml").write_text('[database]\nurl = "sqlite:///own.db"\n')

    result = idp(line)

    assert result.exit_code == 0
    assert (directory / "own.db").exists()


def test_nearest_config_file_wins(idp: Idp) -> None:
    """The settings file behind the verb is the one that counts."""
    Path("own.toml").write_text("")

    assert idp("--config missing.toml user list --config own.toml").exit_code == 0


@pytest.mark.parametrize(
    "line", ["user list", "client list", "keys list", "db purge", "config check", "serve"]
)
def test_wrong_settings(idp: Idp, line: str) -> None:
    """Wrong settings are told in a sentence each, without a traceback."""
    Path("config.toml").write_text('issuer = "http://id.example.com"\n[server]\nprot = 1\n')

    result = idp(line)

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "Error: config.toml: issuer must begin with https:// unless its host is this machine"
        " itself, not 'http://id.example.com'.",
        "Error: config.toml: server.prot is not a setting. Did you mean server.port?",
    ]
    assert result.stdout == ""


@pytest.mark.parametrize("line", ["--debug user list", "user list --debug"])
def test_debug_shows_where(idp: Idp, line: str) -> None:
    """With --debug, an error comes with its traceback; the sentence and the code are the same."""
    Path("config.toml").write_text("[server]\nport = 0\n")

    result = idp(line)

    assert result.exit_code == 1
    assert "Traceback" in result.stderr
    assert result.stderr.endswith("Error: config.toml: server.port must be at least 1, not 0.\n")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("bogus", "No such command 'bogus'."),
        ("clint", "No such command 'clint'. Did you mean 'client'?"),
        ("user bogus", "No such command 'bogus'."),
        ("user add bob", "Missing option '--email'."),
        ("serve --port 70000", "Invalid value for '--port'"),
        ("serve --workers 0", "Invalid value for '--workers'"),
    ],
)
def test_wrong_usage(idp: Idp, line: str, sentence: str) -> None:
    """A command line that is not understood has an exit code of its own."""
    result = idp(line)

    assert result.exit_code == 2
    assert sentence in result.stderr
