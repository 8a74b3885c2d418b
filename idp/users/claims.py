"""Standard claims about a person: untrusted JSON in, claims of the right types out.

OpenID Connect Core 1.0 §5.1. The text of a refusal completes "this claim ...".
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from idp.users.names import UNSTORABLE, ValidationFailed

Read = Callable[[object], Any]

MAX_LINE = 255
MAX_TEXT = 1000

# BCP 47: a language, and what else it may be about: script, region, variants, extensions.
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}")
TIME_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}")
# E.164, with the marks that people put between digits; RFC 3966 for an extension.
PHONE_NUMBER = re.compile(r"\+[0-9](?:[ ().-]*[0-9]){4,14}(;ext=[0-9]{1,10})?")
BIRTHDATE = re.compile(r"(\d{4})(?:-(\d\d)-(\d\d))?", re.ASCII)
A_LEAP_YEAR = 2000  # for a birthday without its year

NOT_AN_OBJECT = "must be a JSON object"
UNKNOWN = "is no standard claim; leave it out"
OF_THE_ACCOUNT = "is kept with the account; leave it out"
WITHOUT_NUMBER = "must not be there without phone_number"


class WrongClaim(Exception):
    """A value that its claim cannot have."""


def read_claims(untrusted: object) -> dict[str, Any]:
    """Accept standard claims, `email_verified` among them; null is as if it were not there.

    Raises ValidationFailed with all that is wrong.
    """
    if not isinstance(untrusted, Mapping):
        raise ValidationFailed({"claims": NOT_AN_OBJECT})
    given = {name: value for name, value in untrusted.items() if value is not None}
    claims: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, value in given.items():
        try:
            claims[name] = _reader_of(name)(value)
        except WrongClaim as wrong:
            errors[f"claims.{name}"] = str(wrong)
    if "phone_number_verified" in given and "phone_number" not in given:
        errors.setdefault("claims.phone_number_verified", WITHOUT_NUMBER)
    if errors:
        raise ValidationFailed(errors)
    return claims


def _reader_of(name: str) -> Read:
    if name in ACCOUNT:
        raise WrongClaim(OF_THE_ACCOUNT)
    if name not in CLAIMS:
        raise WrongClaim(UNKNOWN)
    return CLAIMS[name]


def _line(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise WrongClaim("must be one line of printable text, and not empty")
    if len(value) > MAX_LINE:
        raise WrongClaim(f"must have at most {MAX_LINE} characters")
    return value


def _text(value: object) -> str:
    """Read one line or several."""
    if not isinstance(value, str) or not value.strip() or UNSTORABLE.search(value):
        raise WrongClaim("must be text, and not empty")
    if len(value) > MAX_TEXT:
        raise WrongClaim(f"must have at most {MAX_TEXT} characters")
    return value.replace("\r\n", "\n")


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise WrongClaim("must be true or false")
    return value


def _url(value: object) -> str:
    text = _line(value)
    try:
        url = urlsplit(text)
        is_web = url.scheme in ("http", "https") and bool(url.hostname) and not url.username
    except ValueError:
        is_web = False
    if not is_web or not text.isascii() or " " in text:
        raise WrongClaim("must be a URL that begins with https:// or http://")
    return text


def _matching(pattern: re.Pattern[str], sentence: str) -> Read:
    def read(value: object) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise WrongClaim(sentence)
        return value

    return read


def _birthdate(value: object) -> str:
    """Read a day, a year alone, or a day of the year 0000, whose year is not told."""
    match = BIRTHDATE.fullmatch(value) if isinstance(value, str) else None
    try:
        if match is None:
            raise ValueError
        year, month, day = match.groups()
        date(int(year) or (A_LEAP_YEAR if month else 0), int(month or 1), int(day or 1))
    except ValueError:
        raise WrongClaim("must be a day such as 1990-12-31, 0000-12-31 or 1990") from None
    return match[0]


def _address(value: object) -> dict[str, str]:
    """Read an address, which is an object (OIDC Core §5.1.1)."""
    if not isinstance(value, Mapping) or not value:
        raise WrongClaim("must be an object with formatted, street_address and so on")
    if not ADDRESS.keys() >= value.keys():
        raise WrongClaim(f"must have no members but {', '.join(ADDRESS)}")
    try:
        return {name: ADDRESS[name](part) for name, part in value.items()}
    except WrongClaim as wrong:
        raise WrongClaim(f"has a member that {wrong}") from None


# What the account has a name, a column or a clock for.
ACCOUNT = frozenset({"sub", "name", "preferred_username", "email", "updated_at"})

CLAIMS: dict[str, Read] = {
    "given_name": _line,
    "family_name": _line,
    "middle_name": _line,
    "nickname": _line,
    "profile": _url,
    "picture": _url,
    "website": _url,
    "gender": _line,
    "birthdate": _birthdate,
    "zoneinfo": _matching(TIME_ZONE, "must be a time zone such as Europe/Paris"),
    "locale": _matching(LANGUAGE_TAG, "must be a language such as en or en-US"),
    "email_verified": _truth,
    "phone_number": _matching(PHONE_NUMBER, "must be a number such as +1 (604) 555-1234"),
    "phone_number_verified": _truth,
    "address": _address,
}

ADDRESS: dict[str, Read] = {
    "formatted": _text,
    "street_address": _text,
    "locality": _line,
    "region": _line,
    "postal_code": _line,
    "country": _line,
}
