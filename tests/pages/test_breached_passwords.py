"""A password that is known from a breach, wherever a person chooses one."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import bcrypt
import pytest

from idp.config import Config
from idp.storage.credentials import find_user_and_password, set_password_hash
from idp.storage.users import User, list_users
from idp.users.invitations import invite
from idp.users.passwords.breached import BREACHED
from idp.users.setup import make_setup_token
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddUser, Configure
from tests.pages.account_page import open_account
from tests.pages.mailing import ask, choose, type_code
from tests.parties.browser import Browser, Page
from tests.parties.letters import Inbox
from tests.parties.process import free_port
from tests.parties.ranges import RangeService, range_service, sha1_of

LEAKED = "copper lantern under moss"
GOOD = "seven otters paint a lighthouse"
CAROL = {"username": "carol", "email": "carol@example.com", "name": ""}


@pytest.fixture
def port() -> int:
    """Choose where the service is."""
    return free_port()


@pytest.fixture(params=["file", "service"])
def config(
    configure: Configure, tmp_path: Path, port: int, request: pytest.FixtureRequest
) -> Config:
    """Look passwords up, in a file or at a service."""
    file = tmp_path / "breached.txt"
    file.write_text(f"{sha1_of(LEAKED)}:17\n")
    where = {
        "file": {"breached_file": str(file)},
        "service": {"breached_url": f"http://127.0.0.1:{port}/range/"},
    }
    return configure(
        passwords=where[request.param],
        registration={"mode": "open", "verify_email": False},
        fetch={"allowed_networks": ["127.0.0.0/8"]},
    )


@pytest.fixture(autouse=True)
async def service(port: int) -> AsyncIterator[RangeService]:
    """Run the service."""
    async with range_service(port) as service:
        service.known[LEAKED] = 17
        yield service


@pytest.fixture
async def alice(add_user: AddUser) -> User:
    """Add a person whose address is known to be hers."""
    return await add_user("alice", email_verified=True)


@dataclass
class Scene:
    """Who chooses a password."""

    provider: Provider
    browser: Browser
    letters: Inbox
    link: str | None = None  # to set up with, or of an invitation
    page: Page | None = None  # for a new password

    async def open(self, url: str) -> Page:
        """Open a page."""
        page = await self.browser.open(url)
        assert isinstance(page, Page)
        return page


async def by_registering(scene: Scene, password: str) -> Page:
    """Make an account."""
    page = await scene.open("/register")
    shown = await scene.browser.submit(page, "register-submit", **CAROL, password=password)
    assert isinstance(shown, Page)
    return shown


async def by_changing_it(scene: Scene, password: str) -> Page:
    """Change one's password."""
    await open_account(scene.browser)
    page = await scene.open("/account/password")
    typed = {"current_password": PASSWORD, "new_password": password}
    shown = await scene.browser.submit(page, "password-submit", **typed)
    assert isinstance(shown, Page)
    return shown


async def by_setting_up(scene: Scene, password: str) -> Page:
    """Make the first administrator, with the link of the first refusal if there was one."""
    if scene.link is None:
        token = await scene.provider.database.run(make_setup_token)
        scene.link = f"/setup/{token.reveal()}"
    page = await scene.open(scene.link)
    shown = await scene.browser.submit(page, "setup-submit", **CAROL, password=password)
    assert isinstance(shown, Page)
    return shown


async def by_accepting(scene: Scene, password: str) -> Page:
    """Make the account of who was invited, with the same link again if it is still good."""
    if scene.link is None:
        asked = partial(invite, scene.provider.config, CAROL["email"], name=None, is_admin=False)
        link = await scene.provider.database.run(asked)
        scene.link = f"/mail/{link.reveal()}"
    page = await scene.open(scene.link)
    typed = {"username": "carol", "name": "", "password": password}
    shown = await scene.browser.submit(page, "invitation-submit", **typed)
    assert isinstance(shown, Page)
    return shown


async def by_recovering(scene: Scene, password: str) -> Page:
    """Choose another password with the code of a mail, on the same page again if need be."""
    if scene.page is None:
        page = await ask(scene.browser)
        code = (await scene.letters.letter_to("alice@example.com")).code
        scene.page = await type_code(scene.browser, page, code)
    return await choose(scene.browser, scene.page, password)


WAYS = (by_registering, by_changing_it, by_setting_up, by_accepting, by_recovering)


@pytest.mark.parametrize("choose", WAYS, ids=lambda each: each.__name__)
async def test_refused_with_a_sentence_and_nothing_is_done(
    choose: Callable[[Scene, str], Awaitable[Page]],
    provider: Provider,
    browser: Browser,
    alice: User,
    letters: Inbox,
) -> None:
    """The page comes back and says why; another password is taken."""
    scene = Scene(provider, browser, letters)

    refused = await choose(scene, LEAKED)
    people = await provider.database.run(list_users)
    accepted = await choose(scene, GOOD)

    assert refused.status == 422
    assert BREACHED in refused.text
    assert LEAKED not in refused.text
    assert people == [alice]
    assert accepted.status == 200
    assert {"account-page", "done-page"} & accepted.ids


async def test_who_has_such_a_password_still_signs_in(
    browser: Browser, alice: User, provider: Provider, service: RangeService, config: Config
) -> None:
    """It is looked up when it is chosen, and not when it is hashed anew at a sign-in."""
    leaked = bcrypt.hashpw(LEAKED.encode(), bcrypt.gensalt(4)).decode()
    await provider.database.run(set_password_hash, alice.user_id, leaked)
    login = await browser.open("/login")
    assert isinstance(login, Page)

    shown = await browser.sign_in(login, "alice", LEAKED)

    assert "account-page" in shown
    found = await provider.database.run(find_user_and_password, "alice")
    assert found is not None
    assert (found[1] or "").startswith("$idp-bcrypt$")
    assert service.requests == []
