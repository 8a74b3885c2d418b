"""Redaction: what must not be written down becomes ***, wherever it stands."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

MASK = "***"

SECRET_NAMES = (
    "actor_token", "assertion", "auth_req_id", "authorization", "client_assertion",
    "client_secret", "code", "code_verifier", "cookie", "csrf", "device_code", "dpop",
    "id_token_hint", "logout_token", "nonce", "passphrase", "password", "pepper", "private_key",
    "proxy_authorization", "request", "secret", "set_cookie", "state", "subject_token", "token",
    "user_code",
)  # fmt: skip
SECRET_ENDINGS = ("_password", "_secret", "_token", "_verifier", "_key")

_NAME = rf"(?:\w*(?:{'|'.join(SECRET_ENDINGS)})|{'|'.join(SECRET_NAMES)})"

# Each pattern masks all but its first group. None may begin in the middle of a word: the time that
# it takes would grow with the square of the word's length. Before it stands what a text must have
# for it to match, which is looked for first because that costs next to nothing.
PATTERNS = (
    # a JWT, signed or encrypted
    ("eyJ", re.compile(r"()(?<![\w-])eyJ[\w-]+(?:\.[\w-]*){1,4}")),
    # the credential of an Authorization header
    ("", re.compile(r"\b((?:bearer|basic|dpop)\s+)[\w.~+/=-]{8,}", re.IGNORECASE)),
    # a header that is one credential
    (":", re.compile(r"\b((?:set-cookie|cookie|authorization)\s*:\s*)[^\r\n]+", re.IGNORECASE)),
    # the password of a URL
    ("://", re.compile(r"((?<![\w+])[\w+]+://[^\s/:@]*:)[^\s/@]+(?=@)")),
    # the values of an SQL statement, in SQLAlchemy's errors
    ("[parameters: ", re.compile(r"(\[parameters: )[^\r\n]+")),
    # name=value of a query, a form or a call
    ("=", re.compile(rf"\b({_NAME}=)(?:'[^']*'|\"[^\"]*\"|[^\s&,;)}}'\"]+)", re.IGNORECASE)),
    # 'name': 'value' of a dict
    (":", re.compile(rf"(['\"]{_NAME}['\"]\s*:\s*)b?(?:'[^']*'|\"[^\"]*\")", re.IGNORECASE)),
)

# Every pattern wants one of the characters that are left out here, or the beginning of a JWT.
_is_plain = re.compile(r"[^\s:=]*").fullmatch
JWT_BEGINNING = "eyJ"
NAMES_REMEMBERED = 1024


def redact(event: Mapping[str, Any]) -> dict[str, Any]:
    """Mask the values of secret names, and whatever in other values looks like a secret."""
    return {
        str(name): MASK if value is not None and _is_secret(str(name)) else _redact_value(value)
        for name, value in event.items()
    }


def redact_text(text: str) -> str:
    """Mask whatever looks like a secret."""
    if JWT_BEGINNING not in text and _is_plain(text):
        return text
    for wanted, pattern in PATTERNS:
        if wanted in text:
            text = pattern.sub(rf"\1{MASK}", text)
    return text


@lru_cache(NAMES_REMEMBERED)  # they stand in our own calls
def has_secret_name(names: tuple[str, ...]) -> bool:
    """Tell whether any of these is the name of something secret."""
    return any(map(_is_secret, names))


@lru_cache(NAMES_REMEMBERED)
def _is_secret(name: str) -> bool:
    plain = name.lower().replace("-", "_")
    return plain in SECRET_NAMES or plain.endswith(SECRET_ENDINGS)


def _redact_value(value: Any) -> Any:
    if type(value) is str:  # nearly all are
        return redact_text(value)
    match value:
        case None | bool() | int() | float():
            return value
        case Mapping():
            return redact(value)
        case list() | tuple() | set() | frozenset():
            return [_redact_value(item) for item in value]
        case _:
            return redact_text(str(value))
