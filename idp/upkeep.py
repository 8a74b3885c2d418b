"""What a server does besides answering: it gets ready, watches its keys, removes what expired."""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import NoReturn

from idp.config import Config
from idp.log import log
from idp.signing.loading import key_set_is_current, load_key_set
from idp.signing.rotation import ensure_keys, purge_keys
from idp.storage.database import Database
from idp.storage.migrations.upgrade import upgrade
from idp.storage.purge import BATCH, PURGED, purge_audit_batch, purge_batch
from idp.web.provider import Provider

INTERVAL = 30  # seconds; a rotated key is in use everywhere after that
ROUNDS_BETWEEN_PURGES = 10


async def prepare(provider: Provider) -> None:
    """Make tables and keys if there are none yet, and read the keys if that was not done."""
    await upgrade(provider.database.engine)
    await provider.database.run(ensure_keys, provider.config)
    await reload_keys(provider)


async def keep_up(provider: Provider) -> NoReturn:
    """Watch the keys and purge, until the server stops."""
    rounds = 0
    while True:
        # Workers that started together should not come together.
        await asyncio.sleep(INTERVAL * random.uniform(0.8, 1.2))  # noqa: S311  # no secret
        rounds += 1
        try:
            await reload_keys(provider)
            if rounds % ROUNDS_BETWEEN_PURGES == 0:
                await purge(provider.database, provider.config)
        except Exception as error:  # whatever it is, the server goes on and the next round comes
            log.error("upkeep_failed", exc_info=error)


async def reload_keys(provider: Provider) -> None:
    """Read the keys, unless those that are in use are still the ones."""
    if not await provider.database.run(key_set_is_current, provider.signer.key_set):
        provider.signer.key_set = await provider.database.run(load_key_set, provider.config)


async def purge(database: Database, config: Config) -> int:
    """Remove what has expired, a small batch for each transaction; tell how much it was."""
    removed = await database.run(purge_keys, config)
    for table, keep in PURGED:
        removed += await _purge_all(database, partial(purge_batch, table, keep))
    retention = timedelta(seconds=config.audit.retention)
    return removed + await _purge_all(database, partial(purge_audit_batch, retention))


async def _purge_all(database: Database, purge_one_batch: Callable[[], int]) -> int:
    removed = 0
    while True:
        count = await database.run(purge_one_batch)
        removed += count
        if count < BATCH:
            return removed
