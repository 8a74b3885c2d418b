"""A mail as it travels (RFC 5322), and who carries it."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

from idp.config import Config
from idp.outbox.mail_directory import MailDirectory
from idp.outbox.queue import Outcome
from idp.outbox.smtp import SMTPServer


class Carrier(Protocol):
    """Who takes mail to where it is read."""

    async def carry(self, message: EmailMessage, to: str) -> Outcome:
        """Carry it once."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, whom it is for, and who carries it."""

    message: EmailMessage
    to: str
    carrier: Carrier

    async def send(self) -> Outcome:
        """Send it once."""
        return await self.carrier.carry(self.message, self.to)


def carrier_of(config: Config) -> Carrier:
    """Choose the configured server, or files if there is none."""
    if config.mail.server:
        return SMTPServer(config.mail, ca_file=config.fetch.ca_file)
    return MailDirectory(config.mail.directory, shows=config.server.dev)
