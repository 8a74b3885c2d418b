"""Clients that ask for tokens for what they cannot have, by resource or in detail."""

from typing import Any
from urllib.parse import urlsplit

import httpx2

from idp.clients.registration import find_client
from idp.oauth2 import authorization_details as details
from idp.oauth2 import resource as resources
from idp.openapi.model import Operation, Told
from idp.openapi.operations.refusals import FOR_OTHERS
from idp.storage.clients import set_client_metadata
from idp.vocabulary import ADMIN_SCOPE
from tests.openapi.world import PASSWORD, Provocations, World, send
from tests.parties.detailed import PAYMENT, TYPES
from tests.parties.detailed import details as written
from tests.parties.relying_party import RelyingParty

PROVOKED = Provocations()

ONE, OTHER = "https://one.example", "https://other.example"
SETTINGS: dict[str, Any] = {
    "resources": {
        ONE: {"name": "One"},
        OTHER: {"name": "The other", "access_token_format": "opaque"},
    },
    "authorization_details_types": TYPES,
}
FOR_DETAILS = {"authorization_details_types": ["payment"]}

# What is wrong with a request, at whichever of the two endpoints.
WRONG: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    resources.MALFORMED: ({}, {"resource": "no URI"}),
    resources.UNKNOWN: ({"resources": [ONE]}, {"resource": OTHER}),
    details.MALFORMED: (FOR_DETAILS, {"authorization_details": "no JSON"}),
    details.UNKNOWN: (FOR_DETAILS, {"authorization_details": '[{"type": "telepathy"}]'}),
    details.UNREGISTERED: ({}, {"authorization_details": written(PAYMENT)}),
    details.WRONG: (FOR_DETAILS, {"authorization_details": written(PAYMENT | {"to": 1})}),
    details.INCOMPLETE: (FOR_DETAILS, {"authorization_details": '[{"type": "payment"}]'}),
}
# What is wrong with what a code is exchanged for, after it was granted.
WIDER: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    resources.WIDER: ({"resource": ONE}, {"resource": OTHER}),
    resources.UNLIKE: ({"resource": [ONE, OTHER]}, {}),
    details.WIDER: ({}, {"authorization_details": written(PAYMENT)}),
}


def _wrong(text: str, metadata: dict[str, Any], changes: dict[str, Any]) -> None:
    @PROVOKED.by(Told.REDIRECT, text)
    async def ask(world: World, operation: Operation) -> httpx2.Response:
        """Ask a person for it."""
        rp = await world.client(**metadata)
        return await send(world.browser(), operation, _query(rp, changes))

    @PROVOKED.by(Told.JSON, text)
    async def ask_for_itself(world: World, operation: Operation) -> httpx2.Response:
        """Ask for it without anybody."""
        machine = await world.machine(**metadata)
        return await machine.token(grant_type="client_credentials", **changes)


def _wider(text: str, granted: dict[str, Any], asked: dict[str, Any]) -> None:
    @PROVOKED.by(Told.JSON, text)
    async def exchange(world: World, operation: Operation) -> httpx2.Response:
        """Exchange a code for something else than was granted."""
        rp = await world.client(**FOR_DETAILS)
        return await rp.exchange(await world.code(rp, **granted), **asked)


for _text, (_metadata, _changes) in WRONG.items():
    _wrong(_text, _metadata, _changes)
for _text, (_granted, _asked) in WIDER.items():
    _wider(_text, _granted, _asked)


@PROVOKED.by(Told.REDIRECT, resources.UNLIKE)
async def ask_for_one_token_of_two_kinds(world: World, operation: Operation) -> httpx2.Response:
    """Ask for one access token for two APIs that want different ones."""
    browser = world.browser()
    await world.walk(await world.client(), browser)
    rp = await world.client(
        response_types=["id_token token"], grant_types=["implicit"], first_party=True
    )
    changes = {"response_type": "id_token token", "resource": [ONE, OTHER]}
    return await send(browser, operation, _query(rp, changes))


@PROVOKED.by(Told.JSON, resources.GONE)
async def lose_a_resource(world: World, operation: Operation) -> httpx2.Response:
    """Exchange a code as a client that is not registered for what it was granted any more."""
    rp = await world.client()
    code = await world.code(rp, resource=ONE)
    await _register_anew(world, rp, resources=[OTHER])
    return await rp.exchange(code)


@PROVOKED.by(Told.JSON, "The authorization_details need the authorization endpoint.")
async def ask_in_detail_without_a_page(world: World, operation: Operation) -> httpx2.Response:
    """Ask in detail with a password."""
    rp = await world.machine(grant_types=["password"], scope="openid", **FOR_DETAILS)
    typed = {"grant_type": "password", "username": "alice", "password": PASSWORD}
    return await rp.token(**typed, authorization_details=written(PAYMENT))


@PROVOKED.by(Told.JSON, FOR_OTHERS.text)
async def bring_a_token_for_others(world: World, operation: Operation) -> httpx2.Response:
    """Bring a token that is for another API."""
    machine = await world.machine(scope=ADMIN_SCOPE)
    asked = {"grant_type": "client_credentials", "resource": ONE}
    token = (await machine.token(**asked)).json()["access_token"]
    return await send(world.browser(), operation, "", Authorization=f"Bearer {token}")


def _query(rp: RelyingParty, changes: dict[str, Any]) -> str:
    return urlsplit(rp.authorization_url(**changes)).query


async def _register_anew(world: World, rp: RelyingParty, **changes: Any) -> None:
    def change() -> None:
        client = find_client(rp.client_id)
        assert client is not None
        set_client_metadata(rp.client_id, {**client.metadata, **changes}, None)

    await world.provider.database.run(change)
