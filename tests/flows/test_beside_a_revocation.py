"""What is granted beside a revocation is either seen by it or not granted at all."""

from collections.abc import Callable

import anyio
import pytest
from sqlalchemy.util import await_

from idp.clients.registration import find_client
from idp.secret import digest
from idp.storage.grants import Grant, add_grant, find_grant
from idp.storage.users import User
from idp.tokens.grant import new_grant
from idp.users import login_sessions
from idp.users.accounts import disable_account
from idp.users.consents import disconnect
from idp.web.provider import Provider
from tests.conftest import SignIn
from tests.parties.browser import Browser
from tests.parties.relying_party import RelyingParty

Revoke = Callable[[User, str], object]

REVOCATIONS: dict[str, Revoke] = {
    "logout": lambda user, client_id: login_sessions.end_all(user.user_id),
    "account disabled": lambda user, client_id: disable_account(user.user_id),
    "disconnected": lambda user, client_id: disconnect(user.user_id, client_id),
}


@pytest.mark.parametrize("revoke", REVOCATIONS.values(), ids=REVOCATIONS)
async def test_a_grant_in_the_making_is_waited_for(
    revoke: Revoke,
    rp: RelyingParty,
    alice: User,
    walk: SignIn,
    browser: Browser,
    provider: Provider,
) -> None:
    """A revocation that comes while something is being granted ends that, too."""
    await walk(rp)
    session_id = browser.cookies["__Host-idp-session"]
    held, revoking = anyio.Event(), anyio.Event()
    order: list[str] = []

    def grant() -> str:
        signed_in = login_sessions.hold(session_id, provider.config.login_sessions)
        assert signed_in is not None
        held.set()
        if not provider.config.database.is_sqlite:  # there, nobody else writes meanwhile
            await_(revoking.wait())
        order.append("granted")
        return add(signed_in)

    def add(signed_in: login_sessions.SignedIn) -> str:
        client = find_client(rp.client_id)
        assert client is not None
        granted = new_grant(
            provider.config.tokens,
            client,
            signed_in.user,
            frozenset({"openid"}),
            auth_time=signed_in.login_session.auth_time,
            amr=["pwd"],
            sid=signed_in.login_session.sid,
        )
        add_grant(granted)
        return granted.grant_id

    async def revoke_meanwhile() -> None:
        await held.wait()
        revoking.set()
        await provider.database.run(revoke, alice, rp.client_id)
        order.append("revoked")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(revoke_meanwhile)
        grant_id = await provider.database.run(grant)

    found: Grant | None = await provider.database.run(find_grant, grant_id)
    assert order == ["granted", "revoked"]
    assert found is not None
    assert found.revoked_at is not None


async def test_a_session_that_has_ended_is_not_renewed(
    alice: User, rp: RelyingParty, walk: SignIn, browser: Browser, provider: Provider
) -> None:
    """Who signs in again beside a logout begins a new session; the old one stays over."""
    await walk(rp)
    session_id = browser.cookies["__Host-idp-session"]
    config = provider.config.login_sessions
    old = await provider.database.run(login_sessions.find, session_id, config)
    assert old is not None
    await provider.database.run(login_sessions.end, old.login_session)

    secret, renewed = await provider.database.run(
        login_sessions.renew, old.login_session, ["pwd"], config
    )

    assert renewed.sid != old.login_session.sid
    assert await provider.database.run(login_sessions.find, secret.reveal(), config) is not None
    assert await provider.database.run(login_sessions.find, session_id, config) is None
    assert digest(session_id) != renewed.id_digest
