"""Forms with files, as browsers send them (RFC 7578)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from idp.oauth2.parameters import Parameters

MULTIPART = "multipart/form-data"
MAX_PARTS = 20
MAX_BOUNDARY = 70  # RFC 2046 §5.1.1

NAME = re.compile(rb'^content-disposition:[^\r\n]*;[ \t]*name="([^"\r\n]*)"', re.I | re.M)
FILENAME = re.compile(rb'^content-disposition:[^\r\n]*;[ \t]*filename="', re.I | re.M)


class MalformedForm(Exception):
    """The body is not what a browser would send."""


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed, and the files that were chosen, by the names of their fields."""

    fields: Parameters
    files: dict[str, bytes]


def read_form(content_type: str, body: bytes) -> Form:
    """Read a form. What a file is called does not count. Raises MalformedForm."""
    fields: list[tuple[str, str]] = []
    files: dict[str, bytes] = {}
    for header, content in _parts(_boundary(content_type), body):
        found = NAME.search(header)
        if found is None:
            raise MalformedForm
        name = _text(found[1])
        if FILENAME.search(header):
            files[name] = content
        else:
            fields.append((name, _text(content)))
    return Form(Parameters(fields), files)


def _boundary(content_type: str) -> bytes:
    message = Message()
    message["content-type"] = content_type
    boundary = message.get_boundary() or ""
    if not 0 < len(boundary) <= MAX_BOUNDARY or not boundary.isascii():
        raise MalformedForm
    return boundary.encode()


def _parts(boundary: bytes, body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the header and the content of each part."""
    first, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary, MAX_PARTS)
    if first or not parts or not parts[-1].startswith(b"--"):
        raise MalformedForm
    for part in parts[:-1]:
        header, separator, content = part.partition(b"\r\n\r\n")
        if not separator or not header.startswith(b"\r\n"):
            raise MalformedForm
        yield header[2:], content


def _text(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise MalformedForm from None
    if "\0" in text:
        raise MalformedForm
    return text
