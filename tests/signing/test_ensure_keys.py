"""The keys that a server makes when it starts."""

import anyio

from idp.config import Config, KeysConfig
from idp.signing import KeyState, ensure_keys, load_key_set
from idp.storage.database import Database
from tests.signing.keys import CLAIMS, Kids, files, kids, with_algorithms


async def test_the_first_start_makes_two_keys_for_each_algorithm(
    config: Config, database: Database
) -> None:
    """One signs and one is next; both have a file, and no key serves two algorithms."""
    everything = with_algorithms(config, "RS256", "PS256", "ES256", "Ed25519", "EdDSA")

    await database.run(ensure_keys, everything)

    made = await kids(database)
    assert set(made) == {
        (algorithm, state)
        for algorithm in everything.keys.algorithms
        for state in (KeyState.ACTIVE, KeyState.NEXT)
    }
    assert files(everything) == set(made.values())
    assert len(files(everything)) == 10


async def test_the_second_start_makes_nothing(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """Keys outlive the process."""
    await database.run(ensure_keys, config)

    assert await kids(database) == first_keys
    assert files(config) == set(first_keys.values())


async def test_processes_that_start_at_once_make_one_set_of_keys(
    config: Config, database: Database
) -> None:
    """Each has its own connection; the second waits for the first and finds its keys."""
    config = with_algorithms(config, "RS256")
    other = Database(config.database)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(database.run, ensure_keys, config)
        tasks.start_soon(other.run, ensure_keys, config)

    assert len(await kids(database)) == 2
    assert len(files(config)) == 2
    await other.dispose()


async def test_an_rsa_key_is_as_long_as_configured(config: Config, database: Database) -> None:
    """keys.rsa_bits is the length of new keys."""
    keys = KeysConfig(directory=config.keys.directory, algorithms=("RS256",), rsa_bits=2056)
    config = config.model_copy(update={"keys": keys})

    await database.run(ensure_keys, config)

    key_set = await database.run(load_key_set, config)
    signature = key_set.sign(CLAIMS, typ="JWT", algorithm="RS256").rpartition(".")[2]
    assert len(signature) == 343  # 257 bytes


async def test_a_new_algorithm_gets_its_keys_at_the_next_start(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """The others keep theirs."""
    more = with_algorithms(config, "RS256", "Ed25519", "ES256")

    await database.run(ensure_keys, more)

    now = await kids(database)
    assert now.items() > first_keys.items()
    assert {algorithm for algorithm, _ in now} == {"RS256", "Ed25519", "ES256"}
