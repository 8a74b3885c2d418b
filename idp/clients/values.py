"""The kinds of value in client metadata: each is read from untrusted JSON, or refused.

The text of a refusal completes "this member ..." and never holds the value.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from idp.clients import redirect_uri
from idp.clients.jwk import MAX_KEYS, UnusableKey, public_jwk, read_key
from idp.clients.redirect_uri import NotRegistrable
from idp.colors import Color, readable_accent
from idp.vocabulary import ApplicationType, ResponseType

Read = Callable[[object], Any]

MAX_ITEMS = 50
MAX_SCOPE_LENGTH = 2000
MAX_SECONDS = 3_153_600_000  # a hundred years


class WrongValue(Exception):
    """A value that its member cannot have."""


def line(max_length: int) -> Read:
    """Read one line of text for people, without invisible characters."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise WrongValue("must be one line of printable text")
        if len(value) > max_length:
            raise WrongValue(f"must have at most {max_length} characters")
        return value

    return read


def one_of(words: Iterable[str]) -> Read:
    """Read one word of several."""
    allowed = [str(word) for word in words]

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise WrongValue(f"must be one of: {', '.join(allowed)}")
        return value

    return read


def accent_color(value: object) -> str:
    """Read a colour that carries white text and can be read on light pages."""
    try:
        given = Color.parse(text(value))
    except ValueError:
        raise WrongValue("must be a colour such as #2456c8") from None
    nearest = readable_accent(given)
    if nearest != given:
        raise WrongValue(f"must be darker, so that white text on it can be read: {nearest}")
    return str(given)


def response_type(offered: Iterable[ResponseType]) -> Read:
    """Read a response type, in whatever order its words come."""
    read_offered = one_of(offered)

    def read(value: object) -> str:
        with suppress(ValueError):
            value = ResponseType(text(value))
        return str(read_offered(value))

    return read


def list_of(read_item: Read) -> Read:
    """Read a list in which nothing is twice."""

    def read(value: object) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            raise WrongValue("must be a list")
        if len(value) > MAX_ITEMS:
            raise WrongValue(f"must have at most {MAX_ITEMS} items")
        return list(dict.fromkeys(read_item(item) for item in value))

    return read


def scope_of(known: Iterable[str]) -> Read:
    """Read a scope, all of whose words are known to this server."""
    words = frozenset(known)

    def read(value: object) -> str:
        if not isinstance(value, str) or len(value) > MAX_SCOPE_LENGTH:
            raise WrongValue("must be words with spaces between them")
        asked = [word for word in value.split(" ") if word]
        if not words.issuperset(asked):
            raise WrongValue(
                "must have only standard words and those in [scopes] of the configuration"
            )
        return " ".join(dict.fromkeys(asked))

    return read


def audience(value: object) -> str:
    """Read who a token may be for: a URI, or a name without blanks (RFC 8693 §2.1)."""
    if not re.fullmatch(r"[!-~]{1,255}", text(value)):
        raise WrongValue("must be printable ASCII without spaces, 1 to 255 characters")
    return str(value)


def truth(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise WrongValue("must be true or false")
    return value


def seconds(value: object) -> int:
    """Read a number of seconds."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_SECONDS:
        raise WrongValue("must be a whole number of seconds, and not negative")
    return value


def text(value: object) -> str:
    """Read a text that is checked together with others."""
    if not isinstance(value, str):
        raise WrongValue("must be text")
    return value


def page_uri(value: object) -> str:
    """Read the address of a page or picture: what a web client may redirect to, or a part of it."""
    uri = text(value)
    page, _, fragment = uri.partition("#")
    if not re.fullmatch(rf"{redirect_uri.CHARACTER}*", fragment):
        raise WrongValue("must be printable ASCII; write other characters percent-encoded")
    try:
        redirect_uri.check_registrable(page, ApplicationType.WEB)
    except NotRegistrable as refusal:
        raise WrongValue(str(refusal)) from None
    return uri


def https_uri(value: object) -> str:
    """Read the address of a document that this server fetches."""
    uri = page_uri(value)
    if not uri.startswith("https://") or "#" in uri:
        raise WrongValue("must begin with https:// and have no fragment")
    return uri


def document_uri(value: object) -> str:
    """Read the address of a document that may have a fragment: the hash of what is there."""
    uri = page_uri(value)
    if not uri.startswith("https://"):
        raise WrongValue("must begin with https://")
    return uri


def logout_uri(value: object) -> str:
    """Read the address at which a client hears of a logout; it may have a query."""
    uri = page_uri(value)
    if "#" in uri:
        raise WrongValue("must not have a fragment")
    return uri


def public_keys(value: object) -> dict[str, Any]:
    """Read a JWK Set of public keys that we can use, without what else is in it."""
    jwks = value.get("keys") if isinstance(value, dict) else None
    if not isinstance(jwks, list) or not 0 < len(jwks) <= MAX_KEYS:
        raise WrongValue(f"must be a JSON object with a list of keys, 1 to {MAX_KEYS} of them")
    try:
        for jwk in jwks:
            read_key(jwk)
        return {"keys": [public_jwk(jwk) for jwk in jwks]}
    except UnusableKey as refusal:
        raise WrongValue(f"has a key that cannot be used: it {refusal}") from None
