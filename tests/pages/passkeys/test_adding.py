"""New passkeys that are none: what an authenticator or a browser may get wrong."""

from collections.abc import Callable
from typing import Any

import anyio
import cbor2

from idp.authenticators.passkey_registration import MAX_PASSKEYS
from idp.storage.users import User
from tests.conftest import AddUser, Clock
from tests.pages.account_page import open_account
from tests.pages.passkeys_page import add, change, list_names, open_passkeys
from tests.parties.authenticator import (
    BS,
    ES256,
    RS256,
    UP,
    UV,
    Authenticator,
    asked_by,
)
from tests.parties.browser import Browser
from tests.parties.databases import ISSUER

YUBIKEY = bytes.fromhex("cb69481e8ff7403993ec0a2729a154a8")
HOUR = 3600
OPTIONS = {
    "rp": {"id": "127.0.0.1"},
    "user": {"id": "YWxpY2U"},
    "challenge": "AAAA",
    "excludeCredentials": [],
}


WRONG: dict[str, dict[str, Any]] = {
    "another origin": {"origin": "https://idp.example.evil.example"},
    "another port": {"origin": f"{ISSUER}:8443"},
    "plain http": {"origin": "http://idp.example"},
    "another RP ID": {"rp_id": "example"},
    "in a frame of another site": {"client_data": {"crossOrigin": True}},
    "below another site": {"client_data": {"topOrigin": "https://evil.example"}},
    "an assertion": {"type": "webauthn.get"},
    "a challenge of one's own": {"challenge": "A" * 75},
    "no challenge": {"challenge": ""},
    "a number as challenge": {"challenge": 7},
    "nobody present": {"flags": UV},
    "nobody verified": {"flags": UP},
    "backed up, which it cannot be": {"flags": UP | UV | BS},
    "an id that is too long": {"credential_id": bytes(1024)},
    "a key that is none": {"public_key": b"\xa0"},
    "a key of another algorithm": {
        "public_key": cbor2.dumps({1: 2, 3: -36, -1: 3, -2: b"", -3: b""})
    },
    "a point that is on no curve": {
        "public_key": cbor2.dumps({1: 2, 3: ES256, -1: 1, -2: bytes(32), -3: bytes(32)})
    },
    "a short RSA key": {"public_key": cbor2.dumps({1: 3, 3: RS256, -1: b"n" * 128, -2: b"\3"})},
    "a long RSA key": {"public_key": cbor2.dumps({1: 3, 3: RS256, -1: b"n" * 4096, -2: b"\3"})},
    "a key of another curve": {
        "public_key": cbor2.dumps({1: 2, 3: ES256, -1: 3, -2: bytes(66), -3: bytes(66)})
    },
    "a statement of the maker": {"attestation": {"fmt": "fido-u2f", "attStmt": {"x5c": [b""]}}},
    "a certificate": {
        "attestation": {"fmt": "packed", "attStmt": {"alg": ES256, "sig": b"", "x5c": [b""]}}
    },
    "a statement where there is to be none": {"attestation": {"attStmt": {"sig": b""}}},
    "an unknown statement": {"attestation": {"fmt": "made-up"}},
    "no device data": {"attestation": {"authData": b""}},
}

NONSENSE = ["", "null", "[]", "{}", "nonsense", "[" * 20_000, '{"id": 1}', '{"response": {}}'] + [
    f'{{"id": "a", "response": {{"clientDataJSON": "{each}"}}}}' for each in ("é", "A", "e30")
]


async def test_what_is_no_new_passkey_is_refused(browser: Browser, alice: User) -> None:
    """Whatever is wrong, the page says that nothing was added, and nothing was."""
    answers = {
        name: await add(browser, Authenticator(ISSUER), **changes)
        for name, changes in WRONG.items()
    }

    taken = [name for name, each in answers.items() if "No passkey was added." not in each.text]
    assert taken == []
    assert {each.status_code for each in answers.values()} == {422}
    assert await list_names(browser) == []


