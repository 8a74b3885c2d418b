"""Mail as a person reads it, and the files that a server without a mail server makes of it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import anyio

PATIENCE = 60  # seconds: far more than it takes
PAUSE = 0.01


class Letter:
    """A mail that has arrived."""

    def __init__(self, content: bytes) -> None:
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.content = content
        self.headers = message
        self.to = str(message["To"])
        self.subject = str(message["Subject"])
        self.text = self._body("plain")
        self.html = self._body("html")

    def _body(self, kind: str) -> str:
        body = self.headers.get_body((kind,))
        assert body is not None
        content: str = body.get_content()
        return content.replace("\r\n", "\n")

    @property
    def code(self) -> str:
        """The code that is to be typed."""
        found = re.search(r"^    (\d+)$", self.text, re.MULTILINE)
        assert found is not None, self.text
        return found[1]

    @property
    def link(self) -> str:
        """The address that the button leads to."""
        found = re.search(r":\n(https?://\S+)$", self.text, re.MULTILINE)
        assert found is not None, self.text
        return found[1]


@dataclass
class Inbox:
    """Where mail is found; each letter is given once."""

    look: Callable[[], Sequence[Letter]]
    _given: set[bytes] = field(default_factory=set)

    @property
    def unread(self) -> list[Letter]:
        """List what was not given yet, the oldest first."""
        return [letter for letter in self.look() if letter.content not in self._given]

    async def letter_to(self, address: str, subject: str = "") -> Letter:
        """Give the oldest letter to an address that was not given yet; wait for it.

        With a subject, those about something else are left for later.
        """
        with anyio.fail_after(PATIENCE):
            while True:
                for letter in self.unread:
                    if letter.to == address and subject in letter.subject:
                        self._given.add(letter.content)
                        return letter
                await anyio.sleep(PAUSE)


def inbox_of(directory: Path) -> Inbox:
    """Read the files of a server that has no mail server."""

    def look() -> list[Letter]:
        return [Letter(path.read_bytes()) for path in sorted(directory.glob("*.eml"))]

    return Inbox(look)
