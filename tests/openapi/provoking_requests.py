"""Requests that no endpoint can read, and a database that is gone."""

import httpx2

from idp.openapi.model import MediaType, Operation, Told
from idp.openapi.operations import refusals
from idp.openapi.operations.tags import CLIENTS
from idp.secret import Secret
from idp.web import csrf
from tests.openapi.world import Provocations, World, path_of, send

PROVOKED = Provocations()

CSRF = (
    "submit_",
    "disconnect",
    "sign_out",
    "end_session_by_post",
    "remove_picture",
    "export_account",
    "delete_account",
)

# Enough for every operation to get to where it needs the database.
PLAUSIBLE = (
    "client_id=c&client_secret=s&grant_type=client_credentials&token=idp_at_t"
    "&username=a&email=a%40b.example&name=a&password=p"
)


@PROVOKED.by(Told.JSON, refusals.NO_FORM.text)
@PROVOKED.by(Told.PAGE, refusals.NO_FORM.text)
async def send_json(world: World, operation: Operation) -> httpx2.Response:
    """Send JSON."""
    return await world.browser().http.post(path_of(operation), json={"client_id": "c"})


@PROVOKED.by(Told.JSON, refusals.UNDECODABLE.text)
@PROVOKED.by(Told.PAGE, refusals.UNDECODABLE.text)
async def send_broken_utf8(world: World, operation: Operation) -> httpx2.Response:
    """Send bytes that are no UTF-8."""
    return await send(world.browser(), operation, "a=%ff")


@PROVOKED.by(Told.JSON, refusals.NUL.text)
@PROVOKED.by(Told.PAGE, refusals.NUL.text)
async def send_nul(world: World, operation: Operation) -> httpx2.Response:
    """Send a NUL character."""
    return await send(world.browser(), operation, "a=%00")


@PROVOKED.by(Told.JSON, refusals.TOO_LONG.text)
@PROVOKED.by(Told.PAGE, refusals.TOO_LONG.text)
async def send_too_much(world: World, operation: Operation) -> httpx2.Response:
    """Send a body that is longer than the limit."""
    has_file = operation.takes is MediaType.MULTIPART
    limit = world.config.account.max_picture_bytes if has_file else 0
    much = "a=" + "a" * (limit + world.config.server.max_body_bytes)
    headers = {"Content-Type": operation.takes}
    return await world.browser().http.request(
        operation.method, path_of(operation), content=much.encode(), headers=headers
    )


@PROVOKED.by(Told.JSON, refusals.NO_DATABASE.text)
@PROVOKED.by(Told.PAGE, refusals.PAGE_NO_DATABASE.text)
async def send_to_server_without_database(world: World, operation: Operation) -> httpx2.Response:
    """Send something plausible from a browser that has been here before."""
    browser = world.browser()
    name = Secret("browser")
    browser.cookies.set("__Host-idp-browser", name.reveal())
    browser.cookies.set("__Host-idp-session", "session")
    if operation.tag is CLIENTS:
        body = {} if operation.takes is MediaType.JSON else None
        return await browser.http.request(
            operation.method, path_of(operation), json=body, headers={"Authorization": "Bearer t"}
        )
    if operation.operation_id == "userinfo":
        return await send(browser, operation, "", Authorization="Bearer idp_at_t")
    if operation.operation_id == "userinfo_by_post":
        return await send(browser, operation, "access_token=idp_at_t")
    if operation.takes is MediaType.MULTIPART:
        form = {"csrf": csrf.token(name)}
        return await browser.http.post(operation.path, data=form, files={"picture": b""})
    token = f"&csrf={csrf.token(name)}" if operation.operation_id.startswith(CSRF) else ""
    return await send(browser, operation, PLAUSIBLE + token)
