"""How clients come, get secrets, and go."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from idp import clock
from idp.clients.errors import InvalidClientMetadata
from idp.clients.registration import (
    CLIENT_ID,
    ClientIdTaken,
    ClientUsesNoSecret,
    NoSuchClient,
    add_secret,
    find_client,
    list_clients,
    register,
    registration_response,
    remove,
)
from idp.config import Config
from idp.storage.audit_events import audit_events
from idp.storage.clients import find_client_row
from idp.storage.database import Database, db

CODE = {"redirect_uris": ["https://rp.example/cb"]}
PUBLIC = {**CODE, "token_endpoint_auth_method": "none"}
ASSERTION = {
    **CODE,
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks_uri": "https://rp.example/jwks",
}


async def audited(database: Database) -> list[tuple[str, str | None]]:
    """Read what the audit log says."""
    columns = audit_events.c.name, audit_events.c.client_id
    rows = await database.run(lambda: db().execute(select(*columns)).all())
    return [(name, client_id) for name, client_id in rows]


async def test_a_client_is_registered(database: Database, config: Config):
    """It can be found, with the secret that only its owner knows."""
    registered = await database.run(register, CODE, config)

    found = await database.run(find_client, registered.client.client_id)
    row = await database.run(find_client_row, registered.client.client_id)
    assert found == registered.client
    assert found.check_client_secret(registered.client_secret.reveal())
    assert registered.client_secret.reveal() not in repr(row)
    assert await audited(database) == [("client_added", found.client_id)]


async def test_ids_and_secrets_are_plain_characters(database: Database, config: Config):
    """Client libraries that forget to encode them work all the same."""
    registered = await database.run(register, CODE, config)

    assert CLIENT_ID.fullmatch(registered.client.client_id)
    assert CLIENT_ID.fullmatch(registered.client_secret.reveal())
    assert registered.client_secret.reveal().startswith("idp_cs_")


@pytest.mark.parametrize("metadata", [PUBLIC, ASSERTION])
async def test_a_client_without_a_secret_gets_none(
    database: Database, config: Config, metadata: dict[str, Any]
):
    """A public client or one with a key has no use for it."""
    registered = await database.run(register, metadata, config)

    response = registration_response(registered)
    assert registered.client_secret is None
    assert "client_secret" not in response
    assert "client_secret_expires_at" not in response


async def test_the_response_says_what_was_registered(database: Database, config: Config):
    """It has all metadata, defaults included (RFC 7591 §3.2.1)."""
    registered = await database.run(register, {**CODE, "client_name": "Shop", "x": 1}, config)

    response = registration_response(registered)

    assert response["client_id"] == registered.client.client_id
    assert response["client_id_issued_at"] == int(registered.client.created_at.timestamp())
    assert response["client_secret"] == registered.client_secret.reveal()
    assert response["client_secret_expires_at"] == 0
    assert response["client_name"] == "Shop"
    assert response["grant_types"] == ["authorization_code"]
    assert "x" not in response


async def test_a_client_may_have_an_id_of_choice(database: Database, config: Config):
    """The command line lets its user choose."""

    def register_shop() -> str:
        return register(CODE, config, client_id="shop").client.client_id

    assert await database.run(register_shop) == "shop"


@pytest.mark.parametrize("client_id", ["", "a b", "a:b", "caf\u00e9", "a\0b", "a\n", "x" * 256])
async def test_an_id_of_choice_has_plain_characters(
    database: Database, config: Config, client_id: str
):
    """Nothing that would have to be encoded."""
    with pytest.raises(InvalidClientMetadata, match=r"^client_id must"):
        await database.run(lambda: register(CODE, config, client_id=client_id))


async def test_an_id_is_taken_once(database: Database, config: Config):
    """Of several that want the same id at once, one gets it, and keeps its metadata."""

    def register_shop(name: str) -> str:
        return register({**CODE, "client_name": name}, config, client_id="shop").client.display_name

    names = [f"Shop {number}" for number in range(5)]
    results = await asyncio.gather(
        *(database.run(register_shop, name) for name in names), return_exceptions=True
    )

    winner = (await database.run(find_client, "shop")).display_name
    assert [each for each in results if isinstance(each, str)] == [winner]
    assert [type(each) for each in results].count(ClientIdTaken) == 4


async def test_refused_metadata_leaves_nothing(database: Database, config: Config):
    """Neither a row nor an event."""
    with pytest.raises(InvalidClientMetadata):
        await database.run(register, {**CODE, "subject_type": "paired"}, config)

    assert await database.run(list_clients) == []
    assert await audited(database) == []


@pytest.mark.parametrize(
    "client_id", ["", "nobody", "a\0b", "x" * 256, "\ud800", "sh%p", "shop ", "Shop", "shop\n"]
)
async def test_another_client_id_finds_nothing(database: Database, config: Config, client_id: str):
    """Whatever was sent, nothing is raised."""
    await database.run(lambda: register(CODE, config, client_id="shop"))

    assert await database.run(find_client, client_id) is None
    assert await database.run(remove, client_id) is False


async def test_clients_are_listed(database: Database, config: Config):
    """The oldest comes first."""
    first = await database.run(register, CODE, config)
    second = await database.run(register, PUBLIC, config)

    assert await database.run(list_clients) == [first.client, second.client]


async def test_a_new_secret_overlaps_with_the_old(
    database: Database, config: Config, monkeypatch: pytest.MonkeyPatch
):
    """Both are good for as long as was said, and then the new one alone."""
    registered = await database.run(register, CODE, config)
    client_id, old = registered.client.client_id, registered.client_secret.reveal()

    new = (await database.run(add_secret, client_id, 60)).reveal()

    during = await database.run(find_client, client_id)
    assert (during.check_client_secret(old), during.check_client_secret(new)) == (True, True)
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    after = await database.run(find_client, client_id)
    assert (after.check_client_secret(old), after.check_client_secret(new)) == (False, True)
    assert ("client_secret_added", client_id) in await audited(database)


async def test_at_most_two_secrets_live(database: Database, config: Config):
    """A third one ends the first at once."""
    registered = await database.run(register, CODE, config)
    client_id = registered.client.client_id

    await database.run(add_secret, client_id, 60)
    await database.run(add_secret, client_id, 60)

    found = await database.run(find_client, client_id)
    assert not found.check_client_secret(registered.client_secret.reveal())
    assert len(found.secrets) == 2


@pytest.mark.parametrize("metadata", [PUBLIC, ASSERTION])
async def test_a_secret_is_not_for_everybody(
    database: Database, config: Config, metadata: dict[str, Any]
):
    """A client that uses none gets none."""
    registered = await database.run(register, metadata, config)

    with pytest.raises(ClientUsesNoSecret):
        await database.run(add_secret, registered.client.client_id, 60)


async def test_a_secret_needs_a_client(database: Database):
    """There is nobody to give it to."""
    with pytest.raises(NoSuchClient):
        await database.run(add_secret, "nobody", 60)


async def test_a_client_is_removed_once(database: Database, config: Config):
    """It is gone afterwards, and the audit log knows."""
    registered = await database.run(register, CODE, config)
    client_id = registered.client.client_id

    assert await database.run(remove, client_id) is True
    assert await database.run(remove, client_id) is False

    assert await database.run(find_client, client_id) is None
    assert (await audited(database)).count(("client_removed", client_id)) == 1
