"""How much may be asked of this server by a client_id that is a URL, and how long it stays."""

import asyncio
import re
import ssl
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from idp.clients.registration import disable, find_client
from idp.config import Config
from idp.storage.audit_events import audit_events
from idp.storage.clients import list_client_rows
from idp.storage.database import db
from idp.storage.users import User
from idp.upkeep import purge
from idp.web.provider import Provider
from tests.conftest import Clock, Configure, Tokens
from tests.pages.account_page import disconnect, open_connections
from tests.parties.browser import Browser, Page
from tests.parties.documented import (
    HOST,
    Publisher,
    program,
    publisher,
    server_tls,
    taking_documents,
)
from tests.parties.self_registered import send_registration

__all__ = ["publisher", "server_tls"]

HOUR, DAY = 3600, 86_400
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def config(
    configure: Configure, server_tls: ssl.SSLContext, tmp_path: Path, request: pytest.FixtureRequest
) -> Config:
    """Take clients with documents, with what else a test says."""
    return taking_documents(configure, tmp_path, **getattr(request, "param", {}))


async def begin(browser: Browser, http: httpx2.AsyncClient, client_id: str) -> Page:
    """Begin a sign-in."""
    shown = await browser.open(program(http, client_id).authorization_url())
    assert isinstance(shown, Page)
    return shown


async def known(provider: Provider) -> list[str]:
    """List the clients that the server knows, the oldest first."""
    return [row.client_id for row in await provider.database.run(list_client_rows)]


@pytest.mark.parametrize("config", [{"per_address": 2}], indirect=True)
async def test_an_address_brings_so_many_new_clients(
    browser: Browser, http: httpx2.AsyncClient, publisher: Publisher, clock: Clock
) -> None:
    """Each costs a question to a server that anybody may name; those that are known cost none."""
    first, *others = [publisher.publish(f"/{name}.json") for name in "abcd"]
    publisher.publish("/a.json")
    await begin(browser, http, first)
    await begin(browser, http, others[0])

    throttled = await begin(browser, http, others[1])
    by_program = await program(http, others[1]).exchange("code")
    asked = len(publisher.asked)
    still = await begin(browser, http, first)
    clock.move(HOUR + 1)
    publisher.publish("/d.json")
    later = await begin(browser, http, others[2])

    assert throttled.status == 429
    assert 0 < int(throttled.headers["retry-after"]) <= HOUR
    assert "Too many new clients. Wait as Retry-After says." in throttled.text
    assert by_program.status_code == 429
    assert by_program.json()["error"] == "temporarily_unavailable"
    assert 0 < int(by_program.headers["retry-after"]) <= HOUR
    assert asked == 2
    assert "login-page" in still
    assert "login-page" in later


@pytest.mark.parametrize("config", [{"per_address": 1}], indirect=True)
async def test_what_asks_nobody_is_not_counted(
    browser: Browser, http: httpx2.AsyncClient, publisher: Publisher
) -> None:
    """Who reloads a page that says what is wrong, reads it again."""
    publisher.answer("", status="404 Not Found")
    client_id = f"{publisher.origin}/notes.json"

    pages = [await begin(browser, http, client_id) for _ in range(3)]

    assert all("did not answer with a document" in page.text for page in pages)
    assert publisher.asked == ["/notes.json"]


async def test_many_people_at_once_are_one_question(
    http: httpx2.AsyncClient, publisher: Publisher, provider: Provider
) -> None:
    """And one client, with one event."""
    client_id = publisher.publish()
    url = program(http, client_id).authorization_url()

    answers = await asyncio.gather(*(http.get(url) for _ in range(10)))

    assert {answer.status_code for answer in answers} == {303}
    assert publisher.asked == ["/notes.json"]
    added = select(audit_events.c.client_id).where(audit_events.c.name == "client_added")
    assert await provider.database.run(lambda: db().scalars(added).all()) == [client_id]


