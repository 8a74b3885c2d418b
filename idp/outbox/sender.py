"""The loop that sends what is in the outbox.

Every worker has one, and a delivery is claimed before it is sent: none is sent twice at once.
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import NoReturn, Protocol

from idp.log import log
from idp.outbox import queue
from idp.outbox.queue import GONE, Kind, Outcome, failed, refused
from idp.storage.database import Database
from idp.storage.deliveries import Delivery, is_any_delivery_due

AT_ONCE = 20
INTERVAL = 2  # seconds until what another process has put there, or what failed, is noticed
INTERVAL_AFTER_FAILURE = 30

BROKEN = "this server could not make it, and its log says why"


class Message(Protocol):
    """What is sent, ready to travel."""

    async def send(self) -> Outcome:
        """Send it once."""


# Makes what is sent, in a transaction; None if there is nobody to send it to any more.
Prepare = Callable[[Delivery], Message | None]


class Sender:
    """Sends. It wakes when something was put into the outbox here, and looks every few seconds."""

    def __init__(self, database: Database, kinds: Mapping[Kind, Prepare]) -> None:
        self._database = database
        self._kinds = kinds
        self._wake = database.deliveries_added
        self._sending: set[asyncio.Task[None]] = set()

    async def run(self) -> NoReturn:
        """Send until cancelled; what is under way then is finished, which takes seconds at most."""
        look = asyncio.create_task(self._begin_what_is_due())
        try:
            while True:
                await self._wait(await asyncio.shield(look))
                look = asyncio.create_task(self._begin_what_is_due())
        finally:
            await asyncio.wait([look])
            if self._sending:
                await asyncio.wait(self._sending)

    async def _begin_what_is_due(self) -> float:
        """Begin to send; give the seconds until the next look."""
        try:
            free = AT_ONCE - len(self._sending)
            if free and await self._database.read(is_any_delivery_due):
                for delivery in await self._database.run(queue.claim, free):
                    self._begin(delivery)
        except Exception as error:  # the database may be away for a while
            log.error("outbox_failed", exc_info=error)
            return INTERVAL_AFTER_FAILURE
        return INTERVAL

    async def _wait(self, seconds: float) -> None:
        # Workers that started together should not come together.
        pause = seconds * random.uniform(0.8, 1.2)  # noqa: S311  # no secret
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._wake.wait()
        self._wake.clear()

    def _begin(self, delivery: Delivery) -> None:
        task = asyncio.create_task(self._send(delivery))
        self._sending.add(task)
        task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._wake.set()  # there may be more than could be sent at once

    async def _send(self, delivery: Delivery) -> None:
        try:
            outcome = await self._attempt(delivery)
        except Exception as error:  # a template of the operator's own may be broken
            log.error("delivery_broken", exc_info=error, delivery_id=delivery.delivery_id)
            outcome = failed(BROKEN)
        try:
            await self._database.run(queue.note, delivery, outcome)
        except Exception as error:  # it is claimed for a minute, and tried again after that
            log.error("outbox_failed", exc_info=error, delivery_id=delivery.delivery_id)

    async def _attempt(self, delivery: Delivery) -> Outcome:
        prepare = self._kinds[Kind(delivery.kind)]
        # A mail whose secrets are made now writes; `read` lets it, and most messages do not.
        message = await self._database.read(partial(prepare, delivery))
        return refused(GONE) if message is None else await message.send()
