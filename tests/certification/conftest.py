"""The laboratory of docs/certification.md: a server with its settings, its clients and its person.

It is made once for each file: a module begins with a clean browser, not with a clean server.
"""

import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idp.app import create_app
from idp.clients.importing import import_client, read_client
from idp.config import Config, load_config
from idp.users.accounts import add_account
from idp.web.provider import Provider
from tests.parties.browser import Browser
from tests.parties.certification import check_jwks, json_of
from tests.parties.databases import Prepared
from tests.parties.registering import registration
from tests.parties.suite import Suite, Variant
from tests.parties.suite_browser import SuiteBrowser

LAB = Path(__file__).parents[2] / "docs" / "lab"
DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Laboratory:
    """A server that runs, and its clients as the suite names them."""

    provider: Provider
    transport: httpx2.ASGITransport
    http: httpx2.AsyncClient
    clients: dict[str, dict[str, Any]]

    def new_browser(self) -> SuiteBrowser:
        """Open a browser without any cookie, which knows what to do on our pages."""
        browser = Browser(self.transport, self.provider.config.issuer)
        return SuiteBrowser(browser, read("suite.json")["browser"])

    async def client(self, name: str, variant: Variant, *grant_types: str) -> dict[str, Any]:
        """Give a client of the file, or in some variants another like it that registers itself."""
        if not variant.registers:
            return self.clients[name]
        method = self.clients[name]["token_endpoint_auth_method"]
        members = registration(variant, *grant_types, token_endpoint_auth_method=method)
        endpoint = (await self.read_metadata())["registration_endpoint"]
        return dict(json_of(await self.http.post(endpoint, json=members), 201))

    async def read_metadata(self) -> dict[str, Any]:
        """Read what the server says of itself."""
        described: dict[str, Any] = json_of(await self.http.get(DISCOVERY))
        return described


def read(name: str) -> Any:
    """Read one of the files of the laboratory."""
    return json.loads((LAB / name).read_text("utf-8"))


def typed(name: str) -> str:
    """Tell what the suite's browser types into a field of our pages."""
    tasks = [task for entry in read("suite.json")["browser"] for task in entry["tasks"]]
    commands = [command for task in tasks for command in task.get("commands", [])]
    return next(str(command[3]) for command in commands if command[:3] == ["text", "id", name])


def lab_config(directory: Path, prepared: Prepared, *, ca_file: str = "") -> Config:
    """Take the settings of the laboratory, but keep its files in a directory of its own."""
    shutil.copytree(prepared.directory / "keys", directory / "keys")
    shutil.copy(prepared.directory / "idp.db", directory / "idp.db")
    return load_config(
        LAB / "lab.toml",
        database={"url": f"sqlite:///{directory}/idp.db"},
        keys={"directory": str(directory / "keys")},
        mail={"directory": str(directory / "mail")},
        fetch={"ca_file": ca_file},
    )


async def add_ada(provider: Provider) -> None:
    """Add the person of whom everything is known."""
    add = partial(
        add_account,
        provider.hasher,
        username=typed("username"),
        email="ada@example.com",
        name="Ada M. Example",
        password=typed("password"),
        claims=read("person.json"),
    )
    await provider.database.run(add)


async def import_clients(provider: Provider) -> dict[str, dict[str, Any]]:
    """Import the clients; give each by the name that the suite's configuration has for it."""
    described = {client["client_id"]: client for client in read("clients.json")}
    for client in described.values():
        row = await provider.database.run(read_client, client, provider.config)
        await provider.database.run(import_client, row)
    suite = read("suite.json")
    named = ("client", "client2", "client_secret_post")
    return {name: described[suite[name]["client_id"]] for name in named}


@asynccontextmanager
async def running(config: Config) -> AsyncIterator[Laboratory]:
    """Run the server of a laboratory."""
    app = create_app(config)
    provider: Provider = app.state.provider
    transport = httpx2.ASGITransport(app=app, client=("203.0.113.7", 50000))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url=config.issuer) as http,
    ):
        await add_ada(provider)
        yield Laboratory(provider, transport, http, await import_clients(provider))


@pytest.fixture(scope="module")
async def lab(
    tmp_path_factory: pytest.TempPathFactory, prepared_sqlite: Prepared
) -> AsyncIterator[Laboratory]:
    """Run the server of the laboratory."""
    async with running(lab_config(tmp_path_factory.mktemp("lab"), prepared_sqlite)) as lab:
        yield lab


NewSuite = Callable[..., Suite]


@pytest.fixture
async def new_suite(lab: Laboratory) -> NewSuite:
    """Let the suite be clients that share a browser; give each as a relying party."""
    browser, metadata = lab.new_browser(), await lab.read_metadata()
    jwks = check_jwks(await lab.http.get(metadata["jwks_uri"]))

    def new(variant: Variant, registered: dict[str, Any]) -> Suite:
        return Suite(
            lab.http,
            browser,
            registered,
            variant=variant,
            metadata=metadata,
            jwks=jwks,
        )

    return new


@pytest.fixture
async def suite(new_suite: NewSuite, lab: Laboratory, variant: Variant) -> Suite:
    """Let the suite be its first client, in the variant that the test asks for."""
    return new_suite(variant, await lab.client("client", variant))
