"""What is held stays locked until the transaction ends, though nothing was changed yet."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from idp.storage.database import Database, db
from idp.storage.login_sessions import hold_login_sessions
from idp.storage.users import hold_admins, hold_user
from tests.conftest import Configure

LOCKS = text("SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'RowShareLock'")


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize(
    "hold",
    [lambda: hold_login_sessions("u1"), lambda: hold_user("u1"), hold_admins],
    ids=["login sessions", "user", "administrators"],
)
async def test_a_lock_outlasts_its_statement(
    configure: Configure, hold: Callable[[], object]
) -> None:
    """Whoever waits for it goes on when all is done, and not between two statements."""
    database = Database(configure().database)

    def look() -> int:
        hold()
        found: int = db().scalar(LOCKS)
        return found

    assert await database.run(look) > 0
    await database.dispose()
