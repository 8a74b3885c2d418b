"""Mail without a mail server: files that only the owner of the server may read."""

import stat
from pathlib import Path

import anyio
import pytest

from idp.config import Config
from idp.outbox import mail, mail_directory
from idp.outbox.mail import MailTemplate
from idp.web.provider import Provider
from tests.conftest import Configure, Logged
from tests.outbox.conftest import Outbox, wait_until
from tests.parties.letters import Inbox

ALICE = "alice@example.com"


@pytest.fixture
def config(configure: Configure, request: pytest.FixtureRequest) -> Config:
    """Configure no mail server, and --dev if a test asks for it."""
    return configure(server={"dev": getattr(request, "param", False)})


@pytest.fixture
def directory(config: Config) -> Path:
    """Give the directory, which is not there yet."""
    return Path(config.mail.directory)


def files_in(directory: Path) -> list[Path]:
    """List the files, the oldest first."""
    return sorted(directory.iterdir())


def modes_of(*paths: Path) -> set[int]:
    """Tell who may do what with files."""
    return {stat.S_IMODE(path.stat().st_mode) for path in paths}


def put_in_the_way(directory: Path) -> None:
    """Let there be a file where the directory should be."""
    directory.write_text("in the way")


async def send(provider: Provider) -> None:
    """Put a mail into the outbox."""
    await provider.database.run(mail.send, MailTemplate.TEST, ALICE, {})


async def test_a_file_for_each(provider: Provider, letters: Inbox, directory: Path) -> None:
    """Each mail is a file of its own, which no other user of the machine can read."""
    await send(provider)
    await send(provider)
    first, second = [await letters.letter_to(ALICE) for _ in range(2)]

    assert first.subject == second.subject == "This mail is a test"
    assert modes_of(*files_in(directory)) == {0o600}
    assert modes_of(directory) == {0o700}


async def test_the_oldest_go(
    provider: Provider, letters: Inbox, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The directory does not grow for ever."""
    monkeypatch.setattr(mail_directory, "KEPT", 2)

    for _ in range(4):
        await send(provider)
        newest = await letters.letter_to(ALICE)

    files = files_in(directory)
    assert len(files) == 2
    assert files[-1].read_bytes() == newest.content


async def test_directory_that_cannot_be_written(
    provider: Provider, directory: Path, outbox: Outbox
) -> None:
    """It is tried again, and the reason is to be seen."""
    put_in_the_way(directory)

    await send(provider)
    with anyio.fail_after(60):
        delivery = await wait_until(outbox, "pending")

    assert delivery.last_error == mail_directory.UNWRITABLE


@pytest.mark.parametrize("config", [True], indirect=True)
async def test_a_developer_sees_it_on_the_console(
    provider: Provider, letters: Inbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --dev the mail is where the developer looks already."""
    await send(provider)
    await letters.letter_to(ALICE)

    seen = capsys.readouterr().err
    assert f"    | To: {ALICE}\n    | Subject: This mail is a test\n" in seen
    assert "    | It has arrived, so this server can send mail.\n" in seen


async def test_otherwise_the_console_names_the_file(
    logged: Logged, provider: Provider, letters: Inbox, config: Config, outbox: Outbox
) -> None:
    """Whoever collects the log of a real server must not find codes and links in it."""
    await send(provider)
    await letters.letter_to(ALICE)
    with anyio.fail_after(60):
        await wait_until(outbox, "delivered")

    (line,) = [line for line in logged() if line["event"] == "mail_written"]
    assert line["file"].startswith(config.mail.directory)
    assert "It has arrived" not in str(logged())
