"""What is loaded, and when: imports are most of a start, and much of the memory of a process."""

import subprocess
from pathlib import Path

import httpx2
import pytest

from tests.cli.conftest import PROGRAM, SECONDS, Idp, read_until, serving

# What makes a server, which nobody should wait for who asks what there is.
SERVER = {"authlib", "cryptography", "jinja2", "pydantic", "sqlalchemy", "starlette", "uvicorn"}

# What only some servers need, or all but once in their lives.
SELDOM = {
    "aiosmtplib",  # a mail
    "alembic",  # tables to make or to migrate
    "asyncpg",  # PostgreSQL
    "email_validator",  # a new account
    "httpx2",  # a client whose keys are at a jwks_uri, and the playground
    "idp.pages.playground",  # --dev
    "rich",  # colours, which nothing here has
    "sqlalchemy.dialects.postgresql",
}


@pytest.fixture(autouse=True)
def noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Python write down every import, where errors go."""
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")


def imports_in(text: str) -> list[str]:
    """List what was imported, in its order; twice, if two processes have done it."""
    lines = (line for line in text.splitlines() if line.startswith("import time:"))
    return [line.rpartition("|")[2].strip() for line in lines]


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_loads_no_server(option: str) -> None:
    """To say what there is, hardly anything is needed."""
    result = subprocess.run(
        [*PROGRAM, option], capture_output=True, text=True, check=True, timeout=SECONDS
    )

    found = imports_in(result.stderr)
    assert "typer" in found
    assert SERVER.isdisjoint(found)


def test_a_server_loads_what_it_needs(idp: Idp, free_port: int) -> None:
    """With tables that are there, on SQLite, it answers without what only others need."""
    assert idp("db upgrade").exit_code == 0

    with serving("--port", str(free_port)) as process:
        read_until(process, "  http")
        answers = [
            httpx2.get(f"http://127.0.0.1:{free_port}/{path}", timeout=SECONDS)
            for path in ("readyz", "jwks.json", "login")
        ]

    found = imports_in(Path("log").read_text())
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert set(found) > SERVER
    assert SELDOM.isdisjoint(found)


def test_workers_load_nothing_again(free_port: int) -> None:
    """They begin with what the first process has loaded."""
    with serving("--port", str(free_port), "--workers", "2") as process:
        read_until(process, "  http")
        httpx2.get(f"http://127.0.0.1:{free_port}/readyz", timeout=SECONDS)

    found = [name for name in imports_in(Path("log").read_text()) if name.startswith("idp")]
    assert "idp.app" in found
    assert sorted(found) == sorted(set(found))
