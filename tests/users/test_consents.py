"""What a person has allowed a client."""

from datetime import timedelta

import pytest

from idp.storage.consents import consents as consents_table
from idp.storage.consents import find_consent
from idp.storage.database import Database
from idp.storage.purge import purge_batch
from idp.storage.users import User
from idp.users import consents
from tests.conftest import Clock
from tests.parties.accounts import Recorded
from tests.users.conftest import Allow, IsLive


async def test_consent_grows(
    database: Database, alice: User, notes: str, recorded: Recorded
) -> None:
    """A later consent adds to an earlier one."""
    await database.run(consents.save, alice.user_id, notes, frozenset({"openid", "email"}))
    await database.run(consents.save, alice.user_id, notes, frozenset({"openid", "profile"}))

    consent = await database.run(find_consent, alice.user_id, notes)

    assert consent.scope == {"openid", "email", "profile"}
    assert await recorded() == ["user_added", "consent_granted", "consent_granted"]


@pytest.mark.parametrize("duration", consents.Duration)
async def test_a_consent_that_ended_is_purged(
    database: Database, alice: User, notes: str, duration: consents.Duration, clock: Clock
) -> None:
    """A day after its end; one without an end stays."""
    scope = frozenset({"openid"})
    await database.run(lambda: consents.save(alice.user_id, notes, scope, duration=duration))
    clock.move(timedelta(days=91, hours=1).total_seconds())

    await database.run(purge_batch, consents_table, timedelta(days=1))

    found = await database.run(find_consent, alice.user_id, notes)
    assert (found is not None) is (duration == consents.Duration.UNTIL_DISCONNECTED)


async def test_a_client_is_disconnected(
    database: Database,
    alice: User,
    notes: str,
    allow: Allow,
    is_live: IsLive,
    recorded: Recorded,
) -> None:
    """The consent is forgotten, and all that the client got by it ends, offline access included."""
    await database.run(consents.save, alice.user_id, notes, frozenset({"openid"}))
    grants = [await allow("openid", sid="somewhere"), await allow("openid", "offline_access")]

    await database.run(consents.disconnect, alice.user_id, notes)

    assert await database.run(find_consent, alice.user_id, notes) is None
    assert not any([await is_live(grant) for grant in grants])
    assert (await recorded())[-1] == "grant_revoked"


async def test_consent_and_grants_are_one_connection(
    database: Database, alice: User, notes: str, allow: Allow, clock: Clock
) -> None:
    """A client is listed once, with all that it may do, since it may do any of it."""
    await allow("openid", "email")
    allowed_by = clock.now()
    clock.move(300)
    await database.run(consents.save, alice.user_id, notes, frozenset({"openid", "profile"}))

    (connection,) = await database.run(consents.list_connections, alice.user_id)

    assert connection == consents.Connection(
        client_id=notes,
        scope=frozenset({"openid", "email", "profile"}),
        since=connection.since,
        used_at=connection.used_at,
    )
    assert connection.since < allowed_by < connection.used_at


@pytest.mark.parametrize("has", ["consent", "grant"])
async def test_either_is_a_connection(
    database: Database, alice: User, notes: str, allow: Allow, recorded: Recorded, has: str
) -> None:
    """A consent without grants can be taken back, and so can a grant that needed no consent."""
    if has == "consent":
        await database.run(consents.save, alice.user_id, notes, frozenset({"openid"}))
    else:
        await allow("openid")
    connected = await database.run(consents.list_connections, alice.user_id)

    await database.run(consents.disconnect, alice.user_id, notes)

    assert [each.client_id for each in connected] == [notes]
    assert await database.run(consents.list_connections, alice.user_id) == []
    assert (await recorded())[-1] == "grant_revoked"


async def test_disconnecting_is_recorded_once(
    database: Database, alice: User, notes: str, allow: Allow, recorded: Recorded
) -> None:
    """Disconnecting what is not connected, or not any more, is no event."""
    await allow("openid")

    for client_id in (notes, notes, "unknown"):
        await database.run(consents.disconnect, alice.user_id, client_id)

    assert (await recorded()).count("grant_revoked") == 1
