"""Mistakes of clients that push their requests, and browsers that bring what is good no more.

What is wrong with a request is wrong with it when it is pushed, too: so that is provoked as at
the authorization endpoint, by public clients, which need no more than their client_id.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx2

from idp.openapi.model import Operation, Told
from idp.openapi.operations.pushed_authorization_request import OF_ADDRESSES, OF_PUSHED_REQUESTS
from idp.openapi.operations.pushed_refusals import SPENT
from tests.openapi.world import PASSWORD, Provocations, Provoke, World, send
from tests.parties.browser import Browser, Page
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.pushing import push, pushed_url
from tests.parties.relying_party import REDIRECT_URI, RelyingParty

PROVOKED = Provocations()
OF_MACHINES = "The client is not registered for this response_type."


class PublicWorld(World):
    """The same server, whose new clients are all public."""

    async def client(self, **changes: Any) -> RelyingParty:
        """Add a client."""
        return await super().client(**{"token_endpoint_auth_method": "none"} | changes)


def also_pushed(provoked: Mapping[tuple[Told, str], Provoke]) -> Provocations:
    """Provoke by a push what is provoked by way of the browser, and else is as it was."""
    pushed = Provocations()
    for refusal in OF_PUSHED_REQUESTS:
        if refusal.text != OF_MACHINES:
            provoke = provoked[Told.REDIRECT, refusal.text]
            pushed[Told.JSON, refusal.text] = _instead_of(
                provoked.get((Told.JSON, refusal.text)), provoke
            )
    for refusal in OF_ADDRESSES:
        provoke = provoked[Told.PAGE, refusal.text.removesuffix(".")]
        pushed[Told.JSON, refusal.text] = _instead_of(None, provoke)
    return pushed


def _instead_of(elsewhere: Provoke | None, provoke: Provoke) -> Provoke:
    async def provoke_here(world: World, operation: Operation) -> httpx2.Response:
        if elsewhere is not None and operation.operation_id != "pushed_authorization_request":
            return await elsewhere(world, operation)
        return await provoke(PublicWorld(world.app, world.config), operation)

    return provoke_here


@PROVOKED.by(Told.JSON, OF_MACHINES)
async def push_as_a_machine(world: World, operation: Operation) -> httpx2.Response:
    """Push as a client that has no codes."""
    rp = await world.machine(redirect_uris=[REDIRECT_URI])
    return await rp.post(operation.path, client_id=rp.client_id, response_type="code")


@PROVOKED.by(Told.JSON, "The parameter client_id is missing.")
async def leave_out_the_client(world: World, operation: Operation) -> httpx2.Response:
    """Push without the client_id, though who pushes is known."""
    return await (await world.client()).post(operation.path, response_type="code")


@PROVOKED.by(Told.JSON, "A pushed request must not have a request_uri.")
async def push_a_name(world: World, operation: Operation) -> httpx2.Response:
    """Push the name of a request."""
    rp = await world.client()
    return await rp.post(operation.path, client_id=rp.client_id, request_uri="urn:a")


@PROVOKED.by(Told.JSON, "The dpop_jkt is not the thumbprint of the key of the DPoP proof.")
async def prove_another_key(world: World, operation: Operation) -> httpx2.Response:
    """Push the thumbprint of one key with a proof of another."""
    party = ProvingParty(await world.client(), Holder(world.issuer))
    return await push(party, dpop_jkt=Holder(world.issuer).jkt)


async def push_often(world: World) -> httpx2.Response:
    """Push without a secret, and go nowhere, until it is enough."""
    rp = await world.client(token_endpoint_auth_method="none")
    for _ in range(world.config.throttle.address_failures):
        await push(rp)
    return await push(rp)


@PROVOKED.by(Told.REDIRECT, "Push the request first: see pushed_authorization_request_endpoint.")
async def push_nothing(world: World, operation: Operation) -> httpx2.Response:
    """Ask by way of the browser as a client that has to push."""
    rp = await world.client(require_pushed_authorization_requests=True)
    query = rp.authorization_url().partition("?")[2]
    return await send(world.browser(), operation, query)


@PROVOKED.by(Told.PAGE, "client_id or request_uri is repeated")
async def name_two_requests(world: World, operation: Operation) -> httpx2.Response:
    """Come with two names."""
    names = [("client_id", "c")] + [("request_uri", "urn:ietf:params:oauth:request_uri:a")] * 2
    return await send(world.browser(), operation, urlencode(names))


@PROVOKED.by(Told.PAGE, "this request_uri is unknown, has expired or was used before")
async def make_up_a_name(world: World, operation: Operation) -> httpx2.Response:
    """Come with a name that nobody was given."""
    named = {"client_id": "c", "request_uri": "urn:ietf:params:oauth:request_uri:a"}
    return await send(world.browser(), operation, urlencode(named))


@PROVOKED.by(Told.PAGE, "this request_uri is another client's")
async def name_what_another_pushed(world: World, operation: Operation) -> httpx2.Response:
    """Come with the name of another client's request."""
    query = (await pushed_url(await world.client())).partition("request_uri=")[2]
    other = (await world.client()).client_id
    return await send(world.browser(), operation, f"client_id={other}&request_uri={query}")


@PROVOKED.by(Told.PAGE, SPENT.text)
async def come_second(world: World, operation: Operation) -> httpx2.Response:
    """Go all the way in two browsers, and press the button in one after the other."""
    url = await pushed_url(await world.client())
    first, second = world.browser(), world.browser()
    pages = [await _to_consent(first, url), await _to_consent(second, url)]
    await first.submit(pages[0], "consent-allow")
    return await second.http.post(
        pages[1].url,
        data=pages[1].forms[0].fields | {"decision": "allow"},
        follow_redirects=True,
    )


async def _to_consent(browser: Browser, url: str) -> Page:
    login = await browser.open(url)
    assert isinstance(login, Page)
    consent = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(consent, Page)
    return consent
