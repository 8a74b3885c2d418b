"""A database as it is after a year: many people with login sessions, grants and refresh tokens."""

import asyncio
import random
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, create_engine, insert, text
from sqlalchemy.ext.asyncio import create_async_engine

from bench.people import APPS, SCOPE, People
from idp import clock
from idp.config import DatabaseConfig
from idp.secret import identifier
from idp.storage.grants import grants
from idp.storage.login_sessions import login_sessions
from idp.storage.refresh_tokens import refresh_tokens
from idp.storage.users import users

SESSIONS_OF_A_USER = 10
BATCH = 20_000  # rows of a table in one transaction
LIFETIME = timedelta(days=30)
# SQLite would otherwise write each page of an index many times over.
LARGE_CACHE = "PRAGMA cache_size = -1000000"  # KiB
# PostgreSQL would otherwise do this by itself, while something is measured.
SETTLE = ("VACUUM ANALYZE", "CHECKPOINT")

Row = dict[str, Any]


def fill(config: DatabaseConfig, people: People, rows: int) -> None:
    """Add so many login sessions, each with a grant and its refresh token."""
    if config.url.startswith("sqlite:"):
        _fill_sqlite(config.url, people, rows)
    else:
        asyncio.run(_fill_postgresql(config.async_url, people, rows))


def _fill_sqlite(url: str, people: People, rows: int) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text(LARGE_CACHE))
        connection.commit()
        _insert(connection, people, rows)
    engine.dispose()


async def _fill_postgresql(url: str, people: People, rows: int) -> None:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.run_sync(_insert, people, rows)
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in SETTLE:
            await connection.execute(text(statement))
    await engine.dispose()


def _insert(connection: Connection, people: People, rows: int) -> None:
    for batch in _batches(people, rows):
        for table, records in batch.items():
            connection.execute(insert(table), records)
        connection.commit()


def _batches(people: People, rows: int) -> Iterator[dict[Table, list[Row]]]:
    for start in range(0, rows, BATCH):
        count = min(BATCH, rows - start)
        owners = [_user() for _ in range(0, count, SESSIONS_OF_A_USER)]
        sessions = [_login_session(owners[n // SESSIONS_OF_A_USER]) for n in range(count)]
        allowed = [_grant(people, number, session) for number, session in enumerate(sessions)]
        yield {
            users: owners,
            login_sessions: sessions,
            grants: allowed,
            refresh_tokens: [_refresh_token(grant) for grant in allowed],
        }


def _user() -> Row:
    name, now = identifier().lower(), clock.now()
    return {
        "user_id": identifier(),
        "username": name,
        "username_key": name,
        "email": f"{name}@example.com",
        "email_key": f"{name}@example.com",
        "email_verified": True,
        "name": "Somebody",
        "is_admin": False,
        "created_at": now,
        "updated_at": now,
    }


def _login_session(user: Row) -> Row:
    now = clock.now()
    return {
        "id_digest": secrets.token_bytes(32),
        "sid": identifier(),
        "user_id": user["user_id"],
        "amr": ["pwd"],
        "auth_time": now,
        "last_seen_at": now,
        "expires_at": _sometime(now),
    }


def _grant(people: People, number: int, session: Row) -> Row:
    now = clock.now()
    return {
        "grant_id": identifier(),
        "client_id": people.clients[APPS[number % len(APPS)]].client_id,
        "user_id": session["user_id"],
        "sid": session["sid"],
        "scope": SCOPE,
        "auth_time": now,
        "amr": ["pwd"],
        "created_at": now,
        "expires_at": _sometime(now),
    }


def _refresh_token(grant: Row) -> Row:
    return {
        "token_digest": secrets.token_bytes(32),
        "grant_id": grant["grant_id"],
        "client_id": grant["client_id"],
        "issued_at": grant["created_at"],
        "expires_at": _sometime(grant["created_at"]),
    }


def _sometime(now: datetime) -> datetime:
    """Choose an end that is not near, so that nothing is purged meanwhile."""
    return now + LIFETIME * random.uniform(0.1, 1)  # noqa: S311  # not a secret
