"""Authorization details: what exactly a client asks for, in JSON of declared types (RFC 9396 §2).

Nothing gets past `read` but what the configuration declares, so what is stored, signed and shown to
people has known members with short values.
"""

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from idp.clients.model import Client
from idp.config import AuthorizationDetailsTypeConfig, Config
from idp.config.authorization_details import LISTS
from idp.oauth2.errors import InvalidAuthorizationDetails
from idp.oauth2.strict_json import read_strictly

AUTHORIZATION_DETAILS = "authorization_details"
MAX_DETAILS = 10
MAX_TEXTS = 20
MAX_LENGTH = 255
MAX_DEPTH = 3  # of objects within objects, which is as deep as a type can declare
MAX_NUMBER = 1e15  # beyond it, not every reader has the same number (RFC 8259 §6)

Detail = dict[str, Any]
Details = tuple[Detail, ...]
NO_DETAILS: Details = ()

# What is refused, for the client's developer.
MALFORMED = "The authorization_details must be JSON: a list of 1 to 10 objects, each with a type."
UNKNOWN = "A type is not supported: see authorization_details_types_supported."
UNREGISTERED = "The client is not registered for a type of the authorization_details."
WRONG = "A member of the authorization_details, or its value, is not one that its type has."
INCOMPLETE = "A member is missing in the authorization_details that its type requires."
WIDER = "The authorization_details are more than what was granted."


def read(config: Config, client: Client, unverified_text: str | None) -> Details:
    """Read the parameter, each object once; raise InvalidAuthorizationDetails."""
    if unverified_text is None:
        return NO_DETAILS
    details = _parse(unverified_text)
    for detail in details:
        _check(config, client, detail)
    return tuple(each for number, each in enumerate(details) if each not in details[:number])


def narrowed(config: Config, client: Client, granted: Sequence[Detail], asked: Details) -> Details:
    """Give what of the granted details a token is for; raise InvalidAuthorizationDetails.

    Without an own wish this is all (RFC 9396 §6) whose type the client may still have.
    """
    kept = tuple(each for each in granted if _is_for(config, client, each["type"]))
    if not all(any(covers(wide, each) for wide in kept) for each in asked):
        raise InvalidAuthorizationDetails(WIDER)
    return asked or kept


def covers(granted: Detail, asked: Detail) -> bool:
    """Tell whether one is the other, or the same with fewer values in its lists."""
    return granted.keys() == asked.keys() and all(
        _is_within(value, asked[name]) for name, value in granted.items()
    )


def members_of(detail: Detail, *above: str) -> Iterator[tuple[str, Any]]:
    """List all members but the type, those of objects within by their names with dots."""
    for name, value in detail.items():
        if isinstance(value, dict):
            yield from members_of(value, *above, name)
        elif above or name != "type":
            yield ".".join((*above, name)), value


def _parse(text: str) -> list[Detail]:
    try:
        details = read_strictly(text)
    except (ValueError, RecursionError):
        raise InvalidAuthorizationDetails(MALFORMED) from None
    if not isinstance(details, list) or not 0 < len(details) <= MAX_DETAILS:
        raise InvalidAuthorizationDetails(MALFORMED)
    if not all(isinstance(each, dict) and isinstance(each.get("type"), str) for each in details):
        raise InvalidAuthorizationDetails(MALFORMED)
    if any(_is_deeper(each, MAX_DEPTH) for each in details):
        raise InvalidAuthorizationDetails(WRONG)
    return details


def _is_deeper(detail: Detail, depth: int) -> bool:
    inner = [each for each in detail.values() if isinstance(each, dict)]
    return bool(inner) if depth == 1 else any(_is_deeper(each, depth - 1) for each in inner)


def _check(config: Config, client: Client, detail: Detail) -> None:
    declared = config.authorization_details_types.get(detail["type"])
    if declared is None:
        raise InvalidAuthorizationDetails(UNKNOWN)
    if not _is_for(config, client, detail["type"]):
        raise InvalidAuthorizationDetails(UNREGISTERED)
    members = list(members_of(detail))
    if _hides_something(detail) or not all(_is_allowed(declared, *each) for each in members):
        raise InvalidAuthorizationDetails(WRONG)
    if not {name for name, _ in members}.issuperset(declared.required):
        raise InvalidAuthorizationDetails(INCOMPLETE)


def _is_for(config: Config, client: Client, detail_type: str) -> bool:
    is_declared = detail_type in config.authorization_details_types
    return is_declared and detail_type in client.authorization_details_types


def _hides_something(detail: Detail) -> bool:
    """Tell whether there is what `members_of` does not show: an empty object, a dot in a name."""
    inner = [each for each in detail.values() if isinstance(each, dict)]
    has_dots = any("." in name for name in detail)
    return has_dots or any(not each or _hides_something(each) for each in inner)


def _is_allowed(declared: AuthorizationDetailsTypeConfig, name: str, value: object) -> bool:
    if name in LISTS:
        words = getattr(declared, name)
        return _are_texts(value) and isinstance(value, list) and words.keys() >= set(value)
    if name == "identifier":
        return bool(declared.identifier) and _is_text(value)
    member = declared.members.get(name)
    if member is None:
        return False
    match member.kind:
        case "text":
            return _is_text(value)
        case "texts":
            return _are_texts(value)
        case "boolean":
            return isinstance(value, bool)
        case "number":
            return _is_number(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_LENGTH and value.isprintable()


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and 0 < len(value) <= MAX_TEXTS and all(map(_is_text, value))


def _is_number(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return isfinite(value) and abs(value) <= MAX_NUMBER


def _is_within(granted: object, asked: object) -> bool:
    if isinstance(granted, list) and isinstance(asked, list):
        return set(asked) <= set(granted)
    if isinstance(granted, dict) and isinstance(asked, dict):
        return covers(granted, asked)
    return granted == asked and type(granted) is type(asked)
