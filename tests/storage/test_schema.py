"""Column types: what goes in comes out the same."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite

from idp.storage.schema import Moment, Words

DIALECT = sqlite.dialect()
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=type)
def test_naive_moment_is_refused(dialect: Dialect) -> None:
    """A datetime without a zone could mean anything, so it is not stored."""
    with pytest.raises(ValueError, match="naive"):
        Moment().bind_processor(dialect)(NOON.replace(tzinfo=None))


def test_moment_is_stored_in_utc() -> None:
    """A datetime of another zone is stored as the same moment in UTC, always of one length."""
    elsewhere = NOON.astimezone(timezone(timedelta(hours=9)))

    assert Moment().bind_processor(DIALECT)(elsewhere) == "2026-01-02 12:00:00.000000"
    assert Moment().bind_processor(postgresql.dialect())(elsewhere) == NOON


@pytest.mark.parametrize("moment", [NOON, NOON + timedelta(microseconds=1), None])
def test_moment_comes_back_as_it_was(moment: datetime | None) -> None:
    """SQLite forgets the zone; what is read has it again."""
    read = Moment().result_processor(DIALECT, None)
    assert read is not None

    assert read(Moment().bind_processor(DIALECT)(moment)) == moment


def test_words_have_no_order() -> None:
    """A scope is stored sorted and read as a set, and an empty one stays empty."""
    assert Words().process_bind_param(frozenset({"openid", "email"}), DIALECT) == "email openid"
    assert Words().process_result_value("email openid", DIALECT) == {"openid", "email"}
    assert Words().process_result_value("", DIALECT) == frozenset()
