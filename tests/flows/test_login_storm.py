"""A flood of sign-ins: some are let in, the others told when to come back; nobody else waits."""

import asyncio
import threading
from collections.abc import Iterator

import bcrypt
import httpx2
import pytest

from idp.config import Config
from tests.conftest import PASSWORD, AddClient, Configure
from tests.parties.clients import MACHINE, PASSWORD_CLIENT

PLACES = 3
CROWD = 9


@pytest.fixture
def config(configure: Configure) -> Config:
    """Hash one password at a time, and let two more wait."""
    return configure(passwords={"hashing_threads": 1, "hashing_queue": PLACES - 1})


@pytest.fixture
def may_finish(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let comparisons take until this is set, as if hashing were that slow."""
    may_finish, real = threading.Event(), bcrypt.checkpw
    monkeypatch.setattr(bcrypt, "checkpw", lambda *args: may_finish.wait(60) and real(*args))
    yield may_finish
    may_finish.set()


@pytest.mark.usefixtures("alice")
async def test_a_storm(add_client: AddClient, may_finish: threading.Event) -> None:
    """As many as there are places sign in; machines get and show tokens all the while."""
    app, machine = await add_client(**PASSWORD_CLIENT), await add_client(**MACHINE)
    form = {"grant_type": "password", "username": "alice", "password": PASSWORD}
    crowd = {asyncio.create_task(app.token(**form)) for _ in range(CROWD)}

    refused: set[asyncio.Task[httpx2.Response]] = set()
    while len(refused) < CROWD - PLACES:
        done, _ = await asyncio.wait(crowd - refused, return_when=asyncio.FIRST_COMPLETED)
        refused |= done
    meanwhile = await machine.token(grant_type="client_credentials")
    shown = await machine.introspect(meanwhile.json()["access_token"])
    may_finish.set()
    let_in = await asyncio.gather(*crowd - refused)
    afterwards = await app.token(**form)

    assert len(refused) == CROWD - PLACES
    for answer in [task.result() for task in refused]:
        assert answer.status_code == 503
        assert answer.json() == {
            "error": "temporarily_unavailable",
            "error_description": "Too busy. Try again.",
        }
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert (meanwhile.status_code, shown.json()["active"]) == (200, True)
    assert [answer.status_code for answer in [*let_in, afterwards]] == [200] * (PLACES + 1)
