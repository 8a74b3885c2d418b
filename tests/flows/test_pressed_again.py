"""A button that is pressed twice: whichever answer the browser shows is a good one."""

import asyncio

from idp.storage.users import User
from tests.conftest import Clock
from tests.flows.test_interactions import allow, error, is_error, sign_in_to_consent
from tests.parties.browser import Arrival, Browser
from tests.parties.relying_party import RelyingParty


async def test_second_click_arrives_as_well(
    browser: Browser, rp: RelyingParty, alice: User
) -> None:
    """A browser drops the answer to the first of two clicks; each has a code of its own."""
    page = await sign_in_to_consent(browser, rp)

    first = await browser.post(page.url, allow(page))
    second = await browser.post(page.url, allow(page))

    assert isinstance(first, Arrival)
    assert isinstance(second, Arrival)
    assert first.params["code"] != second.params["code"]
    assert second.params["state"] == rp.state
    assert (await rp.exchange(second.params["code"])).status_code == 200


async def test_answered_request_is_over_after_seconds(
    browser: Browser, rp: RelyingParty, alice: User, clock: Clock
) -> None:
    """For the form, and for the address that it led to; its page is not shown again at all."""
    page = await sign_in_to_consent(browser, rp)
    dispatcher = page.url.replace("/consent/", "/authorize/")
    await browser.post(page.url, allow(page))

    back_at_once = await browser.open(page.url)
    clock.move(5)
    again = await browser.open(dispatcher)
    clock.move(6)
    late = [await browser.post(page.url, allow(page)), await browser.open(dispatcher)]

    assert is_error(back_at_once)
    assert isinstance(again, Arrival)
    assert all(is_error(shown) for shown in late)


async def test_all_of_many_clicks_at_once_arrive(
    browser: Browser, rp: RelyingParty, alice: User
) -> None:
    """Nobody knows which of the answers the browser shows, so each must be good."""
    page = await sign_in_to_consent(browser, rp)

    answers = await asyncio.gather(*(browser.post(page.url, allow(page)) for _ in range(8)))

    codes = {each.params["code"] for each in answers if isinstance(each, Arrival)}
    assert len(codes) == 8
    exchanged = [await rp.exchange(code) for code in codes]
    assert [response.status_code for response in exchanged] == [200] * 8


async def test_no_stays_no(browser: Browser, rp: RelyingParty, alice: User) -> None:
    """Allowing on a page from before, after denying on it, changes nothing."""
    page = await sign_in_to_consent(browser, rp)

    denied = await browser.submit(page, "consent-deny")
    allowed = await browser.post(page.url, allow(page))
    anew = await browser.open(rp.authorization_url(prompt="none"))

    assert error(denied) == "access_denied"
    assert error(allowed) == "access_denied"
    assert error(anew) == "consent_required"
