"""Mistakes of people who set up what they sign in with."""

from functools import partial

import httpx2

from idp import paths
from idp.openapi.model import Operation, Told
from idp.openapi.operations import second_factor_pages
from idp.users.accounts import add_account
from tests.openapi.world import PASSWORD, Provocations, World
from tests.parties.authenticator_app import AuthenticatorApp
from tests.parties.browser import Browser, Page

PROVOKED = Provocations()


@PROVOKED.by(Told.PAGE, second_factor_pages.WRONG_NEW_CODE.text)
async def mistype_code(world: World, operation: Operation) -> httpx2.Response:
    """Type another code than the app shows."""
    browser = await _sign_in(world)
    page = await _open(browser, operation.path)
    wrong = AuthenticatorApp.set_up_on(page.text).wrong_code()
    return await browser.http.post(operation.path, data=page.forms[0].fields | {"code": wrong})


@PROVOKED.by(Told.PAGE, second_factor_pages.SET_UP_TOO_LATE.text)
async def come_back_too_late(world: World, operation: Operation) -> httpx2.Response:
    """Send a form that is not good any more."""
    browser = await _sign_in(world)
    page = await _open(browser, operation.path)
    return await browser.http.post(operation.path, data=page.forms[0].fields | {"pending": "old"})


@PROVOKED.by(Told.PAGE, second_factor_pages.MADE_TOO_LATE.text)
async def press_too_late(world: World, operation: Operation) -> httpx2.Response:
    """Press the button of a page that is not good any more, with an app set up."""
    browser = await _sign_in(world)
    page = await _open(browser, paths.TOTP)
    code = AuthenticatorApp.set_up_on(page.text).code()
    await browser.http.post(paths.TOTP, data=page.forms[0].fields | {"code": code})
    page = await _open(browser, operation.path)
    return await browser.http.post(operation.path, data=page.forms[0].fields | {"pending": "old"})


async def _sign_in(world: World) -> Browser:
    """Open a browser in which somebody is signed in whom no other provocation knows."""
    name, browser = world.name(), world.browser()
    add = partial(add_account, world.provider.hasher, email=None, name=None, password=PASSWORD)
    await world.provider.database.run(partial(add, username=name))
    await browser.sign_in(await _open(browser, paths.LOGIN), name, PASSWORD)
    return browser


async def _open(browser: Browser, path: str) -> Page:
    page = await browser.open(path)
    assert isinstance(page, Page)
    return page
