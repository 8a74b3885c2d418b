"""What a person may say of themselves: standard claims, and in which words they are refused.

OpenID Connect Core 1.0 §5.1.
"""

import unicodedata
from collections.abc import Collection, Mapping

from idp import audit
from idp.audit import EventName
from idp.storage.users import User, hold_user, set_user_profile
from idp.users.claims import CLAIMS, WrongClaim
from idp.users.names import ValidationFailed, check_name
from idp.users.time_zones import is_time_zone
from idp.words import N_

LINE = N_("Use one line of visible characters, at most 255.")
WEB_ADDRESS = N_("Enter a web address that begins with https://, such as https://example.com.")
REFUSALS = {
    "profile": WEB_ADDRESS,
    "website": WEB_ADDRESS,
    "birthdate": N_("Enter a day as 1990-12-31, or only the year."),
    "zoneinfo": N_("Choose a time zone from the list, such as Europe/Paris."),
    "locale": N_("Choose a language from the list."),
    "phone_number": N_("Enter the number with its country, such as +1 604 555 1234."),
}


def change_profile(user: User, typed: Mapping[str, str], editable: Collection[str]) -> None:
    """Say of a person what they typed; what is empty is said no more.

    Of what was typed only what is editable counts, and what was not sent stays. Raises
    ValidationFailed with a sentence for each wrong field.
    """
    given = {name: _tidy(typed[name]) for name in editable if name in typed}
    values = _read(given)
    current = hold_user(user.user_id) or user
    name = values.pop("name", current.name)
    claims = {**(current.claims or {}), **values}
    if "phone_number" in values and values["phone_number"] != _claim(current, "phone_number"):
        claims["phone_number_verified"] = None  # that was said of another number
    claims = {key: value for key, value in claims.items() if value is not None}
    changed = _changed(current, name, claims)
    if changed:
        set_user_profile(user.user_id, name, claims)
        audit.record(EventName.CLAIMS_CHANGED, user_id=user.user_id, claims=" ".join(changed))


def _tidy(value: str) -> str:
    return unicodedata.normalize("NFC", value.strip())


def _read(given: Mapping[str, str]) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    errors: dict[str, str] = {}
    for name, value in given.items():
        values[name] = value or None
        error = _error(name, value) if value else None
        if error is not None:
            errors[name] = error
    if errors:
        raise ValidationFailed(errors)
    return values


def _error(name: str, value: str) -> str | None:
    try:
        check_name(value) if name == "name" else CLAIMS[name](value)
    except ValidationFailed as refused:
        return refused.errors["name"]
    except WrongClaim:
        return REFUSALS.get(name, LINE)
    is_unknown = name == "zoneinfo" and not is_time_zone(value)
    return REFUSALS[name] if is_unknown else None


def _changed(current: User, name: str | None, claims: Mapping[str, object]) -> list[str]:
    before = {**(current.claims or {}), "name": current.name}
    after = {**claims, "name": name}
    names = sorted(before.keys() | after.keys())
    return [each for each in names if before.get(each) != after.get(each)]


def _claim(user: User, name: str) -> object:
    return (user.claims or {}).get(name)
