"""A directory of mails, where there is no server that would take them: one file each (RFC 5322)."""

import os
import sys
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

from idp import clock
from idp.log import log
from idp.outbox.queue import ARRIVED, Outcome, failed
from idp.secret import identifier

KEPT = 100
UNWRITABLE = "the mail could not be written into mail.directory"


class MailDirectory:
    """Keeps the newest mails, for nobody but the owner of the server to read.

    With `shows` their text is on the console as well: whoever tries things out sees the link there.
    """

    def __init__(self, directory: str, *, shows: bool) -> None:
        self._directory = Path(directory)
        self._shows = shows

    async def carry(self, message: EmailMessage, to: str) -> Outcome:
        """Write a mail into a file of its own."""
        name = f"{clock.now():%Y%m%dT%H%M%S.%fZ}-{identifier()}.eml"
        try:
            self._write(self._directory / name, message.as_bytes())
            self._remove_oldest()
        except OSError as error:
            log.error("mail_unwritable", exc_info=error)
            return failed(UNWRITABLE)
        log.info("mail_written", file=str(self._directory / name))
        if self._shows:
            self._show(message, to)
        return ARRIVED

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half_written = path.with_suffix(".part")
        with open(os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        half_written.rename(path)

    def _remove_oldest(self) -> None:
        for path in sorted(self._directory.glob("*.eml"))[:-KEPT]:
            with suppress(FileNotFoundError):  # another worker was faster
                path.unlink()

    def _show(self, message: EmailMessage, to: str) -> None:
        text = message.get_body(("plain",))
        lines = ["", f"To: {to}", f"Subject: {message['Subject']}", ""]
        lines += text.get_content().splitlines() if text else []
        log.flush()
        sys.stderr.write("".join(f"    | {line}".rstrip() + "\n" for line in lines))
        sys.stderr.flush()
