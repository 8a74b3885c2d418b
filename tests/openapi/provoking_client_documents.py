"""Mistakes of clients whose client_id is the URL of their metadata."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2

from idp import clock, paths
from idp.authorization.request import NOT_IN_DOCUMENT
from idp.clients.document_registration import register_by_document
from idp.clients.metadata import validate
from idp.config import Config
from idp.oauth2.client_documents import FULL, NO_URL, OTHER_HOST, TOO_OFTEN
from idp.openapi.model import Operation, Told
from idp.storage.users import find_user_by_key
from idp.users import consents
from tests.openapi.world import Provocations, World, send
from tests.parties.browser import Browser
from tests.parties.relying_party import REDIRECT_URI

PROVOKED = Provocations()

# What such a server is configured with, and one that has room for one client and has it.
SERVER: dict[str, Any] = {
    "client_id_metadata_documents": True,
    "per_address": 2,
    "client_id_hosts": ["127.0.0.1"],
}
ANYWHERE = "https://127.0.0.1/client.json"  # nobody is asked there
KNOWN = "https://127.0.0.1/known.json"

WRONG_URLS = {
    NO_URL: "https://127.0.0.1",
    OTHER_HOST: "https://else.example/client.json",
    "the document at client_id cannot be had: the host has an address that is not public": ANYWHERE,
}


def _wrong(text: str, client_id: str) -> None:
    @PROVOKED.by(Told.PAGE, text)
    async def ask(world: World, operation: Operation) -> httpx2.Response:
        """Come with a URL that is no good."""
        return await _ask(world.browser(), operation, client_id)


for _text, _client_id in WRONG_URLS.items():
    _wrong(_text, _client_id)


@PROVOKED.by(Told.JSON, TOO_OFTEN)
@PROVOKED.by(Told.PAGE, TOO_OFTEN)
async def ask_often(world: World, operation: Operation) -> httpx2.Response:
    """Come as another client each time."""
    browser = world.browser()
    for number in range(world.config.client_registration.per_address):
        await _ask(browser, operation, f"{ANYWHERE}/{number}")
    return await _ask(browser, operation, ANYWHERE)


@PROVOKED.by(Told.JSON, FULL)
@PROVOKED.by(Told.PAGE, FULL)
async def come_when_all_have_come(world: World, operation: Operation) -> httpx2.Response:
    """Come where somebody allows something to the one client for which there is room."""

    def allow() -> None:
        alice = find_user_by_key("alice")
        assert alice is not None
        consents.save(alice.user_id, KNOWN, frozenset({"openid"}))

    await world.provider.database.run(_come, world.config)
    await world.provider.database.run(allow)
    return await _ask(world.browser(), operation, ANYWHERE)


@PROVOKED.by(Told.PAGE, NOT_IN_DOCUMENT)
async def ask_for_an_answer_elsewhere(world: World, operation: Operation) -> httpx2.Response:
    """Name a redirect URI that the document has not."""
    await world.provider.database.run(_come, world.config)
    return await _ask(world.browser(), operation, KNOWN, redirect_uri="https://else.example/")


def _come(config: Config) -> None:
    """Let a client have come by its document."""
    metadata = {"redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "none"}
    end = clock.now() + timedelta(hours=1)
    register_by_document(KNOWN, validate(metadata, config), end, config)


async def _ask(
    browser: Browser, operation: Operation, client_id: str, **more: str
) -> httpx2.Response:
    asked = {"client_id": client_id, "grant_type": "refresh_token", "token": "t", **more}
    if operation.path in (paths.INTROSPECTION, paths.BACKCHANNEL_AUTHENTICATION):
        asked |= {"client_secret": "s"}  # none but confidential clients get as far as that
    return await send(browser, operation, urlencode(asked))