@pytest.mark.parametrize("config", [{"max_clients": 2, "mode": "open"}], indirect=True)
async def test_whom_nobody_allowed_anything_makes_room(
    browser: Browser,
    http: httpx2.AsyncClient,
    publisher: Publisher,
    provider: Provider,
    alice: User,
    tokens: Tokens,
    clock: Clock,
) -> None:
    """The oldest of them; so nobody can keep others out by naming documents."""
    allowed = publisher.publish("/allowed.json")
    await tokens(program(http, allowed), scope="openid")
    ids = []
    for name in "abc":
        clock.move(1)
        ids.append(publisher.publish(f"/{name}.json"))
        await begin(browser, http, ids[-1])

    assert await known(provider) == [allowed, ids[-1]]
    assert (await send_registration(http)).status_code == 201  # those are counted apart


@pytest.mark.parametrize("config", [{"max_clients": 1}], indirect=True)
async def test_when_all_are_allowed_something_there_is_no_room(
    browser: Browser,
    http: httpx2.AsyncClient,
    publisher: Publisher,
    provider: Provider,
    alice: User,
    tokens: Tokens,
) -> None:
    """Nobody loses what they use."""
    allowed = publisher.publish("/allowed.json")
    await tokens(program(http, allowed), scope="openid")

    page = await begin(browser, http, publisher.publish("/other.json"))

    assert page.status == 503
    assert "No more clients can come here by themselves; tell the operator." in page.text
    assert await known(provider) == [allowed]


async def test_one_that_is_disabled_stays_so(
    browser: Browser,
    http: httpx2.AsyncClient,
    publisher: Publisher,
    provider: Provider,
    clock: Clock,
) -> None:
    """It is not read any more, and does not come back as another when it is unused for long."""
    client_id = publisher.publish()
    await begin(browser, http, client_id)
    await provider.database.run(disable, client_id)
    clock.move(100 * DAY)
    await purge(provider.database, provider.config)

    page = await begin(browser, http, client_id)

    assert "client_id is not registered here" in page.text
    assert len(publisher.asked) == 1
    assert await known(provider) == [client_id]


async def test_one_that_is_unused_goes_and_may_come_again(
    browser: Browser,
    http: httpx2.AsyncClient,
    publisher: Publisher,
    provider: Provider,
    clock: Clock,
) -> None:
    """As other clients that no operator registered."""
    client_id = publisher.publish()
    await begin(browser, http, client_id)
    clock.move(91 * DAY)
    await purge(provider.database, provider.config)
    gone = await provider.database.run(find_client, client_id)

    page = await begin(browser, http, client_id)

    assert gone is None
    assert "login-page" in page


async def test_it_stands_on_the_account_page_until_it_is_disconnected(
    browser: Browser, http: httpx2.AsyncClient, publisher: Publisher, alice: User, tokens: Tokens
) -> None:
    """By the host of its client_id; then its tokens are over."""
    rp = program(http, publisher.publish())
    issued = await tokens(rp, scope="openid offline_access")
    page = await open_connections(browser)

    await disconnect(browser, page, rp.client_id)

    listed = [form.fields["client_id"] for form in page.forms if "client_id" in form.fields]
    assert listed == [rp.client_id]
    assert f"<bdi>{HOST}</bdi>" in page.text
    assert (await rp.refresh(issued["refresh_token"])).json()["error"] == "invalid_grant"


async def test_its_logo_comes_from_here(
    browser: Browser, http: httpx2.AsyncClient, publisher: Publisher
) -> None:
    """At an address without a slash too many, which there is once."""
    client_id = publisher.publish(logo_uri=f"{publisher.origin}/logo.png")
    page = await begin(browser, http, client_id)
    (src,) = re.findall(r'<img[^>]*id="client-logo"[^>]*src="([^"]+)"', page.text)
    publisher.answer(PNG, media_type="image/png")

    logo = await browser.http.get(src)
    broken = await browser.http.get(src.replace("~", "~~"))

    assert re.fullmatch(r"/logos/~[\w-]+/[0-9a-f]{16}", src)
    assert logo.content == PNG
    assert broken.status_code == 404
