"""Requests that nobody waits for any more: the server stops, or the browser has gone."""

import asyncio

import pytest
from sqlalchemy import text

from idp.storage.database import db
from idp.web.provider import Provider

SLEEP = text("SELECT pg_sleep(60)")
SLEEPERS = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")


@pytest.mark.only_on("postgresql")
async def test_who_is_cancelled_while_the_database_works_hears_of_nothing_else(
    provider: Provider,
) -> None:
    """Any other exception would be taken for a failure, and a server that stops would go on."""
    database = provider.database
    asked = asyncio.create_task(database.run(lambda: db().scalar(SLEEP)))
    while not await database.run(lambda: db().scalar(SLEEPERS)):
        pass  # it has not begun yet

    asked.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asked
    assert await database.run(lambda: db().scalar(SLEEPERS)) == 0
