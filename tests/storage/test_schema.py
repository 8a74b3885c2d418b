"""Column types: what goes in comes out the same."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import sqlite

from idp.storage.schema import Moment, Words

DIALECT = sqlite.dialect()
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_naive_moment_is_refused() -> None:
    """A datetime without a zone could mean anything, so it is not stored."""
    with pytest.raises(ValueError, match="naive"):
        Moment().process_bind_param(NOON.replace(tzinfo=None), DIALECT)


def test_moment_is_stored_in_utc() -> None:
    """A datetime of another zone is stored as the same moment in UTC."""
    elsewhere = NOON.astimezone(timezone(timedelta(hours=9)))

    stored = Moment().process_bind_param(elsewhere, DIALECT)

    assert stored == NOON
    assert stored.tzinfo is UTC


def test_moment_is_aware_again_when_read() -> None:
    """SQLite forgets the zone; what is read has it again."""
    assert Moment().process_result_value(NOON.replace(tzinfo=None), DIALECT) == NOON


def test_words_have_no_order() -> None:
    """A scope is stored sorted and read as a set, and an empty one stays empty."""
    assert Words().process_bind_param(frozenset({"openid", "email"}), DIALECT) == "email openid"
    assert Words().process_result_value("email openid", DIALECT) == {"openid", "email"}
    assert Words().process_result_value("", DIALECT) == frozenset()
