"""Mistakes of devices, and of people who connect them."""

import httpx2
from sqlalchemy import update

from idp import clock
from idp.openapi.model import Operation, Told
from idp.openapi.operations import polling
from idp.secret import digest
from idp.storage.database import db
from idp.storage.polled_requests import polled_requests
from tests.openapi.provoking_pushed import push_often
from tests.openapi.world import Provocations, Provoke, World, path_of
from tests.parties import backchannel
from tests.parties.backchannel import BANK, CIBA
from tests.parties.browser import Browser, Page
from tests.parties.devices import DEVICE, DEVICE_CODE, ask, decide
from tests.parties.relying_party import RelyingParty

PROVOKED = Provocations()

JSON = Told.JSON


async def device(world: World) -> RelyingParty:
    """Add a device."""
    return await world.client(**DEVICE)


async def both(world: World) -> RelyingParty:
    """Add a client that asks in either way."""
    return await world.client(**BANK | {"grant_types": [CIBA, DEVICE_CODE]})


async def bank(world: World) -> RelyingParty:
    """Add a client that asks people elsewhere, and is told of their answers."""
    endpoint = {"backchannel_client_notification_endpoint": "https://bank.example/ping"}
    return await world.client(**BANK | endpoint | {"backchannel_token_delivery_mode": "ping"})


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
    return await (await both(world)).post(path_of(operation), scope="openid " * 300)


@PROVOKED.by(JSON, "The client is not registered for any scope of this request.")
async def ask_for_scope_of_others(world: World, operation: Operation) -> httpx2.Response:
    """Send a scope of which nothing is for the client."""
    return await (await both(world)).post(path_of(operation), scope="notes.write")


# What cannot be asked of a sign-in, in either way.
OF_SIGN_INS = {
    "The prompt must be of login, consent and select_account.": {"prompt": "none"},
    "The max_age must be a number of seconds.": {"max_age": "soon"},
    "The claims must be a JSON object as OIDC Core 5.5 has it.": {"claims": "[]"},
    "No value of the essential acr can be met: see acr_values_supported.": {
        "claims": '{"id_token": {"acr": {"essential": true, "value": "urn:a:gold"}}}'
    },
}


def _ask_by(sent: dict[str, str]) -> Provoke:
    async def provoke(world: World, operation: Operation) -> httpx2.Response:
        return await (await both(world)).post(path_of(operation), scope="openid", **sent)

    return provoke


for text, sent in OF_SIGN_INS.items():
    PROVOKED.by(JSON, text)(_ask_by(sent))


@PROVOKED.by(JSON, "The parameter auth_req_id is missing.")
async def leave_out_auth_req_id(world: World, operation: Operation) -> httpx2.Response:
    """Poll with nothing, as a client that asks people elsewhere."""
    return await (await bank(world)).token(grant_type=CIBA)


# What is wrong in a request that is right otherwise.
WRONG: dict[str, dict[str, str | None]] = {
    "The parameter scope is missing.": {"scope": None},
    "The scope must have openid.": {"scope": "profile"},
    "Send exactly one of login_hint and id_token_hint.": {"login_hint": None},
    "The login_hint_token is not supported: send login_hint.": {
        "login_hint": None,
        "login_hint_token": "t",
    },
    "The id_token_hint is no ID token of this issuer for this client.": {
        "login_hint": None,
        "id_token_hint": "e.e.e",
    },
    "The hint names no user of this server.": {"login_hint": "nobody"},
    "The binding_message must be one line of at most 100 characters.": {"binding_message": "\n"},
    "The requested_expiry must be a positive number of seconds.": {"requested_expiry": "0"},
    "The parameter client_notification_token is missing.": {"client_notification_token": None},
    "The client_notification_token must be a Bearer token.": {"client_notification_token": "a b"},
}


def _provoke_by(changes: dict[str, str | None]) -> Provoke:
    async def provoke(world: World, operation: Operation) -> httpx2.Response:
        usual = {"client_notification_token": "token"}
        return await backchannel.ask(await bank(world), **usual | changes)

    return provoke


for text, changes in WRONG.items():
    PROVOKED.by(JSON, text)(_provoke_by(changes))


@PROVOKED.by(JSON, "Asked too often. Wait as Retry-After says.")
async def ask_often(world: World, operation: Operation) -> httpx2.Response:
    """Ask for devices, or for names that nobody has, or push, until it is enough."""
    if operation.operation_id == "pushed_authorization_request":
        return await push_often(world)
    rp = await both(world)
    for _ in range(world.config.throttle.address_failures):
        await rp.post(path_of(operation), scope="openid", login_hint=world.name())
    return await rp.post(path_of(operation), scope="openid", login_hint="alice")


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
