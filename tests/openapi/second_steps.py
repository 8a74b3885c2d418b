"""How whoever provokes a refusal comes to the page of a second step."""

from functools import partial

from idp import paths
from idp.openapi.model import Operation
from idp.users.accounts import add_account
from tests.openapi.world import PASSWORD, World
from tests.parties.authenticator_app import AuthenticatorApp
from tests.parties.browser import Browser, Page


async def signed_in(world: World, browser: Browser) -> str:
    """Sign somebody in whom no other provocation knows; give their name."""
    name = world.name()
    add = partial(add_account, world.provider.hasher, email=None, name=None, password=PASSWORD)
    await world.provider.database.run(partial(add, username=name))
    await browser.sign_in(await opened(browser, paths.LOGIN), name, PASSWORD)
    return name


async def set_up_app(browser: Browser) -> None:
    """Set up an authenticator app for who is signed in."""
    page = await opened(browser, paths.TOTP)
    code = AuthenticatorApp.set_up_on(page.text).code()
    await browser.http.post(paths.TOTP, data=page.forms[0].fields | {"code": code})


async def path_of_second_step(world: World, browser: Browser, operation: Operation) -> str:
    """Find the address of the page for somebody who has an app and typed their password."""
    elsewhere = world.browser()
    name = await signed_in(world, elsewhere)
    await set_up_app(elsewhere)
    begin = paths.LOGIN
    if "{interaction}" in operation.path:
        begin = (await world.client()).authorization_url()
    page = await browser.sign_in(await opened(browser, begin), name, PASSWORD)
    assert isinstance(page, Page), page
    assert "verify-page" in page, page.text
    return page.url.removeprefix(world.issuer)


async def opened(browser: Browser, path: str) -> Page:
    """Open a page of ours."""
    page = await browser.open(path)
    assert isinstance(page, Page), page
    return page
