"""`idp mail`."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from idp.outbox import smtp
from tests.cli.conftest import Idp
from tests.parties.letters import inbox_of
from tests.parties.post_office import PostOffice, post_office

ALICE = "alice@example.com"


@contextmanager
def running_post_office() -> Iterator[PostOffice]:
    """Run a mail server in a thread, since a command has an event loop of its own."""
    offices: list[PostOffice] = []
    ready, loop = threading.Event(), asyncio.new_event_loop()

    async def run() -> None:
        async with post_office() as office:
            offices.append(office)
            ready.set()
            await stop.wait()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    ready.wait()
    try:
        yield offices[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """Let commands send their mail to a mail server."""
    with running_post_office() as office:
        for name, value in office.settings.items():
            monkeypatch.setenv(f"IDP_MAIL__{name.upper()}", str(value))
        yield office


def test_without_a_server(idp: Idp) -> None:
    """The mail is a file, and it says where."""
    result = idp(f"mail test {ALICE}")

    (letter,) = inbox_of(Path("var/mail")).unread
    assert (result.exit_code, letter.to) == (0, ALICE)
    assert result.stdout == "No mail.server is set, so the mail is a file in var/mail.\n"


def test_with_a_server(idp: Idp, office: PostOffice) -> None:
    """It says which server took the mail."""
    result = idp(f"mail test {ALICE}")

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(f"127.0.0.1:{office.port} has taken the mail for {ALICE}.")
    assert [letter.to for letter in office.letters] == [ALICE]


def test_what_can_be_mended(idp: Idp, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong with the settings is told in sentences, with a hint."""
    monkeypatch.setenv("IDP_MAIL__SECURITY", "starttls")

    result = idp(f"mail test {ALICE}")

    assert result.exit_code == 3
    assert result.stderr.splitlines() == [
        f"Error: The{smtp.LACKING.removeprefix('the')}.",
        "Error: Check mail.security, mail.username and mail.port.",
    ]


def test_what_is_refused(idp: Idp, office: PostOffice) -> None:
    """What the server will never take is a refusal."""
    office.at_address = ["550 5.1.1 nobody"]

    result = idp(f"mail test {ALICE}")

    assert result.exit_code == 1
    assert result.stderr == "Error: The mail server refused the address with status 550.\n"


@pytest.mark.parametrize("address", ["alice", "alice@example.com,bob@example.com"])
def test_no_address(idp: Idp, address: str) -> None:
    """What is not one address is refused before anybody is asked."""
    result = idp(f"mail test {address}")

    assert (result.exit_code, result.stderr) == (1, "Error: That is not an email address.\n")
