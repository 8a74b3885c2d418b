"""Time zones, by the names that the IANA gives them (OIDC Core §5.1, zoneinfo)."""

from functools import cache
from zoneinfo import available_timezones


@cache
def list_time_zones() -> tuple[str, ...]:
    """List those that are named after places, which is what people know them by."""
    places = (name for name in available_timezones() if "/" in name)
    return tuple(sorted(name for name in places if not name.startswith(("Etc/", "SystemV/"))))


def is_time_zone(name: str) -> bool:
    """Tell whether there is a time zone of this name, or that cannot be known."""
    known = available_timezones()  # none where the system has no list of them
    return not known or name in known
