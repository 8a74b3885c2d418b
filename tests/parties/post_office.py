"""A mail server on the loopback interface: it takes mail, or refuses as it was set up to."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.parties.letters import Inbox, Letter

TAKEN = "250 taken"
NO_ANSWER = ""


@dataclass
class PostOffice:
    """What came to a mail server, and how it is to answer.

    `at_mail`, `at_address`, `at_data` and `at_quit` are its next answers to MAIL, RCPT, DATA and
    QUIT; with NO_ANSWER it is silent from then on. `people` are names and passwords.
    """

    port: int = 0
    at_mail: list[str] = field(default_factory=list)
    at_address: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)
    at_quit: list[str] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    were_encrypted: list[bool] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.inbox = Inbox(lambda: self.letters)
        self.letter_to = self.inbox.letter_to
        self._closed = asyncio.Event()

    @property
    def settings(self) -> dict[str, Any]:
        """What a server must be configured with to send its mail here."""
        return {"server": "127.0.0.1", "port": self.port, "security": "none"}

    async def handle_MAIL(  # noqa: N802  # aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer whom it is from."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self._answer(self.at_mail)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer whom it is for."""
        envelope.rcpt_tos.append(address)
        return await self._answer(self.at_address)

    async def handle_DATA(  # noqa: N802  # aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail."""
        answer = await self._answer(self.at_data)
        if answer == TAKEN:
            assert isinstance(envelope.content, bytes)
            self.letters.append(Letter(envelope.content))
            self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
            self.were_encrypted.append(is_encrypted(server))
        return answer

    async def handle_QUIT(  # noqa: N802  # aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Say goodbye."""
        return await self._answer(self.at_quit)

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Let those in who are known."""
        assert isinstance(data, LoginPassword)
        name, password = data.login.decode(), data.password.decode()
        if self.people.get(name) != password:
            return AuthResult(success=False, handled=False)
        self.signed_in.append(name)
        return AuthResult(success=True)

    def close(self) -> None:
        """Let go of those who were waiting for an answer."""
        self._closed.set()

    async def _answer(self, answers: list[str]) -> str:
        answer = answers.pop(0) if answers else TAKEN
        if answer == NO_ANSWER:
            await self._closed.wait()
        return answer


def is_encrypted(server: SMTP) -> bool:
    """Tell whether the connection is."""
    assert server.transport is not None
    return server.transport.get_extra_info("sslcontext") is not None


@asynccontextmanager
async def post_office(
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    smtputf8: bool = True,
) -> AsyncIterator[PostOffice]:
    """Run a mail server for as long as the context is open."""
    office = PostOffice()
    loop = asyncio.get_running_loop()

    def serve() -> SMTP:
        return SMTP(
            office,
            hostname="mail.example",
            tls_context=starttls,
            enable_SMTPUTF8=smtputf8,
            authenticator=office.authenticate,
            auth_require_tls=False,
            loop=loop,
        )

    listener = await loop.create_server(serve, "127.0.0.1", 0, ssl=tls)
    office.port = listener.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        office.close()
        listener.close()
