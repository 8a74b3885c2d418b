"""The server that takes our mail (RFC 5321; RFC 3207 for STARTTLS, RFC 6531 for other letters)."""

import asyncio
import ssl
from contextlib import suppress
from email.message import EmailMessage
from functools import cached_property

from idp.config import MailConfig
from idp.fetch import believing
from idp.outbox.queue import ARRIVED, Outcome, failed, refused

PERMANENT = 500
GOODBYE = 2  # seconds

NOT_REACHED = "the mail server could not be reached"
TOO_SLOW = "the mail server took too long"
UNBELIEVED = "the mail server has no certificate for its name that is believed here"
LACKING = "the mail server cannot do what the settings ask for: STARTTLS, or a sign-in"
NO_UTF8 = "the mail server takes no address with letters beyond ASCII"
NOT_SIGNED_IN = "the mail server refused mail.username and mail.password with status"
NOT_OURS = "the mail server refused mail.from_address with status"
NOT_THEIRS = "the mail server refused the address with status"
NOT_TAKEN = "the mail server refused the mail with status"
NOT_NOW = "the mail server refused to talk with status"


class SMTPServer:
    """Hands mail over to a server, on a connection of its own for each.

    What the server says of a mail or of its address counts for good, if its status is permanent.
    What it says of us is for the operator to mend, so it is asked again.
    """

    def __init__(self, config: MailConfig, *, ca_file: str = "") -> None:
        self._config = config
        self._ca_file = ca_file

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return believing(self._ca_file)

    async def carry(self, message: EmailMessage, to: str) -> Outcome:
        """Hand over a mail."""
        # With aiosmtplib come 30 ms, when there is a first mail to send.
        from aiosmtplib import errors

        try:
            await self._hand_over(message, to)
        except errors.SMTPRecipientsRefused as error:
            return _judged(NOT_THEIRS, error.recipients[0].code)
        except errors.SMTPDataError as error:
            return _judged(NOT_TAKEN, error.code)
        except errors.SMTPSenderRefused as error:
            return failed(f"{NOT_OURS} {error.code}")
        except errors.SMTPAuthenticationError as error:
            return failed(f"{NOT_SIGNED_IN} {error.code}")
        except errors.SMTPResponseException as error:
            return failed(f"{NOT_NOW} {error.code}")
        except errors.SMTPNotSupported:
            return refused(NO_UTF8)
        except TimeoutError:
            return failed(TOO_SLOW)
        except OSError as error:
            return failed(UNBELIEVED if _is_unbelieved(error) else NOT_REACHED)
        except errors.SMTPException:
            return failed(LACKING)
        return ARRIVED

    async def _hand_over(self, message: EmailMessage, to: str) -> None:
        from aiosmtplib import SMTP, SMTPException

        config = self._config
        smtp = SMTP(
            hostname=config.server,
            port=config.port,
            username=config.username or None,
            password=config.password.get_secret_value() if config.username else None,
            local_hostname=message["From"].addresses[0].domain,  # instead of asking for ours
            timeout=config.timeout,
            use_tls=config.security == "tls",
            start_tls=config.security == "starttls",
            tls_context=None if config.security == "none" else self._tls,
        )
        try:
            async with asyncio.timeout(config.timeout):
                await smtp.connect()
                await smtp.send_message(message, recipients=[to])
            # It was taken, and whatever comes now must not let it be sent once more.
            with suppress(OSError, SMTPException):
                async with asyncio.timeout(GOODBYE):
                    await smtp.quit()
        finally:
            smtp.close()


def _judged(sentence: str, code: int) -> Outcome:
    told = f"{sentence} {code}"
    return refused(told) if code >= PERMANENT else failed(told)


def _is_unbelieved(error: BaseException) -> bool:
    """Look for what is behind an error: the library says only that it could not connect."""
    behind: BaseException | None = error
    while behind is not None and not isinstance(behind, ssl.SSLCertVerificationError):
        behind = behind.__cause__ or behind.__context__
    return behind is not None
