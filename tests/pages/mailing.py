"""What a person does at the pages about mail."""

from collections.abc import Callable

from tests.parties.browser import Browser, Page
from tests.parties.letters import Inbox, Letter

NewBrowser = Callable[[], Browser]

NEW = "another correct horse battery"


async def open_page(browser: Browser, url: str, name: str) -> Page:
    """Open a page, which must be this one."""
    page = await browser.open(url)
    assert isinstance(page, Page)
    assert name in page, page.text
    return page


async def ask(browser: Browser, typed: str = "alice", url: str = "/recover") -> Page:
    """Ask for a mail, and give the page on which its code is typed."""
    page = await browser.open(url)
    assert isinstance(page, Page)
    shown = await browser.submit(page, "recover-submit", username=typed)
    assert isinstance(shown, Page)
    return shown


async def type_code(browser: Browser, page: Page, code: str) -> Page:
    """Type a code."""
    shown = await browser.submit(page, "code-submit", code=code)
    assert isinstance(shown, Page)
    return shown


async def choose(browser: Browser, page: Page, password: str = NEW) -> Page:
    """Choose a password."""
    assert "new-password-page" in page
    shown = await browser.submit(page, "new-password-submit", new_password=password)
    assert isinstance(shown, Page)
    return shown


async def sign_in(browser: Browser, password: str, username: str = "alice") -> Page:
    """Sign in."""
    page = await browser.open("/login")
    assert isinstance(page, Page)
    shown = await browser.sign_in(page, username, password)
    assert isinstance(shown, Page)
    return shown


async def letter_with_link(letters: Inbox, address: str) -> Letter:
    """Give the next letter that proves something; leave out what only tells of something."""
    while True:
        letter = await letters.letter_to(address)
        if "/mail/" in letter.text:
            return letter
