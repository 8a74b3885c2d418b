"""Passkeys that sign nobody in, and why."""

from collections.abc import Callable
from typing import Any

import anyio

from idp.storage.users import User
from idp.users.accounts import disable_account
from idp.web.provider import Provider
from tests.conftest import Clock
from tests.pages.passkeys.conftest import Reasons
from tests.pages.passkeys_page import (
    answer,
    change,
    login_page,
    open_passkeys,
    sign_in,
)
from tests.parties.authenticator import (
    BE,
    BS,
    UP,
    UV,
    Authenticator,
    asked_by,
)
from tests.parties.browser import Browser
from tests.parties.databases import ISSUER

HOUR = 3600
NewBrowser = Callable[[], Browser]


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another origin": ({"origin": "https://idp.example.evil.example"}, "signature"),
    "another port": ({"origin": f"{ISSUER}:8443"}, "signature"),
    "another RP ID": ({"rp_id": "example"}, "signature"),
    "a frame of another site": ({"client_data": {"crossOrigin": True}}, "origin"),
    "a truth that is no boolean": ({"client_data": {"crossOrigin": "no"}}, "origin"),
    "below another site": ({"client_data": {"topOrigin": "https://evil.example"}}, "origin"),
    "a registration": ({"type": "webauthn.create"}, "signature"),
    "a challenge of one's own": ({"challenge": "A" * 75}, "challenge"),
    "no challenge": ({"challenge": ""}, "challenge"),
    "nobody present": ({"flags": UV | BE | BS}, "signature"),
    "nobody verified": ({"flags": UP | BE | BS}, "signature"),
    "another key": ({"key": Authenticator(ISSUER).new_key()}, "signature"),
    "an ID that nobody has": ({"credential_id": bytes(32)}, "unknown"),
    "no user handle": ({"user_handle": None}, "user_handle"),
    "an empty user handle": ({"user_handle": b""}, "user_handle"),
    "somebody else's user handle": ({"user_handle": b"bob"}, "user_handle"),
    "no more eligible for backup": ({"flags": UP | UV}, "backup_eligible"),
    "backed up and not eligible": ({"flags": UP | UV | BS}, "signature"),
}

NONSENSE = ["null", "[]", "{}", "nonsense", "[" * 20_000, '{"id": 1}']


async def test_what_is_no_proof_is_refused(
    browser: Browser, passkey: str, device: Authenticator, reasons: Reasons
) -> None:
    """The page says one thing whatever is wrong; only operators learn what."""
    answers = {
        name: await sign_in(browser, device, **changes) for name, (changes, _) in WRONG.items()
    }

    said = {name for name, each in answers.items() if "That passkey did not work" in each.text}
    assert said == WRONG.keys()
    assert {each.status for each in answers.values()} == {401}
    assert "__Host-idp-session" not in browser.cookies
    assert await reasons() == [reason for _, reason in WRONG.values()]


async def test_what_no_browser_sends_is_refused(
    browser: Browser, passkey: str, reasons: Reasons
) -> None:
    """What cannot be read is refused like the rest."""
    answers = [await answer(browser, await login_page(browser), each) for each in NONSENSE]

    assert [each.status for each in answers] == [401] * len(NONSENSE)
    assert await reasons() == ["malformed"] * len(NONSENSE)


async def test_an_answer_is_good_once(
    browser: Browser, passkey: str, device: Authenticator, reasons: Reasons
) -> None:
    """Who has copied it signs in nobody with it, not even in the same browser."""
    page = await login_page(browser)
    credential = device.get(asked_by(page))
    assert "account-page" in await answer(browser, page, credential)
    browser.cookies.delete("__Host-idp-session")

    again = await answer(browser, page, credential)

    assert again.status == 401
    assert await reasons() == ["replayed"]


async def test_answers_at_the_same_time(
    browser: Browser, passkey: str, device: Authenticator
) -> None:
    """Of ten that answer one challenge in parallel one signs in."""
    page = await login_page(browser)
    fields = page.forms[0].fields | {"credential": device.get(asked_by(page))}
    statuses: list[int] = []

    async def send() -> None:
        statuses.append((await browser.http.post("/login", data=fields)).status_code)

    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(send)

    assert sorted(statuses) == [303] + [401] * 9


async def test_an_answer_comes_in_time(
    browser: Browser, passkey: str, device: Authenticator, clock: Clock
) -> None:
    """A challenge that is an hour old is good no more."""
    page = await login_page(browser)
    credential = device.get(asked_by(page))

    clock.move(HOUR)

    assert (await answer(browser, page, credential)).status == 401


async def test_an_answer_to_another_browser_is_none(
    browser: Browser, new_browser: NewBrowser, passkey: str, device: Authenticator
) -> None:
    """Nobody is signed in by what somebody else was asked (login CSRF)."""
    credential = device.get(asked_by(await login_page(new_browser())))

    shown = await answer(browser, await login_page(browser), credential)

    assert shown.status == 401


async def test_a_registration_signs_nobody_in(
    browser: Browser, passkey: str, device: Authenticator
) -> None:
    """A challenge is good for what it was made for."""
    creation = asked_by(await open_passkeys(browser))
    browser.cookies.delete("__Host-idp-session")
    page = await login_page(browser)

    credential = device.get(creation | {"rpId": "idp.example"})

    assert (await answer(browser, page, credential)).status == 401


async def test_a_removed_passkey_is_unknown(
    browser: Browser, new_browser: NewBrowser, passkey: str, device: Authenticator
) -> None:
    """It signs in nobody, and its holder is told to forget it."""
    await change(browser, await open_passkeys(browser), "remove", passkey=passkey)

    shown = await sign_in(new_browser(), device)

    assert shown.status == 401
    assert "data-passkey-unknown=" in shown.text


async def test_a_passkey_that_is_known_is_not_to_be_forgotten(
    browser: Browser, passkey: str, device: Authenticator
) -> None:
    """An answer that is wrong for another reason leaves it where it is."""
    shown = await sign_in(browser, device, rp_id="example")

    assert shown.status == 401
    assert "data-passkey-unknown=" not in shown.text


async def test_a_disabled_account_stays_closed(
    browser: Browser,
    provider: Provider,
    alice: User,
    passkey: str,
    device: Authenticator,
    reasons: Reasons,
) -> None:
    """Its passkey is as good as none."""
    await provider.database.run(disable_account, alice.user_id)

    shown = await sign_in(browser, device)

    assert shown.status == 401
    assert await reasons() == ["disabled"]
