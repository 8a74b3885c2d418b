"""The time, in UTC: the one thing that tests may move."""

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def in_seconds(seconds: int) -> datetime:
    """Tell what the time will be."""
    return now() + timedelta(seconds=seconds)


def timestamp(moment: datetime) -> int:
    """Turn a moment into the NumericDate of a JWT (RFC 7519 §2)."""
    return int(moment.timestamp())


def from_timestamp(numeric_date: int) -> datetime:
    """Turn the NumericDate of a JWT into a moment.

    Raises OverflowError, OSError or ValueError if it is beyond the calendar.
    """
    return datetime.fromtimestamp(numeric_date, UTC)
