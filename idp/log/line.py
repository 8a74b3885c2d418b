"""A line of the log: what it says, without secrets, as text for people or JSON for programs."""

import json
import re
import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from idp import clock
from idp.log.context import CurrentRequest
from idp.redaction import JWT_BEGINNING, has_secret_name, redact, redact_text

OURS = "idp"  # the logger that text lines do not name


class Occurrence(NamedTuple):
    """Something that happened; a tuple, since a frozen dataclass takes longer to make."""

    nanoseconds: int  # since 1970
    level: str
    logger: str
    event: str
    fields: Mapping[str, object]
    request: CurrentRequest
    error: BaseException | None = None


class Line(NamedTuple):
    """What is to be said of it, without secrets."""

    time: str
    level: str
    logger: str
    event: str
    fields: Mapping[str, object]
    texts: list[str]  # of the fields, as they stand in a line of text
    request: CurrentRequest
    exception: str


Render = Callable[[Line], str]


def make_line(occurrence: Occurrence) -> Line:
    """Put into words what happened."""
    nanoseconds, level, logger, event, fields, request, error = occurrence
    texts = [str(value) for value in fields.values()]
    # Hardly any line has anything to mask or to quote: one look at all of it tells.
    if not _is_plain([event, *texts]) or has_secret_name(tuple(fields)):
        event = redact_text(event)
        fields = redact(fields)
        texts = [_quote(str(value)) for value in fields.values()]
    exception = redact_text("".join(traceback.format_exception(error))) if error else ""
    return Line(_written(nanoseconds), level, logger, event, fields, texts, request, exception)


def render_text(line: Line) -> str:
    """Write a line for people: time, level, event, then what is known about it."""
    pairs = [f" {name}={text}" for name, text in zip(line.fields, line.texts, strict=True)]
    if line.logger != OURS:
        pairs.insert(0, f" logger={_quote(line.logger)}")
    request_id, address = line.request
    if request_id is not None:
        pairs.append(f" request_id={request_id}")
    if address is not None:
        pairs.append(f" address={address}")
    text = f"{line.time} {line.level:<7} {_escape(line.event)}{''.join(pairs)}\n"
    if not line.exception:
        return text
    return text + "".join([f"    | {_escape(each)}\n" for each in line.exception.splitlines()])


def render_json(line: Line) -> str:
    """Write a line for programs, in ASCII; JSON escapes control characters itself."""
    members: dict[str, object] = {
        "time": line.time,
        "level": line.level,
        "logger": line.logger,
        "event": line.event,
        **line.fields,
    }
    if line.request.request_id is not None:
        members["request_id"] = line.request.request_id
    if line.request.address is not None:
        members["address"] = line.request.address
    if line.exception:
        members["exception"] = line.exception
    return _encode(members) + "\n"


_encode = json.JSONEncoder(default=str).encode

# Printable ASCII but for what quotes or escapes (space " = \) and what secrets may stand behind
# (space = :).
_is_bare = re.compile(r"[!#-9;<>-\[\]-~]*").fullmatch
_needs_no_quotes = re.compile(r"[^\s\"=\\]+").fullmatch


def _is_plain(texts: list[str]) -> bool:
    together = "".join(texts)
    return bool(_is_bare(together)) and JWT_BEGINNING not in together and "" not in texts


def _written(nanoseconds: int) -> str:
    """Write down a time; everything but the microseconds stays the same for a second."""
    seconds, rest = divmod(nanoseconds, 10**9)
    return f"{_second(seconds)}.{rest // 1000:06}Z"


@lru_cache(1)
def _second(seconds: int) -> str:
    return clock.from_timestamp(seconds).strftime("%Y-%m-%dT%H:%M:%S")


def _quote(text: str) -> str:
    if _needs_no_quotes(text):
        return _escape(text)
    return '"' + _escape(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def _escape(text: str) -> str:
    """Write out what could end the line or move the cursor, so that nobody can forge a line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
