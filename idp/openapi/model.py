"""What is declared of an operation; `document.py` turns it into OpenAPI."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from idp.vocabulary import ErrorCode


class Told(StrEnum):
    """How a refusal is told."""

    JSON = "json"  # in the body (RFC 6749 §5.2)
    PAGE = "page"  # to a person
    REDIRECT = "redirect"  # to the client, at its redirect_uri (RFC 6749 §4.1.2.1)


class MediaType(StrEnum):
    """What a body is."""

    JSON = "application/json"
    HTML = "text/html"
    TEXT = "text/plain"
    CSS = "text/css"
    IMAGE = "image/*"
    JWT = "application/jwt"
    TOKEN_INTROSPECTION_JWT = "application/token-introspection+jwt"
    FORM = "application/x-www-form-urlencoded"
    MULTIPART = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Tag:
    """A chapter of the reference."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter: of the query of a GET, of the body of a POST or PUT, or of the path."""

    name: str
    description: str
    type: str = "string"
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back if all is well. A header is a name and what it says.

    `or_as` is another form in which it comes to some clients, as text.
    """

    description: str
    status: int = 200
    media_type: MediaType | None = MediaType.JSON
    example: Mapping[str, Any] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    or_as: MediaType | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What comes back if not: the text is `error_description`, or stands on the page."""

    when: str
    text: str
    error: ErrorCode | None = None
    status: int = 400
    told: Told = Told.JSON
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to do at one path; `security` names the schemes of which one is used.

    `takes` is what the body is, if there is one.
    """

    operation_id: str
    method: str
    path: str
    tag: Tag
    summary: str
    description: str
    answers: tuple[Answer, ...]
    fields: tuple[Field, ...] = ()
    path_fields: tuple[Field, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    security: tuple[str, ...] = ()
    takes: MediaType = MediaType.FORM
