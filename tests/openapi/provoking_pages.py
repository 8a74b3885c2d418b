"""Mistakes of people at the pages, and of those who would use them."""

import httpx2

from idp import paths
from idp.openapi.model import MediaType, Operation, Told
from idp.openapi.operations import (
    account_pages,
    page,
    pages,
    passkeys,
    refusals,
    registration_pages,
)
from idp.users.mail_proofs import Purpose
from idp.users.setup import make_setup_token
from tests.openapi.provoking_mail import begin
from tests.openapi.second_steps import opened, path_of_second_step, signed_in
from tests.openapi.world import PASSWORD, Provocations, World, path_of
from tests.parties.browser import Browser, Page

PROVOKED = Provocations()
INVITED = "invited@a.example"

# What a client asks for, so that the browser is shown the page of an operation.
PROMPTS = {
    "select_account_for_request": "select_account",
    "consent": "consent",
    "register_for_request": "create",
}


@PROVOKED.by(Told.PAGE, refusals.EXPIRED.text)
async def come_too_late(world: World, operation: Operation) -> httpx2.Response:
    """Come with a sign-in that is not there."""
    return await world.browser().http.request(operation.method, path_of(operation))


@PROVOKED.by(Told.PAGE, refusals.OTHER_BROWSER.text)
async def come_with_another_browser(world: World, operation: Operation) -> httpx2.Response:
    """Come with the address of a page that another browser was shown."""
    path = await _path_in(world, world.browser(), operation)
    return await world.browser().http.request(operation.method, path)


@PROVOKED.by(Told.PAGE, refusals.FORGED.text)
async def forge(world: World, operation: Operation) -> httpx2.Response:
    """Send a form that does not come from a page."""
    browser = world.browser()
    path = await _path_in(world, browser, operation)
    files = {"picture": b""} if operation.takes is MediaType.MULTIPART else None
    return await browser.http.post(path, data={"csrf": "forged"}, files=files)


@PROVOKED.by(Told.PAGE, page.WRONG_PASSWORD.text)
async def mistype_password(world: World, operation: Operation) -> httpx2.Response:
    """Type a wrong password."""
    return await _submit(world, world.browser(), operation, username="alice", password="wrong")


@PROVOKED.by(Told.PAGE, page.WRONG_PASSKEY.text)
async def answer_with_no_passkey(world: World, operation: Operation) -> httpx2.Response:
    """Send what is no answer of a passkey."""
    return await _submit(world, world.browser(), operation, credential="{}")


@PROVOKED.by(Told.PAGE, passkeys.NO_PASSKEY.text)
async def add_no_passkey(world: World, operation: Operation) -> httpx2.Response:
    """Send what is no new passkey."""
    return await _submit(world, world.browser(), operation, decision="add", credential="{}")


@PROVOKED.by(Told.PAGE, page.THROTTLED.text)
async def guess_passwords(world: World, operation: Operation) -> httpx2.Response:
    """Type wrong passwords until it is enough."""
    browser, name = world.browser(), world.name()
    path = await _path_in(world, browser, operation)
    page = await opened(browser, path)
    form = page.forms[0].fields | {"username": name, "password": "wrong", "code": "none"}
    for _ in range(world.config.throttle.account_failures):
        await browser.http.post(path, data=form)
    return await browser.http.post(path, data=form)


@PROVOKED.by(Told.PAGE, account_pages.WRONG_CURRENT_PASSWORD.text)
async def mistype_current_password(world: World, operation: Operation) -> httpx2.Response:
    """Type a wrong password where a new one is wanted."""
    return await _submit(world, world.browser(), operation, current_password="wrong")


@PROVOKED.by(Told.PAGE, account_pages.WEAK_NEW_PASSWORD.text)
async def choose_no_password(world: World, operation: Operation) -> httpx2.Response:
    """Leave the new password empty."""
    return await _submit(world, world.browser(), operation, current_password=PASSWORD)


@PROVOKED.by(Told.PAGE, registration_pages.UNUSABLE_PROFILE.text)
async def type_nothing(world: World, operation: Operation) -> httpx2.Response:
    """Send the form as it is."""
    return await _submit(world, world.browser(), operation)


@PROVOKED.by(Told.PAGE, registration_pages.REGISTERED_TOO_OFTEN.text)
async def register_often(world: World, operation: Operation) -> httpx2.Response:
    """Send the form until it is enough."""
    browser = world.browser()
    for _ in range(world.config.throttle.address_failures):
        await _submit(world, browser, operation)
    return await _submit(world, browser, operation)


@PROVOKED.by(Told.PAGE, registration_pages.NO_REGISTRATION.text)
async def register_where_nobody_may(world: World, operation: Operation) -> httpx2.Response:
    """Come to the registration page of a server that has none."""
    browser = world.browser()
    path = await _path_in(world, browser, operation)
    return await browser.http.request(operation.method, path)


@PROVOKED.by(Told.PAGE, pages.NO_LOGO.text)
async def load_unknown_logo(world: World, operation: Operation) -> httpx2.Response:
    """Load the logo of a client that is not there."""
    return await world.browser().http.get(path_of(operation))


@PROVOKED.by(Told.PAGE, registration_pages.OLD_LINK.text)
async def come_with_old_link(world: World, operation: Operation) -> httpx2.Response:
    """Come with a link that is not good."""
    return await world.browser().http.request(operation.method, path_of(operation))


async def _submit(
    world: World, browser: Browser, operation: Operation, **typed: str
) -> httpx2.Response:
    """Send the form of a page that this browser is shown."""
    path = await _path_in(world, browser, operation)
    shown = await browser.open(path)
    assert isinstance(shown, Page), shown
    return await browser.http.post(path, data=shown.forms[0].fields | typed)


async def _path_in(world: World, browser: Browser, operation: Operation) -> str:
    """Find the address of an operation, for a browser that has come so far."""
    if operation.path in (paths.PASSWORD, paths.PASSKEYS, paths.EMAIL):
        await world.walk(await world.client(), browser)
    if "{task}" in operation.path:
        await signed_in(world, browser)
        return path_of(operation, "totp")
    if "{sign_in}" in operation.path:
        return await path_of_second_step(world, browser, operation)
    if "{" not in operation.path:
        return operation.path
    if "{flow}" in operation.path:
        return path_of(operation)
    if "{link}" in operation.path:
        data = {"name": None, "is_admin": False}
        begun = await begin(world, browser, Purpose.INVITATION, email=INVITED, data=data)
        return path_of(operation, begun.link)
    if "{token}" in operation.path:
        link = await world.provider.database.run(make_setup_token)
        return path_of(operation, link.reveal())
    name = operation.operation_id.removeprefix("submit_")
    prompt = PROMPTS.get(name) if world.config.registration.is_open else None
    rp = await world.client()
    if name in ("select_account_for_request", "consent"):
        await world.walk(rp, browser)
    shown = await browser.open(rp.authorization_url(prompt=prompt))
    assert isinstance(shown, Page), shown
    return path_of(operation, shown.url.rpartition("/")[2])
