"""Mistakes of devices, and of people who connect them."""

import httpx2
from sqlalchemy import update

from idp import clock
from idp.openapi.model import Operation, Told
from idp.openapi.operations import polling
from idp.secret import digest
from idp.storage.database import db
from idp.storage.polled_requests import polled_requests
from tests.openapi.world import Provocations, World, path_of
from tests.parties.browser import Browser, Page
from tests.parties.devices import DEVICE, DEVICE_CODE, ask, decide
from tests.parties.relying_party import RelyingParty

PROVOKED = Provocations()

JSON = Told.JSON


async def device(world: World) -> RelyingParty:
    """Add a device."""
    return await world.client(**DEVICE)


@PROVOKED.by(JSON, "The parameter device_code is missing.")
async def leave_out_device_code(world: World, operation: Operation) -> httpx2.Response:
    """Poll with nothing."""
    return await (await device(world)).token(grant_type=DEVICE_CODE)


@PROVOKED.by(JSON, "The code is unknown, was used before, or is not for this client.")
async def make_up_device_code(world: World, operation: Operation) -> httpx2.Response:
    """Poll with a code that was never given."""
    return await (await device(world)).token(grant_type=DEVICE_CODE, device_code="made-up")


@PROVOKED.by(JSON, "The user has not decided yet: ask again after the interval.")
async def poll_at_once(world: World, operation: Operation) -> httpx2.Response:
    """Poll while nobody has done anything."""
    return await (await ask(await device(world))).poll()


@PROVOKED.by(JSON, "Asked too soon: wait 5 seconds longer than before, from now on.")
async def poll_without_pause(world: World, operation: Operation) -> httpx2.Response:
    """Poll twice at once."""
    asked = await ask(await device(world))
    await asked.poll()
    return await asked.poll()


@PROVOKED.by(JSON, "The code has expired: begin anew if the user wants to.")
async def poll_too_late(world: World, operation: Operation) -> httpx2.Response:
    """Poll with a code from before."""
    asked = await ask(await device(world))
    await world.provider.database.run(_let_expire, digest(asked.device_code))
    return await asked.poll()


@PROVOKED.by(JSON, "The user did not allow it.")
async def deny(world: World, operation: Operation) -> httpx2.Response:
    """Let the person press Cancel."""
    asked = await ask(await device(world))
    await decide(world.browser(), asked.user_code, "consent-deny")
    return await asked.poll()


@PROVOKED.by(JSON, "A parameter is too long.")
async def ask_too_much(world: World, operation: Operation) -> httpx2.Response:
    """Send a scope that never ends."""
    return await (await device(world)).post(path_of(operation), scope="openid " * 300)


@PROVOKED.by(JSON, "The client is not registered for any scope of this request.")
async def ask_for_scope_of_others(world: World, operation: Operation) -> httpx2.Response:
    """Send a scope of which nothing is for the client."""
    return await (await device(world)).post(path_of(operation), scope="notes.write")


@PROVOKED.by(Told.PAGE, polling.WRONG_USER_CODE.text)
async def mistype_user_code(world: World, operation: Operation) -> httpx2.Response:
    """Type a code that no device shows."""
    return await _guess(world.browser(), operation)


@PROVOKED.by(Told.PAGE, polling.TOO_MANY_GUESSES.text)
async def guess_user_codes(world: World, operation: Operation) -> httpx2.Response:
    """Type wrong codes until it is enough."""
    browser = world.browser()
    for _ in range(world.config.throttle.address_failures):
        await _guess(browser, operation)
    return await _guess(browser, operation)


@PROVOKED.by(Told.PAGE, polling.NO_OUTCOME.text)
async def ask_for_another_outcome(world: World, operation: Operation) -> httpx2.Response:
    """Open the page at the end with a word of one's own."""
    return await world.browser().http.get(path_of(operation))


async def _guess(browser: Browser, operation: Operation) -> httpx2.Response:
    page = await browser.open(operation.path)
    assert isinstance(page, Page)
    form = page.forms[0].fields | {"user_code": "BBBB-BBBB"}
    return await browser.http.post(operation.path, data=form)


def _let_expire(code_digest: bytes) -> None:
    match = polled_requests.c.code_digest == code_digest
    db().execute(update(polled_requests).where(match).values(expires_at=clock.now()))
