"""When something happened, in words, on the clock of the person who reads it."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from idp.storage.users import User


def in_words(moment: datetime, user: User) -> str:
    """Say when something happened."""
    local = moment.astimezone(zone_of(user))
    return f"{on_day(moment, user)}, {local:%H:%M %Z}"


def on_day(moment: datetime, user: User) -> str:
    """Say on which day something happened."""
    local = moment.astimezone(zone_of(user))
    return f"{local.day} {local:%B %Y}"


def zone_of(user: User) -> tzinfo:
    """Find the time zone that a person has named; UTC if there is none of this name."""
    name = (user.claims or {}).get("zoneinfo")
    try:
        return ZoneInfo(name) if name else UTC
    except (OSError, ValueError, LookupError):  # ZoneInfoNotFoundError is a LookupError
        return UTC
