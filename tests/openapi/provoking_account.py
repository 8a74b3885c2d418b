"""Mistakes of people at their own pages."""

from functools import partial

import httpx2

from idp import paths
from idp.openapi.model import Operation, Told
from idp.openapi.operations import account
from idp.users.accounts import add_account
from tests.openapi.world import PASSWORD, Provocations, World, path_of
from tests.parties.browser import Browser, Page

PROVOKED = Provocations()


@PROVOKED.by(Told.PAGE, account.WRONG_CLAIM.text)
async def say_nonsense(world: World, operation: Operation) -> httpx2.Response:
    """Type something that is no address of a website."""
    return await _post(world, operation, website="nonsense")


@PROVOKED.by(Told.PAGE, account.NOT_A_PICTURE.text)
async def give_text(world: World, operation: Operation) -> httpx2.Response:
    """Choose a file that is no picture."""
    return await _give(world, operation, b"no picture")


@PROVOKED.by(Told.PAGE, account.TOO_LARGE.text)
async def give_too_much(world: World, operation: Operation) -> httpx2.Response:
    """Choose a picture that is a byte too large."""
    return await _give(world, operation, b"x" * (world.config.account.max_picture_bytes + 1))


@PROVOKED.by(Told.PAGE, account.NO_PICTURES.text)
async def give_where_nobody_may(world: World, operation: Operation) -> httpx2.Response:
    """Choose a picture, or want none, where that is settled."""
    if operation.path == paths.REMOVE_PICTURE:
        return await _post(world, operation)
    return await _give(world, operation, b"x")


@PROVOKED.by(Told.PAGE, account.NO_MULTIPART.text)
async def give_by_ordinary_form(world: World, operation: Operation) -> httpx2.Response:
    """Send a form that cannot have a file."""
    return await world.browser().http.post(path_of(operation), data={"picture": "x"})


@PROVOKED.by(Told.PAGE, account.NOT_TYPED.text)
async def type_other_name(world: World, operation: Operation) -> httpx2.Response:
    """Type somebody else's name."""
    return await _post(world, operation, confirmation="bob")


@PROVOKED.by(Told.PAGE, account.NO_DELETION.text)
async def delete_where_nobody_may(world: World, operation: Operation) -> httpx2.Response:
    """Want to be gone where that is for administrators to do."""
    return await _post(world, operation, confirmation="alice")


@PROVOKED.by(Told.PAGE, account.LAST_ADMINISTRATOR.text)
async def leave_nobody(world: World, operation: Operation) -> httpx2.Response:
    """Want to be gone as the only administrator."""
    root = world.name()
    add = partial(add_account, world.provider.hasher, name=None, password=PASSWORD, is_admin=True)
    await world.provider.database.run(partial(add, username=root, email=None))
    return await _post(world, operation, root, confirmation=root)


@PROVOKED.by(Told.PAGE, account.UNUSABLE_USER_CODE.text)
async def choose_short_code(world: World, operation: Operation) -> httpx2.Response:
    """Choose a code that would soon be guessed."""
    return await _post(world, operation, user_code="12345")


async def _signed_in(world: World, who: str = "alice") -> tuple[Browser, str]:
    """Sign somebody in; give their browser, and the token of their forms."""
    browser = world.browser()
    page = await browser.open(paths.ACCOUNT)
    assert isinstance(page, Page)
    page = await browser.sign_in(page, who, PASSWORD)
    assert isinstance(page, Page)
    return browser, page.forms[0].fields["csrf"]


async def _post(
    world: World, operation: Operation, who: str = "alice", **typed: str
) -> httpx2.Response:
    browser, token = await _signed_in(world, who)
    return await browser.http.post(operation.path, data={"csrf": token, **typed})


async def _give(world: World, operation: Operation, body: bytes) -> httpx2.Response:
    browser, token = await _signed_in(world)
    files = {"picture": ("me.png", body, "image/png")}
    return await browser.http.post(operation.path, data={"csrf": token}, files=files)