async def test_what_no_browser_sends_is_refused(browser: Browser, alice: User) -> None:
    """The same page comes for what cannot be read at all."""
    page = await open_passkeys(browser)

    answers = [await change(browser, page, "add", credential=each) for each in NONSENSE]

    assert [each.status_code for each in answers] == [422] * len(NONSENSE)


async def test_an_answer_is_good_once(browser: Browser, alice: User, device: Authenticator) -> None:
    """The same challenge does not register another key."""
    page = await open_passkeys(browser)
    options = asked_by(page)
    first, second = device.create(options), device.create(options)

    assert (await change(browser, page, "add", credential=first)).status_code == 303
    assert (await change(browser, page, "add", credential=first)).status_code == 422
    assert (await change(browser, page, "add", credential=second)).status_code == 422
    assert len(await list_names(browser)) == 1


async def test_two_answers_at_the_same_time(
    browser: Browser, alice: User, device: Authenticator
) -> None:
    """Of ten that answer one challenge in parallel one is taken."""
    page = await open_passkeys(browser)
    answers = [device.create(asked_by(page)) for _ in range(10)]
    statuses: list[int] = []

    async def send(credential: str) -> None:
        response = await change(browser, page, "add", credential=credential)
        statuses.append(response.status_code)

    async with anyio.create_task_group() as tasks:
        for each in answers:
            tasks.start_soon(send, each)

    assert sorted(statuses) == [303] + [422] * 9


async def test_an_answer_comes_in_time(
    browser: Browser, alice: User, device: Authenticator, clock: Clock
) -> None:
    """An old challenge is not taken, even by who has just signed in."""
    page = await open_passkeys(browser)
    credential = device.create(asked_by(page))
    clock.move(HOUR)

    browser.cookies.delete("__Host-idp-session")
    await open_account(browser)
    response = await change(browser, page, "add", credential=credential)

    assert response.status_code == 422


async def test_an_answer_to_another_browser_is_none(
    browser: Browser, new_browser: Callable[[], Browser], alice: User, device: Authenticator
) -> None:
    """A challenge is for the browser that was shown it."""
    page = await open_passkeys(browser)
    credential = device.create(asked_by(page))

    other = new_browser()
    response = await change(other, await open_passkeys(other), "add", credential=credential)

    assert response.status_code == 422


async def test_an_answer_to_another_person_is_none(
    browser: Browser, alice: User, add_user: AddUser, device: Authenticator
) -> None:
    """Who signs in in the same browser cannot be given the passkey that somebody else has made."""
    await add_user("bob")
    page = await open_passkeys(browser)
    credential = device.create(asked_by(page))

    browser.cookies.delete("__Host-idp-session")
    response = await change(
        browser, await open_passkeys(browser, "bob"), "add", credential=credential
    )

    assert response.status_code == 422


async def test_a_credential_id_is_of_one_person(
    browser: Browser,
    new_browser: Callable[[], Browser],
    alice: User,
    add_user: AddUser,
    device: Authenticator,
) -> None:
    """Nobody registers an ID that somebody has, and nobody loses theirs by it."""
    await add_user("bob")
    await add(browser, device)
    (credential,) = device.credentials
    other = new_browser()

    response = await add(other, Authenticator(ISSUER), "bob", credential_id=credential.id)

    assert response.status_code == 422
    assert await list_names(other, "bob") == []
    assert await list_names(browser) == ["Passkey"]


async def test_there_is_an_end(browser: Browser, alice: User) -> None:
    """Nobody has more passkeys than a page can show; the page says so, and offers none."""
    page = await open_passkeys(browser)
    late = Authenticator(ISSUER).create(asked_by(page))
    for _ in range(MAX_PASSKEYS):
        assert (await add(browser, Authenticator(ISSUER))).status_code == 303

    response = await change(browser, page, "add", credential=late)

    assert response.status_code == 422
    assert "which is as many as there can be" in response.text
    full = await open_passkeys(browser)
    assert "passkey-add" not in full
    assert len(await list_names(browser)) == MAX_PASSKEYS
