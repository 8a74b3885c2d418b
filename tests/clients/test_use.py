"""When clients that registered themselves were used, and what becomes of those that are not."""

import httpx2
import pytest
from sqlalchemy import select

from idp.clients.registration import find_client
from idp.clients.use import PURGED_AT_ONCE
from idp.config import Config
from idp.storage.audit_events import audit_events
from idp.storage.clients import list_client_rows
from idp.storage.database import db
from idp.storage.users import User
from idp.upkeep import purge
from idp.web.provider import Provider
from tests.conftest import AddClient, Clock, Configure, Tokens
from tests.parties.self_registered import register_itself

HOUR = 3600
DAY = 24 * HOUR


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let everybody register, and go after a week."""
    return configure(
        client_registration={
            "mode": "open",
            "unused_lifetime": 7 * DAY,
            "per_address": 1000,
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            "scopes": ["notes.read"],
        }
    )


async def is_there(provider: Provider, client_id: str) -> bool:
    """Purge, and look."""
    await purge(provider.database, provider.config)
    return await provider.database.run(find_client, client_id) is not None


async def test_a_client_that_nobody_uses_goes(
    http: httpx2.AsyncClient, provider: Provider, clock: Clock
) -> None:
    """Not before its time; and the audit log says why."""
    client = await register_itself(http)

    clock.move(7 * DAY - 60)
    assert await is_there(provider, client.client_id)
    clock.move(120)
    assert not await is_there(provider, client.client_id)

    removed = select(audit_events.c.client_id, audit_events.c.detail).where(
        audit_events.c.name == "client_removed"
    )
    rows = await provider.database.run(lambda: db().execute(removed).all())
    assert [tuple(row) for row in rows] == [(client.client_id, {"reason": "unused"})]


async def test_a_client_that_signs_people_in_stays(
    http: httpx2.AsyncClient, provider: Provider, alice: User, tokens: Tokens, clock: Clock
) -> None:
    """A code and a refresh are uses."""
    rp = (await register_itself(http)).relying_party
    clock.move(5 * DAY)
    issued = await tokens(rp, scope="openid offline_access")
    clock.move(5 * DAY)
    await rp.refresh(issued["refresh_token"])
    clock.move(5 * DAY)

    assert await is_there(provider, rp.client_id)


async def test_a_machine_that_gets_tokens_stays(
    http: httpx2.AsyncClient, provider: Provider, clock: Clock
) -> None:
    """No person is needed for a use, and a refused request is none."""
    machine = {"grant_types": ["client_credentials"], "redirect_uris": None, "scope": "notes.read"}
    busy = (await register_itself(http, **machine)).relying_party
    idle = (await register_itself(http, **machine)).relying_party
    clock.move(5 * DAY)
    assert (await busy.token(grant_type="client_credentials")).status_code == 200
    assert (await idle.token(grant_type="client_credentials", scope="openid")).status_code == 400
    clock.move(5 * DAY)

    assert await is_there(provider, busy.client_id)
    assert not await is_there(provider, idle.client_id)


async def test_a_client_that_is_managed_stays(
    http: httpx2.AsyncClient, provider: Provider, clock: Clock
) -> None:
    """Somebody looks after it."""
    client = await register_itself(http)
    clock.move(5 * DAY)
    await client.manage("GET")
    clock.move(5 * DAY)

    assert await is_there(provider, client.client_id)


async def test_a_use_is_noted_once_a_day(
    http: httpx2.AsyncClient, provider: Provider, clock: Clock
) -> None:
    """More would cost every request a statement."""
    client = await register_itself(http)
    noted = []
    for hours in (1, 24, 1):
        clock.move(hours * HOUR)
        await client.manage("GET")
        (row,) = await provider.database.run(list_client_rows)
        noted.append(row.used_at)

    assert noted[0] == row.created_at
    assert noted[0] < noted[1] == noted[2]


async def test_a_client_of_an_operator_stays(
    provider: Provider, add_client: AddClient, clock: Clock
) -> None:
    """Nobody need use it."""
    rp = await add_client()
    clock.move(3650 * DAY)

    assert await is_there(provider, rp.client_id)


async def test_more_than_a_batch_goes(
    http: httpx2.AsyncClient, provider: Provider, clock: Clock
) -> None:
    """However many there are."""
    for _ in range(PURGED_AT_ONCE + 1):
        await register_itself(http)
    clock.move(8 * DAY)

    await purge(provider.database, provider.config)

    assert await provider.database.run(list_client_rows) == []
