"""What a server does besides answering."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import anyio
import pytest
from anyio.lowlevel import checkpoint
from sqlalchemy import Table, func, insert, select

from idp import clock as idp_clock
from idp import upkeep
from idp.authenticators import sign_ins
from idp.authenticators.proof import Method
from idp.clients import initial_access_token
from idp.clients.registration import find_client
from idp.outbox.queue import Kind, put
from idp.secret import Secret
from idp.signing.rotation import describe_keys, rotate_immediately
from idp.storage.audit_events import audit_events
from idp.storage.consents import list_consents
from idp.storage.database import db
from idp.storage.purge import BATCH, PURGED
from idp.storage.schema import metadata
from idp.storage.used_jtis import used_jtis
from idp.storage.users import User, find_user, find_user_by_key
from idp.upkeep import Round, prepare, purge, reload_keys, rotate_keys
from idp.users.mail_proofs import Purpose
from idp.users.mail_proofs import begin as begin_proof
from idp.users.setup import make_setup_token
from idp.web.provider import Provider
from tests.conftest import AddClient, Clock, Configure, Logged, Tokens
from tests.parties.browser import Browser, Page
from tests.parties.devices import leave_polled_request
from tests.parties.pushing import push
from tests.parties.relying_party import RelyingParty, unverified_header

DAY = 86_400


def count(tables: Sequence[Table]) -> dict[str, int]:
    """Count the rows of tables."""
    return {
        table.name: db().scalar(select(func.count()).select_from(table)) or 0 for table in tables
    }


async def fill(
    browser: Browser, rp: RelyingParty, opaque: RelyingParty, tokens: Tokens, provider: Provider
) -> dict[str, str]:
    """Leave a row in every table; give tokens."""
    await tokens(opaque, scope="openid offline_access")
    first = await tokens(rp, scope="openid offline_access")
    second: dict[str, str] = (await rp.refresh(first["refresh_token"])).json()
    await rp.revoke(first["access_token"])
    waiting = await browser.open(rp.authorization_url(prompt="login"))
    assert isinstance(waiting, Page)
    await browser.sign_in(waiting, "nobody", "wrong")
    await push(rp)
    await provider.database.run(leave_polled_request, rp.client_id)
    await provider.database.run(make_setup_token)
    await provider.database.run(lambda: initial_access_token.make(uses=1, lifetime=7 * DAY))
    await provider.database.run(add_jtis, 1)
    await provider.database.run(partial(begin_proof, Purpose.RECOVER, key="nobody", email=None))
    await provider.database.run(begin_sign_in)
    await provider.database.run(put, Kind.BACKCHANNEL_LOGOUT, "nobody", {})
    return second


def begin_sign_in() -> None:
    """Leave Alice before her second step."""
    alice = find_user_by_key("alice")
    assert alice is not None
    sign_ins.begin(alice, frozenset({Method.PASSWORD}), Secret("browser"))


def add_jtis(number: int) -> None:
    """Add used assertions that are good for five minutes."""
    expires_at = idp_clock.in_seconds(300)
    rows = [{"jti_digest": n.to_bytes(32, "big"), "expires_at": expires_at} for n in range(number)]
    db().execute(insert(used_jtis), rows)


@pytest.fixture
async def opaque(add_client: AddClient) -> RelyingParty:
    """Add a client whose access tokens are opaque."""
    return await add_client(access_token_format="opaque")


async def test_nothing_is_purged_before_its_time(
    browser: Browser,
    rp: RelyingParty,
    opaque: RelyingParty,
    alice: User,
    tokens: Tokens,
    provider: Provider,
) -> None:
    """A purge among living rows removes none of them."""
    await fill(browser, rp, opaque, tokens, provider)
    before = await provider.database.run(count, metadata.sorted_tables)
    for table, _ in PURGED:
        assert before[table.name], table.name

    removed = await purge(provider.database, provider.config)

    assert removed == 0
    assert await provider.database.run(count, metadata.sorted_tables) == before


async def test_what_can_still_be_used_outlives_a_purge(
    browser: Browser,
    rp: RelyingParty,
    opaque: RelyingParty,
    alice: User,
    tokens: Tokens,
    provider: Provider,
    clock: Clock,
) -> None:
    """A day later the short-lived is gone, and sessions, grants and refresh tokens go on."""
    living = await fill(browser, rp, opaque, tokens, provider)
    clock.move(DAY - 60)

    await purge(provider.database, provider.config)

    rows = await provider.database.run(count, [table for table, _ in PURGED])
    gone = {name for name, number in rows.items() if not number}
    assert gone == {
        "authorization_codes", "access_tokens", "revoked_jtis", "used_jtis", "attempts", "sign_ins",
        "interactions", "pushed_requests", "polled_requests", "mail_proofs",
    }  # fmt: skip
    assert (await rp.refresh(living["refresh_token"])).status_code == 200
    account = await browser.open("/account")
    assert isinstance(account, Page)
    assert "account-page" in account


async def test_in_the_end_only_what_never_expires_is_left(
    browser: Browser,
    rp: RelyingParty,
    opaque: RelyingParty,
    alice: User,
    tokens: Tokens,
    provider: Provider,
    clock: Clock,
) -> None:
    """Years later nothing is left but people, clients and consents."""
    await fill(browser, rp, opaque, tokens, provider)
    clock.move(3650 * DAY)

    await purge(provider.database, provider.config)

    rows = await provider.database.run(count, [table for table, _ in PURGED])
    assert rows.pop("consents") == 2
    assert not any(rows.values())
    assert await provider.database.run(find_user, alice.user_id)
    assert await provider.database.run(find_client, rp.client_id)
    assert len(await provider.database.run(list_consents, alice.user_id)) == 2


async def test_what_happened_is_remembered_as_long_as_is_set(
    alice: User, provider: Provider, configure: Configure, clock: Clock
) -> None:
    """An event outlives purges for audit.retention and not longer."""
    config = configure(audit={"retention": 100 * DAY})
    counts = []
    for seconds in (100 * DAY - 60, 120):
        clock.move(seconds)
        await purge(provider.database, config)
        counts.append(await provider.database.run(count, [audit_events]))

    assert counts == [{"audit_events": 1}, {"audit_events": 0}]


async def test_a_code_is_remembered_longer_than_it_is_good(
    rp: RelyingParty, alice: User, tokens: Tokens, provider: Provider, clock: Clock
) -> None:
    """A purge does not hide that a code was used twice."""
    arrival_tokens = await tokens(rp, scope="openid offline_access")
    clock.move(1800)

    await purge(provider.database, provider.config)

    rows = await provider.database.run(count, [table for table, _ in PURGED])
    assert rows["authorization_codes"] == 1
    assert (await rp.refresh(arrival_tokens["refresh_token"])).status_code == 200


async def test_more_than_a_batch_is_purged(provider: Provider, clock: Clock) -> None:
    """However much has expired, one purge removes it all."""
    await provider.database.run(add_jtis, 2 * BATCH + 1)
    clock.move(301)

    removed = await purge(provider.database, provider.config)

    assert removed == 2 * BATCH + 1


async def test_keys_that_another_process_has_rotated_are_taken_up(
    provider: Provider, clock: Clock
) -> None:
    """The set that is in use is replaced when it has changed, and only then."""
    used = provider.signer.key_set
    await reload_keys(provider)
    assert provider.signer.key_set is used

    await provider.database.run(rotate_immediately, provider.config)
    await reload_keys(provider)

    assert provider.signer.key_set is not used
    active = {
        row.kid for row in await provider.database.run(describe_keys) if row.state == "active"
    }
    token = provider.signer.key_set.sign({}, typ="JWT", algorithm="RS256")
    assert unverified_header(token)["kid"] in active


async def test_a_server_that_is_ready_stays_as_it_is(provider: Provider) -> None:
    """To get ready once more, as each worker does, reads no key again."""
    await prepare(provider)
    key_set = provider.signer.key_set

    await prepare(provider)

    assert provider.signer.key_set is key_set


async def test_upkeep_survives_what_goes_wrong(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    """A round that fails is logged, and the next one comes."""
    monkeypatch.setattr(upkeep, "AFTER_A_FAILURE", 0.001)
    watch = Round(0.001, partial(reload_keys, provider))
    await provider.database.run(rotate_immediately, provider.config)
    used = provider.signer.key_set

    async with anyio.create_task_group() as tasks:
        with without_files(provider), anyio.fail_after(10):
            tasks.start_soon(watch.go_on)
            while not any(line["event"] == "upkeep_failed" for line in logged()):
                await checkpoint()
        with anyio.fail_after(10):
            while provider.signer.key_set is used:
                await checkpoint()
        tasks.cancel_scope.cancel()

    assert provider.signer.key_set is not used


async def test_what_waits_can_be_woken(provider: Provider) -> None:
    """A server that is told to look at the keys does so at once, however long it wanted to wait."""
    watch = Round(DAY, partial(reload_keys, provider))
    await provider.database.run(rotate_immediately, provider.config)
    used = provider.signer.key_set

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch.go_on)
        watch.wake()
        with anyio.fail_after(10):
            while provider.signer.key_set is used:
                await checkpoint()
        tasks.cancel_scope.cancel()

    assert provider.signer.key_set is not used


async def test_keys_are_rotated_when_it_is_time(provider: Provider, clock: Clock) -> None:
    """After keys.rotation_interval the next keys sign, and before it nothing is changed."""
    first = provider.signer.key_set
    # The keys were made before this test, by some minutes if it is one of the last.
    clock.move(provider.config.keys.rotation_interval - 7200)
    await rotate_keys(provider)
    assert provider.signer.key_set is first
    following = {
        row.kid for row in await provider.database.run(describe_keys) if row.state == "next"
    }

    clock.move(7200)
    await rotate_keys(provider)

    token = provider.signer.key_set.sign({}, typ="JWT", algorithm="RS256")
    assert unverified_header(token)["kid"] in following


@contextmanager
def without_files(provider: Provider) -> Iterator[None]:
    """Take the files of the keys away for a while."""
    directory = Path(provider.config.keys.directory)
    hidden = directory.rename(directory.with_name("hidden"))
    try:
        yield
    finally:
        hidden.rename(directory)
