"""Where a person is signed in, and how that ends."""

import pytest

from idp import clock
from idp.config import LoginSessionsConfig
from idp.storage.database import Database
from idp.storage.login_sessions import LoginSession, list_login_sessions
from idp.storage.users import User, set_user_disabled
from idp.users import login_sessions
from idp.users.login_sessions import SignedIn
from tests.conftest import Clock
from tests.parties.accounts import Recorded
from tests.users.conftest import Allow, IsLive

CONFIG = LoginSessionsConfig(idle_lifetime=3600, absolute_lifetime=86_400)


async def start(database: Database, user: User) -> tuple[str, LoginSession]:
    secret, login_session = await database.run(login_sessions.start, user, ["pwd"], CONFIG)
    return secret.reveal(), login_session


async def find(database: Database, value: str | None) -> SignedIn | None:
    return await database.run(login_sessions.find, value, CONFIG)


async def test_who_signs_in_is_found(database: Database, alice: User) -> None:
    """The secret finds the login session and the user, with how and when they signed in."""
    value, login_session = await start(database, alice)

    found = await find(database, value)

    assert found == SignedIn(login_session, alice)
    assert login_session.amr == ["pwd"]


async def test_each_sign_in_has_new_ids(database: Database, alice: User) -> None:
    """No id is used twice, the secret is long, and the public one says nothing about it."""
    one, first = await start(database, alice)
    other, second = await start(database, alice)

    assert one != other
    assert first.sid != second.sid
    assert len(one) >= 43
    assert first.sid not in one
    assert one.encode() not in first.id_digest


@pytest.mark.parametrize("value", [None, "", "unknown", "\ud800", "nul\0", "x" * 10_000])
async def test_what_is_no_secret_finds_nobody(
    database: Database, alice: User, value: str | None
) -> None:
    """A cookie that is missing or invented is as good as none."""
    await start(database, alice)

    assert await find(database, value) is None


async def test_the_public_names_find_nobody(database: Database, alice: User) -> None:
    """Neither the sid, nor the user's id, nor a part of the secret opens a login session."""
    value, login_session = await start(database, alice)

    assert await find(database, login_session.sid) is None
    assert await find(database, alice.user_id) is None
    assert await find(database, value[:-1]) is None


@pytest.mark.parametrize(("idle", "is_found"), [(3599, True), (3600, False)])
async def test_an_unused_login_session_ends(
    database: Database,
    alice: User,
    clock: Clock,
    idle: int,
    is_found: bool,
) -> None:
    """A login session ends when nobody has used it for its idle lifetime."""
    value, _ = await start(database, alice)

    clock.move(idle)

    assert (await find(database, value) is not None) == is_found


async def test_a_used_login_session_ends_at_last(
    database: Database, alice: User, clock: Clock
) -> None:
    """Use keeps a login session alive up to its absolute lifetime, and not a second longer."""
    value, _ = await start(database, alice)

    for _ in range(47):
        clock.move(1800)
        assert await find(database, value)
    clock.move(1799)
    assert await find(database, value)
    clock.move(1)

    assert await find(database, value) is None


@pytest.mark.parametrize(("seconds", "is_touched"), [(299, False), (300, True)])
async def test_use_is_noted_now_and_then(
    database: Database,
    alice: User,
    clock: Clock,
    seconds: int,
    is_touched: bool,
) -> None:
    """Not each request is a write: use is noted when the last note is five minutes old."""
    value, _ = await start(database, alice)
    clock.move(seconds)
    moved_at = clock.now()

    await find(database, value)

    (login_session,) = await database.run(list_login_sessions, alice.user_id)
    assert (login_session.last_seen_at > moved_at) == is_touched


async def test_a_short_idle_lifetime_is_kept_alive_by_use(
    database: Database, alice: User, clock: Clock
) -> None:
    """Use is noted more often where five minutes would be too late."""
    config = LoginSessionsConfig(idle_lifetime=60)
    secret, _ = await database.run(login_sessions.start, alice, ["pwd"], config)

    for _ in range(5):
        clock.move(45)
        assert await database.run(login_sessions.find, secret.reveal(), config)


async def test_a_disabled_user_is_not_signed_in(database: Database, alice: User) -> None:
    """A login session that was started while its user was being disabled is no good."""
    value, _ = await start(database, alice)

    await database.run(set_user_disabled, alice.user_id, clock.now())

    assert await find(database, value) is None


async def test_signing_out_ends_what_lasts_as_long(
    database: Database, alice: User, allow: Allow, is_live: IsLive
) -> None:
    """The login session and its grants end, except those with offline access."""
    value, login_session = await start(database, alice)
    online = await allow("openid", sid=login_session.sid)
    offline = await allow("openid", "offline_access", sid=login_session.sid)
    elsewhere = await allow("openid", sid="another")

    await database.run(login_sessions.end, login_session)

    assert await find(database, value) is None
    assert [await is_live(each) for each in (online, offline, elsewhere)] == [False, True, True]


async def test_signing_out_is_recorded_once(
    database: Database, alice: User, recorded: Recorded
) -> None:
    """Signing out twice is signing out once."""
    _, login_session = await start(database, alice)

    await database.run(login_sessions.end, login_session)
    await database.run(login_sessions.end, login_session)

    assert (await recorded()).count("logged_out") == 1


async def test_signing_out_another_browser(
    database: Database, alice: User, recorded: Recorded
) -> None:
    """The one that is named is signed out, and the one in use never is."""
    mine, current = await start(database, alice)
    theirs, another = await start(database, alice)
    third, _ = await start(database, alice)

    for sid in (current.sid, another.sid, another.sid, "unknown"):
        await database.run(login_sessions.end_another, current, sid)

    found = [await find(database, each) is not None for each in (mine, theirs, third)]
    assert found == [True, False, True]
    assert (await recorded()).count("logged_out") == 1


async def test_signing_out_everywhere(database: Database, alice: User) -> None:
    """All browsers are signed out, be they ever so many, or all but the one in use."""
    value, current = await start(database, alice)
    for _ in range(105):
        await start(database, alice)

    await database.run(lambda: login_sessions.end_all(alice.user_id, except_sid=current.sid))
    assert [each.sid for each in await database.run(list_login_sessions, alice.user_id)] == [
        current.sid
    ]

    await database.run(login_sessions.end_all, alice.user_id)
    assert await find(database, value) is None
