"""The laboratory of docs/certification.md for the plan of FAPI-CIBA, and who takes part in it.

It is one server for a whole file of tests, with a client's server beside it that is told of
decisions. A file of tests imports the fixtures.
"""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import update

from idp.app import create_app
from idp.clients.registration import register
from idp.config import Config, load_config
from idp.storage.clients import clients, find_client_row
from idp.storage.database import db
from idp.users.accounts import add_account
from idp.web.provider import Provider
from tests.parties.browser import Browser
from tests.parties.certificates import VERIFYING
from tests.parties.certification import check_jwks, json_of
from tests.parties.certification_ciba import DYNAMIC, PING, Bank, Variant, metadata_of
from tests.parties.databases import Prepared
from tests.parties.receiver import Receiver, receiving

LAB = Path(__file__).parents[2] / "docs" / "lab"


@dataclass
class CibaLaboratory:
    """A server that runs, what it says of itself, and the server of the clients."""

    provider: Provider
    transport: httpx2.ASGITransport
    metadata: dict[str, Any]
    jwks: dict[str, Any]
    receiver: Receiver

    async def add(self, variant: Variant, number: int = 1) -> Bank:
        """Register a client of the plan."""
        if variant.client_registration == DYNAMIC:
            client_id = await self._let_register(metadata_of(variant, number))
        else:
            add = partial(register, metadata_of(variant, number), self.provider.config)
            client_id = (await self.provider.database.run(add)).client.client_id
        if variant.ciba_mode == PING:  # to where the client's server is, which has no TLS
            url = self.receiver.url("/ciba-notification-endpoint")
            await self.provider.database.run(move_endpoint, client_id, url)
        return Bank(
            self.transport, self.metadata, self.jwks, client_id, variant=variant, number=number
        )

    async def _let_register(self, metadata: dict[str, Any]) -> str:
        async with self.new_browser().http as http:
            answer = json_of(await http.post("/clients", json=metadata), 201)
        for name, value in metadata.items():
            if value is not False and name != "jwks":
                assert answer[name] == value, name
        client_id: str = answer["client_id"]
        return client_id

    def new_browser(self) -> Browser:
        """Open a browser without any cookie."""
        return Browser(self.transport, self.provider.config.issuer)


def move_endpoint(client_id: str, url: str) -> None:
    """Let a client be told elsewhere."""
    row = find_client_row(client_id)
    assert row is not None
    metadata = dict(row.metadata) | {"backchannel_client_notification_endpoint": url}
    match = clients.c.client_id == client_id
    db().execute(update(clients).where(match).values(metadata=metadata))


def config_of(directory: Path, prepared: Prepared) -> Config:
    """Take the settings of the laboratory, but keep its files in a directory of its own."""
    shutil.copytree(prepared.directory / "keys", directory / "keys")
    shutil.copy(prepared.directory / "idp.db", directory / "idp.db")
    return load_config(
        LAB / "lab.toml",
        server=VERIFYING,
        database={"url": f"sqlite:///{directory}/idp.db"},
        keys={"directory": str(directory / "keys"), "algorithms": ["RS256", "PS256", "ES256"]},
        mail={"directory": str(directory / "mail")},
        fetch={"ca_file": ""},
    )


@pytest.fixture(scope="module")
async def ciba_lab(
    tmp_path_factory: pytest.TempPathFactory, prepared_sqlite: Prepared
) -> AsyncIterator[CibaLaboratory]:
    """Run the server of the laboratory."""
    config = config_of(tmp_path_factory.mktemp("lab"), prepared_sqlite)
    app = create_app(config)
    provider: Provider = app.state.provider
    transport = httpx2.ASGITransport(app=app, client=("203.0.113.7", 50000))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url=config.issuer) as http,
        receiving() as receiver,
    ):
        add = partial(add_account, provider.hasher, username="ada", email="ada@example.com")
        await provider.database.run(
            partial(add, name="Ada M. Example", password="ada in the laboratory")
        )
        metadata = json_of(await http.get("/.well-known/openid-configuration"))
        jwks = check_jwks(await http.get(metadata["jwks_uri"]))
        yield CibaLaboratory(provider, transport, metadata, jwks, receiver)


@pytest.fixture
async def bank(ciba_lab: CibaLaboratory, variant: Variant) -> Bank:
    """Add the first client, in the variant that the test asks for."""
    return await ciba_lab.add(variant)


@pytest.fixture
async def second_bank(ciba_lab: CibaLaboratory, variant: Variant) -> Bank:
    """Add the second client, with keys of its own."""
    return await ciba_lab.add(variant, 2)


@pytest.fixture(scope="module")
def ada(ciba_lab: CibaLaboratory) -> Browser:
    """Open Ada's browser, in which she stays signed in once she has."""
    return ciba_lab.new_browser()


@pytest.fixture
def told(ciba_lab: CibaLaboratory) -> Receiver:
    """Give the client's server, which has not been told of anything yet."""
    receiver = ciba_lab.receiver
    receiver.requests, receiver.bodies, receiver.statuses, receiver.says = [], [], [], b""
    return receiver
