"""What a server does besides answering: it gets ready, watches its keys, removes what expired."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial

from idp.clients.use import PURGED_AT_ONCE, purge_unused
from idp.config import Config
from idp.log import log
from idp.oauth2 import ping
from idp.oidc import logout_token
from idp.outbox.letter import carrier_of
from idp.outbox.queue import Kind
from idp.outbox.sender import Prepare, Sender
from idp.signing.loading import key_set_is_current, load_key_set
from idp.signing.rotation import (
    ensure_keys,
    is_rotation_due,
    make_spare_keys,
    purge_keys,
    rotate_if_due,
)
from idp.storage.database import Database
from idp.storage.migrations.upgrade import upgrade
from idp.storage.purge import BATCH, PURGED, purge_audit_batch, purge_batch
from idp.users.mail_proofs import renew_secrets
from idp.users.sealing import ensure_sealing_key
from idp.web.letters import Letters
from idp.web.provider import Provider

# Seconds between two looks
FOR_KEYS_OF_OTHERS = 2  # a rotated key is in use everywhere after that, and a discarded one nowhere
FOR_ROTATION = 30
FOR_WHAT_EXPIRED = 300
AFTER_A_FAILURE = 30  # at least: a database that is gone is not asked for all the time


class Round:
    """Something that is done again and again, and at once when it is woken."""

    def __init__(self, seconds: float, act: Callable[[], Awaitable[object]]) -> None:
        self._seconds = seconds
        self._act = act
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Let the next time be now."""
        self._woken.set()

    async def go_on(self) -> None:
        """Do it until the server stops, whatever goes wrong."""
        pause = self._seconds
        while True:
            # Workers that started together should not come together.
            await self._wait(pause * random.uniform(0.8, 1.2))  # noqa: S311  # no secret
            try:
                await self._act()
                pause = self._seconds
            except Exception as error:  # whatever it is, the server goes on and comes back
                if _is_cancelled():  # a driver may say something else instead
                    raise asyncio.CancelledError from error
                log.error("upkeep_failed", exc_info=error)
                pause = max(self._seconds, AFTER_A_FAILURE)

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()


class Upkeep:
    """All rounds of a server."""

    def __init__(self, provider: Provider) -> None:
        self._keys = Round(FOR_KEYS_OF_OTHERS, partial(reload_keys, provider))
        self._others = (
            Round(FOR_ROTATION, partial(rotate_keys, provider)),
            Round(FOR_WHAT_EXPIRED, partial(purge, provider.database, provider.config)),
        )
        self._sender = make_sender(provider)

    def look_at_keys(self) -> None:
        """Take up now what has become of the keys."""
        self._keys.wake()

    async def go_on(self) -> None:
        """Make the rounds, and send the outbox, until the server stops and all have ended."""
        async with asyncio.TaskGroup() as tasks:
            for each in (self._keys, *self._others):
                tasks.create_task(each.go_on())
            tasks.create_task(self._sender.run())


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def prepare(provider: Provider) -> None:
    """Make tables and keys if there are none yet, and read the keys if that was not done."""
    await upgrade(provider.database.engine)
    await provider.database.run(ensure_keys, provider.config)
    await provider.database.run(ensure_sealing_key, provider.config.keys)
    await reload_keys(provider)


def make_sender(provider: Provider) -> Sender:
    """Make what sends the outbox of a server, and say how each kind of message comes to be."""
    config = provider.config
    letters = Letters(config, provider.templates, carrier_of(config), renew_secrets)
    kinds: dict[Kind, Prepare] = {
        Kind.BACKCHANNEL_LOGOUT: partial(
            logout_token.prepare, config, provider.signer, provider.fetcher
        ),
        Kind.MAIL: letters.prepare,
        Kind.PING: partial(ping.prepare, config, provider.fetcher),
    }
    return Sender(provider.database, kinds)


async def reload_keys(provider: Provider) -> None:
    """Read the keys, unless those that are in use are still the ones.

    What a rotation here has put in their place meanwhile is newer than what was read.
    """
    in_use = provider.signer.key_set
    if not await provider.database.read(key_set_is_current, in_use):
        read = await provider.database.read(load_key_set, provider.config)
        if provider.signer.key_set is in_use:
            provider.signer.key_set = read


async def rotate_keys(provider: Provider) -> None:
    """Let the next keys sign if it is time, and no other server has done it."""
    if await provider.database.read(is_rotation_due, provider.config):
        spare_keys = await asyncio.to_thread(make_spare_keys, provider.config)
        await provider.database.run(rotate_if_due, provider.config, spare_keys)
        await reload_keys(provider)


async def purge(database: Database, config: Config) -> int:
    """Remove what has expired, a small batch for each transaction; tell how much it was."""
    removed = await database.run(purge_keys, config)
    for table, keep in PURGED:
        removed += await _purge_all(database, partial(purge_batch, table, keep))
    removed += await _purge_all(database, partial(purge_unused, config), batch=PURGED_AT_ONCE)
    retention = timedelta(seconds=config.audit.retention)
    return removed + await _purge_all(database, partial(purge_audit_batch, retention))


async def _purge_all(
    database: Database, purge_one_batch: Callable[[], int], *, batch: int = BATCH
) -> int:
    removed = 0
    while True:
        count = await database.run(purge_one_batch)
        removed += count
        if count < batch:
            return removed
