"""What a person says of themselves, on the page and to clients."""

import re

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import AddUser, Clock, Configure, Tokens
from tests.pages.account_page import open_account
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty


async def send(browser: Browser, **typed: str) -> Page:
    """Fill in the page and send it."""
    page = await open_account(browser, path="profile")
    shown = await browser.submit(page, "profile-submit", **typed)
    assert isinstance(shown, Page)
    return shown


async def test_clients_are_told_what_a_person_says(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens, clock: Clock
) -> None:
    """What was typed arrives as claims, `updated_at` among them; what is empty does not."""
    theirs = await tokens(rp, scope="openid profile")
    before = (await rp.userinfo(theirs["access_token"])).json()
    clock.move(2)

    page = await send(browser, name="Alice L.", nickname="Al", zoneinfo="Europe/Oslo", locale="nb")

    told = (await rp.userinfo(theirs["access_token"])).json()
    assert page.status == 200
    assert told["name"] == "Alice L."
    assert (told["nickname"], told["zoneinfo"], told["locale"]) == ("Al", "Europe/Oslo", "nb")
    assert told["updated_at"] > before["updated_at"]
    assert "website" not in told


async def test_the_page_shows_what_was_said(browser: Browser, alice: User) -> None:
    """The next time all fields are filled in, and times are those of the person's zone."""
    page = await send(browser, nickname="Al", zoneinfo="Asia/Tokyo", locale="nb")
    devices = await open_account(browser, path="devices")

    assert page.forms[-1].fields["nickname"] == "Al"
    assert re.search(r'<option value="nb"[^>]* selected>', page.text)
    assert "JST" in devices.text
    assert "UTC" not in devices.text


async def test_a_mistake_is_marked_and_everything_stays_typed(
    browser: Browser, alice: User
) -> None:
    """The title says so first, the sentence stands at the field, and nothing was kept."""
    page = await send(browser, nickname="Al", website="nonsense")

    again = await open_account(browser, path="profile")
    assert page.status == 422
    assert "<title>Error: Profile" in page.text
    assert "website-error" in page
    assert page.forms[-1].fields | {"csrf": ""} == again.forms[-1].fields | {
        "csrf": "",
        "nickname": "Al",
        "website": "nonsense",
    }


async def test_a_language_that_is_not_in_the_list_stays(
    browser: Browser, add_user: AddUser
) -> None:
    """An operator may have said one that few speak."""
    await add_user("alice", claims={"locale": "tlh"})

    page = await open_account(browser, path="profile")

    assert '<option value="tlh" selected>tlh</option>' in page.text


class TestWhereLittleMayBeSaid:
    """An operator lets people say only some of it."""

    @pytest.fixture
    def config(self, configure: Configure) -> Config:
        """Let people choose a nickname, and nothing more."""
        return configure(account={"editable_claims": ["nickname"]})

    async def test_only_that_is_asked_and_taken(
        self, browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens
    ) -> None:
        """There is no other field, and a form of one's own making has no effect."""
        page = await open_account(browser, path="profile")
        token = page.forms[-1].fields["csrf"]
        sent = {"csrf": token, "nickname": "Al", "name": "Root", "website": "https://a.example"}

        await browser.http.post("/account/profile", data=sent)

        theirs = await tokens(rp, scope="openid profile")
        told = (await rp.userinfo(theirs["access_token"])).json()
        assert set(page.forms[-1].fields) == {"csrf", "nickname"}
        assert "picture" not in page
        assert (told["name"], told["nickname"]) == ("Alice", "Al")
        assert "website" not in told
