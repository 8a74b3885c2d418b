"""Mistakes of people who set up what they sign in with."""

import httpx2

from idp.openapi.model import Operation, Told
from idp.openapi.operations import second_factor_pages, step_pages
from tests.openapi.second_steps import opened, path_of_second_step, set_up_app, signed_in
from tests.openapi.world import Provocations, World, path_of
from tests.parties.authenticator_app import AuthenticatorApp
from tests.parties.browser import Browser

PROVOKED = Provocations()


@PROVOKED.by(Told.PAGE, second_factor_pages.WRONG_NEW_CODE.text)
async def mistype_code(world: World, operation: Operation) -> httpx2.Response:
    """Type another code than the app shows."""
    browser = await _sign_in(world)
    page = await opened(browser, operation.path)
    wrong = AuthenticatorApp.set_up_on(page.text).wrong_code()
    return await browser.http.post(operation.path, data=page.forms[0].fields | {"code": wrong})


@PROVOKED.by(Told.PAGE, second_factor_pages.SET_UP_TOO_LATE.text)
async def come_back_too_late(world: World, operation: Operation) -> httpx2.Response:
    """Send a form that is not good any more."""
    browser = await _sign_in(world)
    page = await opened(browser, operation.path)
    return await browser.http.post(operation.path, data=page.forms[0].fields | {"pending": "old"})


@PROVOKED.by(Told.PAGE, second_factor_pages.MADE_TOO_LATE.text)
async def press_too_late(world: World, operation: Operation) -> httpx2.Response:
    """Press the button of a page that is not good any more, with an app set up."""
    browser = await _sign_in(world)
    await set_up_app(browser)
    page = await opened(browser, operation.path)
    return await browser.http.post(operation.path, data=page.forms[0].fields | {"pending": "old"})


@PROVOKED.by(Told.PAGE, step_pages.WRONG_CODE.text)
async def mistype_second_step(world: World, operation: Operation) -> httpx2.Response:
    """Type another code than the app shows, at a sign-in."""
    return await _prove(world, operation, code="none")


@PROVOKED.by(Told.PAGE, step_pages.OTHER_METHOD.text)
async def prove_something_else(world: World, operation: Operation) -> httpx2.Response:
    """Send what the page does not ask for."""
    return await _prove(world, operation, method="password")


@PROVOKED.by(Told.PAGE, step_pages.NOT_THEM.text)
async def confirm_as_somebody_else(world: World, operation: Operation) -> httpx2.Response:
    """Type a wrong password where one is asked for once more."""
    browser = await _sign_in(world)
    path = path_of(operation, "totp")
    form = (await opened(browser, path)).forms[0].fields | {"password": "wrong"}
    return await browser.http.post(path, data=form)


@PROVOKED.by(Told.PAGE, step_pages.NO_TASK.text)
async def confirm_for_nothing(world: World, operation: Operation) -> httpx2.Response:
    """Send a form to a page that is not there."""
    browser = await _sign_in(world)
    form = (await opened(browser, path_of(operation, "totp"))).forms[0].fields
    return await browser.http.post(path_of(operation), data=form)


async def _prove(world: World, operation: Operation, **typed: str) -> httpx2.Response:
    browser = world.browser()
    path = await path_of_second_step(world, browser, operation)
    form = (await opened(browser, path)).forms[0].fields | typed
    return await browser.http.post(path, data=form)


async def _sign_in(world: World) -> Browser:
    browser = world.browser()
    await signed_in(world, browser)
    return browser
