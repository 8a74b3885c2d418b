"""Grants of a client taken together, and revoking exactly those that are meant."""

from collections.abc import Callable

import pytest

from idp import clock as idp_clock
from idp.storage.grants import (
    find_grant,
    list_client_grants,
    revoke_grants_of_client,
    revoke_grants_of_session,
)
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import AddClient, AddUser, Clock, Tokens
from tests.parties.browser import Browser
from tests.parties.relying_party import RelyingParty, unverified_claims


@pytest.mark.parametrize(
    ("scope", "is_live"),
    [
        ("openid profile", False),
        ("openid offline_access", True),
        ("offline_access", True),
    ],
)
async def test_end_of_a_session_ends_its_grants_without_offline_access(
    rp: RelyingParty, alice: User, tokens: Tokens, provider: Provider, scope: str, is_live: bool
) -> None:
    """A grant with offline_access outlives its login session, any other does not."""
    issued = await tokens(rp, scope=scope)
    grant_id = unverified_claims(issued["access_token"])["gid"]
    grant = await provider.database.run(find_grant, grant_id)
    assert grant is not None

    await provider.database.run(revoke_grants_of_session, grant.user_id, grant.sid)

    grant = await provider.database.run(find_grant, grant_id)
    assert grant is not None
    assert grant.is_live is is_live


async def test_live_grants_of_a_client_are_taken_together(
    rp: RelyingParty, alice: User, tokens: Tokens, provider: Provider
) -> None:
    """However many a client has, it is listed once: all that it may do, since the first."""
    before = idp_clock.now()
    for scope in ("openid email", "openid profile", "openid email"):
        await tokens(rp, scope=scope)

    (listed,) = await provider.database.run(list_client_grants, alice.user_id)

    assert listed.client_id == rp.client_id
    assert listed.scope == {"openid", "email", "profile"}
    assert before <= listed.since <= idp_clock.now()


async def test_only_live_grants_of_the_person_are_listed(
    rp: RelyingParty,
    add_client: AddClient,
    alice: User,
    add_user: AddUser,
    new_browser: Callable[[], Browser],
    tokens: Tokens,
    provider: Provider,
    clock: Clock,
) -> None:
    """Neither what has expired, nor what was revoked, nor what somebody else allowed; newest first.

    A client of which one grant has expired and one has not is listed with the latter.
    """
    bob, other, gone = await add_user("bob"), await add_client(), await add_client()
    await tokens(rp, scope="openid email")
    await tokens(gone, scope="openid offline_access")
    await tokens(rp, scope="openid offline_access")
    clock.move(2 * 3600)
    await tokens(other, scope="openid")
    await tokens(gone, username="bob", browser=new_browser())
    await provider.database.run(revoke_grants_of_client, alice.user_id, gone.client_id)

    hers = await provider.database.run(list_client_grants, alice.user_id)
    his = await provider.database.run(list_client_grants, bob.user_id)

    assert [(each.client_id, each.scope) for each in hers] == [
        (other.client_id, {"openid"}),
        (rp.client_id, {"openid", "offline_access"}),
    ]
    assert [each.client_id for each in his] == [gone.client_id]
