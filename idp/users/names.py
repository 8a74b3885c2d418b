"""What an account may be called, and the keys by which its names are compared.

Two names with the same key are the same name: a user name is looked up as it was never typed, in
other capitals or in full-width letters. A user name has no "@" and an email address has one, so
that one field can take either.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from idp.users.look_alikes import is_of_one_script
from idp.words import N_

MAX_USERNAME = 64
MAX_EMAIL = 254
MAX_EMAIL_KEY = 320  # some characters grow to eighteen when they are folded
MAX_NAME = 100

# What no database takes: NUL, and surrogates, which are no characters.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")

# Letters and marks by category, and yet nothing is seen of them (Unicode, Default_Ignorable).
INVISIBLE = frozenset(
    map(
        chr,
        (
            0x034F,
            0x115F,
            0x1160,
            0x17B4,
            0x17B5,
            0x3164,
            0xFFA0,
            *range(0x180B, 0x1810),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ),
    )
)


class ValidationFailed(Exception):
    """Something that a person typed cannot be taken: a sentence for each field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {sentence}" for field, sentence in errors.items()))
        self.errors = dict(errors)


class NameTaken(ValidationFailed):
    """Another account has this user name or email address."""

    def __init__(self, field: str) -> None:
        super().__init__({field: TAKEN[field]})
        self.field = field


TAKEN = {
    "username": N_("This user name is taken."),
    "email": N_("There is an account with this email address."),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """The names of an account, valid and with their keys."""

    username: str
    username_key: str
    email: str | None
    email_key: str | None
    name: str | None


def username_key(username: str) -> str:
    """Give the form in which user names are compared."""
    folded = unicodedata.normalize("NFKC", username).casefold()
    return unicodedata.normalize("NFKC", folded)


def email_key(email: str) -> str:
    """Give the form in which email addresses are compared: no provider tells capitals apart."""
    return username_key(email)


def login_key(typed: str) -> str:
    """Give the key of what was typed where both a user name and an email address are taken."""
    typed = UNSTORABLE.sub("\ufffd", typed.strip())
    return email_key(typed) if "@" in typed else username_key(typed)


def check_profile(username: str, email: str | None, name: str | None) -> Profile:
    """Accept the names of a new account. Raises ValidationFailed with all that is wrong."""
    username = unicodedata.normalize("NFKC", username.strip())
    email = (email or "").strip() or None
    name = unicodedata.normalize("NFC", (name or "").strip()) or None
    errors = {
        "username": _username_error(username),
        "email": email and _email_error(email),
        "name": name and name_error(name),
    }
    if wrong := {field: sentence for field, sentence in errors.items() if sentence}:
        raise ValidationFailed(wrong)
    email = email and _parse_email(email)
    return Profile(username, username_key(username), email, email and email_key(email), name)


def check_email(email: str) -> str:
    """Accept an email address alone. Raises ValidationFailed."""
    email = email.strip()
    if error := _email_error(email):
        raise ValidationFailed({"email": error})
    return _parse_email(email)


def check_name(name: str | None) -> str | None:
    """Accept what others call a person, alone. Raises ValidationFailed."""
    name = unicodedata.normalize("NFC", (name or "").strip()) or None
    if name and (error := name_error(name)):
        raise ValidationFailed({"name": error})
    return name


def _username_error(username: str) -> str | None:
    if not username:
        return N_("Choose a user name.")
    if len(username) > MAX_USERNAME:
        return N_("Use at most 64 characters.")
    if not all(map(_is_username_character, username)):
        return N_("Use letters, digits, dots, hyphens and underscores only.")
    if not username[0].isalnum():
        return N_("Begin with a letter or a digit.")
    if not is_of_one_script(username):
        return N_("Use letters of one alphabet only.")
    return None


def _is_username_character(character: str) -> bool:
    if character in "._-":
        return True
    category = unicodedata.category(character)
    is_letter = category.startswith("L") or category in {"Mn", "Mc", "Nd"}
    return is_letter and character not in INVISIBLE


def _email_error(email: str) -> str | None:
    if len(email) > MAX_EMAIL:
        return N_("Use at most 254 characters.")
    try:
        parsed = _parse_email(email)
    except ValueError:
        return N_("Enter an email address, such as name@example.com.")
    if len(email_key(parsed)) > MAX_EMAIL_KEY:
        return N_("Use an email address of ordinary letters.")
    return None


def _parse_email(email: str) -> str:
    from email_validator import validate_email  # 25 ms, when there is a first address to check

    return validate_email(email, check_deliverability=False).normalized


def name_error(name: str) -> str | None:
    """Say what is wrong with what a person wants to be called, if anything is."""
    if len(name) > MAX_NAME:
        return N_("Use at most 100 characters.")
    if not name.isprintable():
        return N_("Use visible characters only.")
    return None
