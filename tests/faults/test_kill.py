"""A server that is killed at any moment: what a client saw answered with 200 stays true."""

import random

import anyio

from tests.faults.conftest import Service
from tests.faults.ledger import Ledger
from tests.faults.load import Load

KILLS_ON_SQLITE = 6
KILLS_ON_POSTGRESQL = 3
MOST_ANSWERS = 60  # that are seen before a kill
LATEST = 0.005  # seconds after the last of them: about a transaction


async def test_killed_on_sqlite(on_sqlite: Service, chance: random.Random) -> None:
    """A process that is killed and started again has lost nothing and does nothing twice."""
    await kill_again_and_again(on_sqlite, chance, KILLS_ON_SQLITE)


async def test_killed_on_postgresql(on_postgresql: Service, chance: random.Random) -> None:
    """All workers that are killed at once and started again have lost nothing either."""
    await kill_again_and_again(on_postgresql, chance, KILLS_ON_POSTGRESQL)


async def kill_again_and_again(service: Service, chance: random.Random, kills: int) -> None:
    """Use the service, kill it in the middle of that, start it, and look at what is left."""
    ledger = Ledger()
    for _ in range(kills):
        load = Load(service, ledger, chance)
        async with load.running():
            await load.sees(chance.randint(1, MOST_ANSWERS))
            await anyio.sleep(chance.choice((0, chance.uniform(0, LATEST))))
            service.process.kill()
        service.process.start()
        await ledger.hold(service)
