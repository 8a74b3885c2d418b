"""Workers that are killed, and a supervisor that is: others go on, and nobody stays behind."""

import os
import random
import signal
from functools import partial

from tests.faults.conftest import Service
from tests.faults.ledger import Ledger
from tests.faults.load import Load
from tests.parties.process import ServerProcess, until

KILLS = 3
ANSWERS = 20


async def test_a_killed_worker_is_replaced(on_postgresql: Service, chance: random.Random) -> None:
    """While one of two workers dies and comes back, the service goes on and loses nothing."""
    process, ledger = on_postgresql.process, Ledger()
    await until(lambda: len(process.workers()) == 2)
    for _ in range(KILLS):
        workers = process.workers()
        victim = chance.choice(sorted(workers))
        load = Load(on_postgresql, ledger, chance)

        async with load.running():
            await load.sees(chance.randint(1, ANSWERS))
            os.kill(victim, signal.SIGKILL)
            await load.sees(ANSWERS)
            await until(partial(_are_two_besides, victim, process))
            await load.sees(ANSWERS)

        assert process.workers() > workers - {victim}
        await ledger.hold(on_postgresql)


async def test_workers_do_not_outlive_their_supervisor(
    on_postgresql: Service, chance: random.Random
) -> None:
    """When the supervisor is killed, its workers finish and give the port back."""
    process, ledger = on_postgresql.process, Ledger()
    load = Load(on_postgresql, ledger, chance)

    async with load.running():
        await load.sees(ANSWERS)
        os.kill(process.pid, signal.SIGKILL)
        load.is_over = True
    await until(lambda: not process.listens())

    assert process.wait() == -signal.SIGKILL
    process.start()
    await ledger.hold(on_postgresql)


def _are_two_besides(victim: int, process: ServerProcess) -> bool:
    return len(process.workers() - {victim}) == 2
