"""More sign-ins at once than there are hands to hash passwords."""

import anyio
import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, Configure
from tests.parties.browser import Browser, Page


@pytest.fixture
def config(configure: Configure) -> Config:
    """Hash one password at a time, slowly, and let one more wait."""
    slow = {"bcrypt_cost": 10, "hashing_threads": 1, "hashing_queue": 1}
    return configure(passwords=slow, throttle={"account_failures": 1000})


async def test_a_crowd_is_told_to_come_back(
    browser: Browser, http: httpx2.AsyncClient, alice: User
) -> None:
    """Who finds no place in the queue gets 503 at once; the keys are served all the while."""
    page = await browser.open("/login")
    assert isinstance(page, Page)
    typed = page.forms[0].fields | {"username": "alice", "password": PASSWORD}
    answers: list[httpx2.Response] = []

    async def send() -> None:
        answers.append(await browser.http.post("/login", data=typed))

    async with anyio.create_task_group() as tasks:
        for _ in range(12):
            tasks.start_soon(send)
        keys = await http.get("/jwks.json")

    assert keys.status_code == 200
    assert {answer.status_code for answer in answers} == {303, 503}
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert int(refused.headers["Retry-After"]) > 0
    assert "Too many people are signing in" in refused.text
    assert "account-page" in await browser.sign_in(page, "alice", PASSWORD)
