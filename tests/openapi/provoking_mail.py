"""Mistakes with what was mailed, and what may have changed before it was read."""

from functools import partial
from typing import Any, NamedTuple

import httpx2

from idp.openapi.model import Operation, Told
from idp.openapi.operations import mail_pages
from idp.secret import Secret
from idp.storage.users import User, find_user_by_key, set_email_verified
from idp.users import mail_proofs
from idp.users.mail_proofs import MAX_TRIES, Purpose
from tests.openapi.world import Provocations, World, path_of
from tests.parties.browser import Browser, Page

PROVOKED = Provocations()
PENDING = {"name": None, "password_hash": "$2b$04$"}


class Begun(NamedTuple):
    """What was asked for, and what its mail would carry."""

    flow: str
    code: str
    link: str


@PROVOKED.by(Told.PAGE, mail_pages.OVER.text)
async def come_too_late(world: World, operation: Operation) -> httpx2.Response:
    """Come with what was never asked for."""
    browser = world.browser()
    form = {"csrf": await _csrf(browser)}
    data = form if operation.method == "POST" else None
    return await browser.http.request(operation.method, path_of(operation), data=data)


@PROVOKED.by(Told.PAGE, mail_pages.NOTHING_DONE.text)
async def do_nothing(world: World, operation: Operation) -> httpx2.Response:
    """Come to see what was not done."""
    return await world.browser().http.get(path_of(operation))


@PROVOKED.by(Told.PAGE, mail_pages.WRONG_CODE.text)
async def mistype_code(world: World, operation: Operation) -> httpx2.Response:
    """Type a wrong code."""
    browser = world.browser()
    begun = await begin(world, browser, Purpose.VERIFY_EMAIL)
    return await _prove(browser, operation, begun._replace(code="no code"))


@PROVOKED.by(Told.PAGE, mail_pages.TOO_MANY_CODES.text)
async def guess_codes(world: World, operation: Operation) -> httpx2.Response:
    """Type wrong codes until it is enough, and then the right one."""
    browser = world.browser()
    begun = await begin(world, browser, Purpose.VERIFY_EMAIL)
    for _ in range(MAX_TRIES):
        await _prove(browser, operation, begun._replace(code="no code"))
    return await _prove(browser, operation, begun)


@PROVOKED.by(Told.PAGE, mail_pages.TAKEN_USERNAME.text)
async def choose_name_of_another(world: World, operation: Operation) -> httpx2.Response:
    """Register with a user name that another person has by now."""
    browser, email = world.browser(), f"{world.name()}@a.example"
    data = PENDING | {"username": "alice"}
    begun = await begin(world, browser, Purpose.REGISTER, email=email, data=data)
    return await _prove(browser, operation, begun)


@PROVOKED.by(Told.PAGE, mail_pages.TAKEN_EMAIL.text)
async def register_address_again(world: World, operation: Operation) -> httpx2.Response:
    """Register with an address that has an account by now."""
    browser, data = world.browser(), PENDING | {"username": world.name()}
    begun = await begin(world, browser, Purpose.REGISTER, email="alice@a.example", data=data)
    return await _prove(browser, operation, begun)


@PROVOKED.by(Told.PAGE, mail_pages.TAKEN_NEW_EMAIL.text)
async def change_to_address_of_another(world: World, operation: Operation) -> httpx2.Response:
    """Confirm an address that another person has by now."""
    browser = world.browser()
    await world.walk(await world.client(), browser)
    begun = await _begin_change(world, browser, "bob@a.example")
    return await _prove(browser, operation, begun)


@PROVOKED.by(Told.PAGE, mail_pages.SIGN_IN_FIRST.text)
async def change_for_another(world: World, operation: Operation) -> httpx2.Response:
    """Confirm an address where nobody is signed in."""
    browser = world.browser()
    return await _prove(browser, operation, await _begin_change(world, browser, "new@a.example"))


@PROVOKED.by(Told.PAGE, mail_pages.WEAK_PASSWORD.text)
async def choose_no_password(world: World, operation: Operation) -> httpx2.Response:
    """Leave the new password empty."""
    browser, alice = world.browser(), await _alice(world)
    run = world.provider.database.run
    await run(set_email_verified, alice.user_id, alice.email_key)
    begun = await begin(world, browser, Purpose.RECOVER, email=alice.email, user_id=alice.user_id)
    return await _prove(browser, operation, begun)


@PROVOKED.by(Told.PAGE, mail_pages.NOBODY.text)
async def say_no_name(world: World, operation: Operation) -> httpx2.Response:
    """Leave the name empty."""
    return await _ask(world, world.browser(), operation, username=" ")


@PROVOKED.by(Told.PAGE, mail_pages.WRONG_ADDRESS.text)
async def type_no_address(world: World, operation: Operation) -> httpx2.Response:
    """Type something else than an address."""
    return await _ask(world, world.browser(), operation, email="alice@")


@PROVOKED.by(Told.PAGE, mail_pages.ASKED_TOO_OFTEN.text)
async def ask_often(world: World, operation: Operation) -> httpx2.Response:
    """Ask for mails until it is enough."""
    browser, name = world.browser(), world.name()
    typed = {"username": name, "email": f"{name}@a.example"}
    for _ in range(world.config.throttle.mails):
        await _ask(world, browser, operation, **typed)
    return await _ask(world, browser, operation, **typed)


async def begin(world: World, browser: Browser, purpose: Purpose, **changes: Any) -> Begun:
    """Begin a proof in a browser, as if its mail had been read there."""
    await _csrf(browser)  # so that the browser has a name
    name = Secret(browser.cookies["__Host-idp-browser"])
    values = {"key": world.name(), "email": "alice@a.example", "browser": name} | changes
    run = world.provider.database.run
    flow, proof = await run(partial(mail_proofs.begin, purpose, **values))
    mail = await run(mail_proofs.renew_secrets, proof.proof_id)
    assert mail is not None
    assert mail.link_token is not None
    code = mail.code.reveal() if mail.code else ""
    return Begun(flow.reveal(), code, mail.link_token.reveal())


async def _begin_change(world: World, browser: Browser, email: str) -> Begun:
    user_id = (await _alice(world)).user_id
    return await begin(world, browser, Purpose.CHANGE_EMAIL, email=email, user_id=user_id)


async def _alice(world: World) -> User:
    alice = await world.provider.database.run(find_user_by_key, "alice")
    assert alice is not None
    return alice


async def _prove(browser: Browser, operation: Operation, begun: Begun) -> httpx2.Response:
    """Type the code or press the button behind the link, as the operation has it."""
    is_link = "{link}" in operation.path
    path = path_of(operation, begun.link if is_link else begun.flow)
    data = {"csrf": await _csrf(browser), "code": begun.code}
    return await browser.http.post(path, data=data)


async def _ask(
    world: World, browser: Browser, operation: Operation, **typed: str
) -> httpx2.Response:
    if operation.operation_id == "submit_email":
        await world.walk(await world.client(), browser)
        path = operation.path
    else:
        path = operation.path.replace("{interaction}", await _interaction(world, browser))
    return await browser.http.post(path, data={"csrf": await _csrf(browser)} | typed)


async def _interaction(world: World, browser: Browser) -> str:
    page = await browser.open((await world.client()).authorization_url())
    assert isinstance(page, Page)
    return page.url.rpartition("/")[2]


async def _csrf(browser: Browser) -> str:
    page = await browser.open("/recover")
    assert isinstance(page, Page)
    return page.forms[0].fields["csrf"]
