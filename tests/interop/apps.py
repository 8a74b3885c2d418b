"""Apps on clients made by others: each is a process of its own, at a port of its own."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from playwright.async_api import Page

from idp.clients.registration import Registered
from idp.storage.users import User
from tests.conftest import PASSWORD
from tests.parties.process import PATIENCE, PAUSE, free_port, until
from tests.parties.server import Server

NODE = Path(__file__).with_name("node")
INSTALLED = Path(__file__).parents[2] / "artifacts" / "interop"


@dataclass(frozen=True)
class App:
    """Where an app is, before it runs; `localhost` is another site than the server's 127.0.0.1."""

    port: int

    @property
    def origin(self) -> str:
        """Its origin."""
        return f"http://localhost:{self.port}"

    def url(self, path: str) -> str:
        """Tell the address of one of its pages."""
        return self.origin + path

    def listens(self) -> bool:
        """Tell whether it has been started."""
        return any(_connects(host, self.port) for host in ("127.0.0.1", "::1"))


def _connects(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def new_app() -> App:
    """Choose a port for an app."""
    return App(free_port())


async def add_web_client(server: Server, app: App, callback: str, **changes: Any) -> Registered:
    """Register an app that signs people in, stays signed in, and has a page for who signed out."""
    metadata = {
        "client_name": "Notes",
        "redirect_uris": [app.url(callback)],
        "post_logout_redirect_uris": [app.url("/signed-out")],
        "grant_types": ["authorization_code", "refresh_token"],
    }
    return await server.add_client(**metadata | changes)


def settings_of(server: Server, app: App, registered: Registered) -> dict[str, str]:
    """Tell an app, by its environment, what its developer knows."""
    secret = registered.client_secret
    return {
        "ISSUER": server.issuer,
        "PORT": str(app.port),
        "CLIENT_ID": registered.client.client_id,
        "CLIENT_SECRET": secret.reveal() if secret else "",
    }


@asynccontextmanager
async def running(app: App, command: Sequence[str | Path], **settings: str) -> AsyncIterator[App]:
    """Run an app; what it complains about is seen with the failed test."""
    environment = os.environ | settings
    async with await anyio.open_process(command, env=environment, stdout=None, stderr=None) as it:
        try:
            await until(lambda: app.listens() or it.returncode is not None)
            assert it.returncode is None, "the app did not start"
            yield app
        finally:
            if it.returncode is None:
                it.terminate()


def installed_packages() -> Path:
    """Install what the Node.js clients need, once for each version of the lock file."""
    INSTALLED.mkdir(parents=True, exist_ok=True)
    with INSTALLED.with_suffix(".lock").open("w") as turn:  # tests run in several processes
        fcntl.flock(turn, fcntl.LOCK_EX)
        return _install_packages()


def _install_packages() -> Path:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("clients for Node.js need it, and npm")
    lock = INSTALLED / "package-lock.json"
    is_current = lock.is_file() and lock.read_bytes() == (NODE / lock.name).read_bytes()
    shutil.copytree(NODE, INSTALLED, dirs_exist_ok=True)
    if not is_current or not (INSTALLED / "node_modules" / ".package-lock.json").is_file():
        command = [npm, "ci", "--no-audit", "--no-fund", "--prefer-offline"]
        result = subprocess.run(command, cwd=INSTALLED, capture_output=True, timeout=100)
        if result.returncode != 0:
            shutil.rmtree(INSTALLED)
            pytest.skip("npm could not install the clients; is there a network?")
    return INSTALLED


async def sign_in(page: Page, person: User) -> None:
    """Sign in on the server's pages, and allow the app."""
    await page.fill("#username", person.username)
    await page.fill("#password", PASSWORD)
    await page.click("#login-submit")
    await page.click("#consent-allow")


async def sign_out_at(server: Server, page: Page) -> None:
    """Sign out on the server's own page, and not in any app."""
    await page.goto(f"{server.issuer}/logout")
    await page.click("#logout-confirm")
    await page.wait_for_selector("#logged-out-page")


async def until_signed_out(page: Page, app: App) -> None:
    """Open the app until it wants a sign-in; it is told of a logout some moments after it."""
    with anyio.fail_after(PATIENCE):
        await page.goto(app.url("/"))
        while not await page.is_visible("#login-page"):
            await anyio.sleep(PAUSE)
            await page.goto(app.url("/"))


async def shown(page: Page, app: App, path: str) -> dict[str, Any]:
    """Read what the app shows as JSON, when the browser has come back to it."""
    await page.wait_for_url(app.url(path))
    known: dict[str, Any] = json.loads(await page.inner_text("pre"))
    return known
