"""Handing mail over: encrypted, signed in, and with a sentence for whatever goes wrong."""

import ssl
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from idp.config import MailConfig
from idp.outbox import smtp
from idp.outbox.queue import ARRIVED, Outcome, failed, refused
from idp.outbox.smtp import SMTPServer
from tests.fetch.certificates import tls_of
from tests.parties.letters import Letter
from tests.parties.post_office import NO_ANSWER, PostOffice, post_office
from tests.parties.process import free_port

ALICE = "alice@example.com"
SIGN_IN = {"username": "idp", "password": "s3cret"}


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """Give the mail server a certificate for localhost, which ca.pem vouches for."""
    return tls_of("localhost", tmp_path)


async def carry(
    office: PostOffice, to: str = ALICE, *, ca_file: str = "", text: str = "Hello", **settings: Any
) -> Outcome:
    """Hand over a mail, with the office's own settings but for these."""
    config = MailConfig(**office.settings | settings)
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "idp@idp.example", to, "Greetings"
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p>", subtype="html")
    return await SMTPServer(config, ca_file=ca_file).carry(message, to)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_encrypted(tls: ssl.SSLContext, tmp_path: Path, security: str) -> None:
    """With a certificate that is believed, mail travels encrypted from the start, or soon."""
    settings = {"server": "localhost", "security": security, **SIGN_IN}

    async with post_office(**{security: tls}) as office:
        office.people = {"idp": "s3cret"}
        outcome = await carry(office, ca_file=str(tmp_path / "ca.pem"), **settings)

    assert outcome == ARRIVED
    assert office.were_encrypted == [True]
    assert office.signed_in == ["idp"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(("server", "is_believed"), [("localhost", False), ("127.0.0.1", True)])
async def test_certificate_that_is_not_believed(
    tls: ssl.SSLContext, tmp_path: Path, security: str, server: str, is_believed: bool
) -> None:
    """Nothing is said to a server with a certificate of nobody's, or for another name."""
    ca_file = str(tmp_path / "ca.pem") if is_believed else ""

    async with post_office(**{security: tls}) as office:
        outcome = await carry(office, ca_file=ca_file, server=server, security=security, **SIGN_IN)

    assert outcome == failed(smtp.UNBELIEVED)
    assert office.signed_in == []
    assert office.letters == []


async def test_starttls_that_somebody_took_away() -> None:
    """A server that seems to offer no STARTTLS gets neither the mail nor the password."""
    async with post_office() as office:
        office.people = {"idp": "s3cret"}
        outcome = await carry(office, security="starttls", **SIGN_IN)

    assert outcome == failed(smtp.LACKING)
    assert office.signed_in == []
    assert office.letters == []


async def test_wrong_password() -> None:
    """The settings are wrong, not the mail: it waits until they are mended."""
    async with post_office() as office:
        office.people = {"idp": "another"}
        outcome = await carry(office, **SIGN_IN)

    assert outcome == failed(f"{smtp.NOT_SIGNED_IN} 535")
    assert office.letters == []


async def test_nobody_there() -> None:
    """A server that is down may come up again."""
    assert await carry(PostOffice(port=free_port())) == failed(smtp.NOT_REACHED)


async def test_server_that_says_nothing() -> None:
    """It is waited for as long as the settings say."""
    async with post_office() as office:
        office.at_data = [NO_ANSWER]
        outcome = await carry(office, timeout=1)

    assert outcome == failed(smtp.TOO_SLOW)


@pytest.mark.parametrize("goodbye", [NO_ANSWER, "500 no"])
async def test_what_was_taken_is_not_sent_again(
    monkeypatch: pytest.MonkeyPatch, goodbye: str
) -> None:
    """A server that takes a mail and then behaves badly has taken it."""
    monkeypatch.setattr(smtp, "GOODBYE", 0.05)

    async with post_office() as office:
        office.at_quit = [goodbye]
        outcome = await carry(office)

    assert outcome == ARRIVED
    assert len(office.letters) == 1


async def test_address_that_the_server_cannot_take() -> None:
    """Without SMTPUTF8 an address in other letters is refused for good (RFC 6531 §3.2)."""
    async with post_office(smtputf8=False) as office:
        outcome = await carry(office, "jürgen@example.com")

    assert outcome == refused(smtp.NO_UTF8)


async def test_text_in_other_letters() -> None:
    """What a mail says arrives as it was written."""
    async with post_office() as office:
        await carry(office, text="Grüße 日本")

    assert isinstance(office.letters[0], Letter)
    assert office.letters[0].text == "Grüße 日本\n"
