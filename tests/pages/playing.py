"""How a person plays in the playground, and what they read there."""

import html
import re

from tests.parties.browser import Browser, Page


async def press(browser: Browser, page: Page, action: str, **typed: str) -> Page:
    """Press a button of the playground."""
    assert f'"/playground/{action}"' in page.text, page.text
    csrf = page.forms[0].fields["csrf"]
    shown = await browser.post(f"/playground/{action}", {"csrf": csrf} | typed)
    assert isinstance(shown, Page)
    return shown


async def begin(browser: Browser, **typed: str) -> Page:
    """Send the authorization request."""
    page = await browser.open("/playground")
    assert isinstance(page, Page)
    return await press(browser, page, "authorize", scope="openid profile offline_access", **typed)


async def sign_in(browser: Browser, password: str, **typed: str) -> Page:
    """Walk up to the code."""
    login = await begin(browser, **typed)
    consent = await browser.sign_in(login, "demo", password)
    assert isinstance(consent, Page)
    back = await browser.submit(consent, "consent-allow")
    assert isinstance(back, Page)
    return back


def heading(page: Page) -> str:
    """Read what a page is headed by."""
    found = re.search(r"<h1>(.*?)</h1>", page.text)
    return found[1] if found else ""


def alert(page: Page) -> str:
    """Read the error of a page."""
    found = re.search(r'role="alert">.*?<span>(.*?)</span>', page.text, re.DOTALL)
    return html.unescape(found[1]) if found else ""


def verdicts(page: Page) -> list[tuple[str, str]]:
    """List what was checked, with its verdict."""
    return re.findall(
        r'class="chip (?:good|danger)">(\w+)</span><span class="grow">(.*?)<', page.text
    )


def field(page: Page, name: str) -> str:
    """Read a fact of a page."""
    found = re.search(rf"<dt>{name}</dt><dd[^>]*>(.*?)</dd>", page.text)
    return html.unescape(found[1]) if found else ""
