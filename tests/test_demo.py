"""The demo of `idp serve --dev`."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from idp.clients.model import Client
from idp.clients.registration import find_client
from idp.config import Config, DatabaseConfig, PasswordsConfig
from idp.demo import DEMO_APP, PLAYGROUND, find_leftovers, prepare
from idp.secret import Secret
from idp.storage.credentials import find_user_and_password
from idp.storage.database import Database
from idp.storage.migrations.upgrade import upgrade
from idp.users.accounts import add_account
from idp.users.passwords import Hasher
from idp.vocabulary import Scope


@pytest.fixture
def config() -> Config:
    return Config(passwords=PasswordsConfig(bcrypt_cost=4), scopes={"notes": "Read notes"})


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(DatabaseConfig(url=f"sqlite:///{tmp_path}/idp.db"))
    await upgrade(database.engine)
    yield database
    await database.dispose()


@pytest.fixture
def hasher(config: Config) -> Iterator[Hasher]:
    hasher = Hasher(config.passwords)
    yield hasher
    hasher.close()


async def test_user_can_sign_in(database: Database, hasher: Hasher, config: Config) -> None:
    """The password that is shown is the one of the user."""

    def matches(password: Secret) -> bool:
        found = find_user_and_password("demo")
        assert found is not None
        return hasher.verify(password.reveal(), found[1]).matches

    demo = await database.run(prepare, hasher, config)

    assert demo.username == "demo"
    assert demo.password is not None
    assert await database.run(matches, demo.password)


async def test_secrets_are_not_in_a_repr(
    database: Database, hasher: Hasher, config: Config
) -> None:
    """What is printed by accident shows nothing."""
    demo = await database.run(prepare, hasher, config)

    assert demo.password is not None
    assert demo.password.reveal() not in repr(demo)


async def test_what_is_there_is_kept(database: Database, hasher: Hasher, config: Config) -> None:
    """A second start changes nothing, and shows nothing again."""
    first = await database.run(prepare, hasher, config)
    second = await database.run(prepare, hasher, config)

    client = await _client(database, DEMO_APP)
    assert first.client_secret is not None
    assert (second.password, second.client_secret) == (None, None)
    assert client.check_client_secret(first.client_secret.reveal())


async def test_demo_app(database: Database, hasher: Hasher, config: Config) -> None:
    """The client for trying one's own app works on any port, and may introspect tokens."""
    await database.run(prepare, hasher, config)

    client = await _client(database, DEMO_APP)
    assert client.check_redirect_uri("http://localhost:5173/callback")
    assert client.sees_all_tokens
    assert not client.is_public
    assert client.grant_types == {"authorization_code", "refresh_token", "client_credentials"}


async def test_playground(database: Database, hasher: Hasher, config: Config) -> None:
    """The playground is a public client, which may ask for every scope there is."""
    await database.run(prepare, hasher, config)

    client = await _client(database, PLAYGROUND)
    assert client.is_public
    assert client.redirect_uris == ("http://127.0.0.1:8000/playground/callback",)
    assert client.post_logout_redirect_uris == ("http://127.0.0.1:8000/playground",)
    assert client.scope == {*Scope, "notes"}


async def test_playground_follows_the_issuer(
    database: Database, hasher: Hasher, config: Config
) -> None:
    """At another issuer, the playground is registered anew."""
    await database.run(prepare, hasher, config)
    moved = config.model_copy(update={"issuer": "http://localhost:9000/id"})

    await database.run(prepare, hasher, moved)

    client = await _client(database, PLAYGROUND)
    assert client.redirect_uris == ("http://localhost:9000/id/playground/callback",)
    assert client.initiate_login_uri is None


async def test_playground_is_opened_from_the_account_page(
    database: Database, hasher: Hasher, config: Config
) -> None:
    """Where the issuer is https, as a client's address for that has to be."""
    secure = config.model_copy(update={"issuer": "https://idp.example"})

    await database.run(prepare, hasher, secure)

    client = await _client(database, PLAYGROUND)
    assert client.initiate_login_uri == "https://idp.example/playground/initiate"


async def test_leftovers(database: Database, hasher: Hasher, config: Config) -> None:
    """What a demo leaves in a database is found, with the commands that take it away."""
    before = await database.run(find_leftovers)
    await database.run(prepare, hasher, config)
    after = await database.run(find_leftovers)

    assert before == []
    assert after == [
        "idp user disable demo",
        "idp client remove playground",
        "idp client remove demo-app",
    ]


async def test_person_called_demo_is_no_leftover(database: Database, hasher: Hasher) -> None:
    """Somebody may have that name."""
    await database.run(
        lambda: add_account(hasher, username="demo", email=None, name=None, password=None)
    )

    assert await database.run(find_leftovers) == []


async def _client(database: Database, client_id: str) -> Client:
    client = await database.run(find_client, client_id)
    assert client is not None
    return client
