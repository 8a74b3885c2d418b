"""Clients that watch the session in our frame: of the same site, and of another one.

A frame in a page of another site has cookies only if the browser is set to let it have them, and
never in a private window, as the windows of `open_page` are.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from playwright.async_api import Page, expect

from idp.storage.users import User
from tests.browser.callback import Callback
from tests.browser.conftest import sign_in
from tests.browser.test_logout import add_client, get_to
from tests.parties.chromium import profile
from tests.parties.relying_party import RelyingParty
from tests.parties.server import Server, serving

ASK_FRAME = """
    async ([url, message]) => {
        const frame = document.createElement("iframe");
        const loaded = new Promise(done => frame.addEventListener("load", done));
        frame.src = url;
        document.body.append(frame);
        await loaded;
        const answered = new Promise(done =>
            addEventListener("message", event => done([event.data, event.origin]), {once: true}));
        frame.contentWindow.postMessage(message, new URL(url).origin);
        const answer = await answered;
        frame.remove();
        return answer;
    }
"""

# Both frames are in a page of the client, as the standard has it, and one speaks to the other (§3).
ASK_FROM_A_FRAME = """
    async ([url, message]) => {
        const [op, rp] = [url, "about:blank"].map(src => {
            const frame = document.createElement("iframe");
            frame.src = src;
            frame.hidden = true;
            return frame;
        });
        const loaded = new Promise(done => op.addEventListener("load", done));
        document.body.append(op, rp);
        await loaded;
        const inside = rp.contentWindow;
        const answered = new Promise(done =>
            inside.addEventListener("message", event => done([event.data, event.origin])));
        const ask = new inside.Function("op", "message", "op.postMessage(message, '*')");
        ask(op.contentWindow, message);
        return await answered;
    }
"""


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """Run a server whose sessions can be watched."""
    directory = tmp_path_factory.mktemp("watched")
    async with serving(directory, protocol={"session_management": True}) as server:
        yield server


@pytest.fixture
async def neighbour(server: Server, http: httpx2.AsyncClient, callback: Callback) -> RelyingParty:
    """Add a client at another port of the same host: another origin, and not another site."""
    origin = f"http://127.0.0.1:{callback.port}"
    return await add_client(server, http, callback, redirect_uris=[f"{origin}/callback"])


async def test_client_watches_the_session_in_a_frame(
    page: Page, server: Server, neighbour: RelyingParty, person: User, callback: Callback
) -> None:
    """Its page learns of a sign-out in another tab."""
    metadata = (await neighbour.http.get("/.well-known/openid-configuration")).json()
    frame = metadata["check_session_iframe"]
    arrived = await get_to(page, neighbour, person, callback)
    message = f"{neighbour.client_id} {arrived['session_state']}"

    before = await page.evaluate(ASK_FRAME, [frame, message])
    other_client = await page.evaluate(ASK_FRAME, [frame, f"x{message}"])
    broken = [await page.evaluate(ASK_FRAME, [frame, each]) for each in ("", "a b", "a b c.d", 7)]
    tab = await page.context.new_page()
    await tab.goto("/logout")
    await tab.click("#logout-confirm")
    await expect(tab.locator("#logged-out-page")).to_be_visible()
    after = await page.evaluate(ASK_FRAME, [frame, message])

    assert before == ["unchanged", server.issuer]
    assert other_client == ["changed", server.issuer]
    assert broken == [["error", server.issuer]] * 4
    assert after == ["changed", server.issuer]


async def test_client_watches_from_a_frame_beside_ours(
    page: Page, server: Server, neighbour: RelyingParty, person: User, callback: Callback
) -> None:
    """Who has asked is answered, not the page around it; the frames need not be seen."""
    arrived = await get_to(page, neighbour, person, callback)
    message = f"{neighbour.client_id} {arrived['session_state']}"

    answer = await page.evaluate(ASK_FROM_A_FRAME, [f"{server.issuer}/check-session", message])

    assert answer == ["unchanged", server.issuer]


async def test_client_of_nobody_learns_that_somebody_signed_in(
    page: Page, server: Server, neighbour: RelyingParty, person: User, callback: Callback
) -> None:
    """What the refusal of prompt=none brings along can be watched, too."""
    frame = f"{server.issuer}/check-session"
    await page.goto(neighbour.authorization_url(prompt="none"))
    arrived = callback.arrivals[-1]
    message = f"{neighbour.client_id} {arrived['session_state']}"

    before = await page.evaluate(ASK_FRAME, [frame, message])
    tab = await page.context.new_page()
    await tab.goto("/login")
    await sign_in(tab, person)
    await expect(tab.locator("#account-page")).to_be_visible()
    after = await page.evaluate(ASK_FRAME, [frame, message])

    assert arrived["error"] == "login_required"
    assert (before[0], after[0]) == ("unchanged", "changed")


@pytest.fixture
async def stranger(server: Server, http: httpx2.AsyncClient, callback: Callback) -> RelyingParty:
    """Add a client of another site: `localhost` has nothing in common with 127.0.0.1."""
    return await add_client(server, http, callback)


@pytest.fixture
async def lenient_page(tmp_path: Path, server: Server) -> AsyncIterator[Page]:
    """Open a window of a browser in which frames of other sites have their cookies."""
    async with profile(tmp_path, base_url=server.issuer) as context:
        yield await context.new_page()


async def ask_frame(page: Page, rp: RelyingParty, server: Server, session_state: str) -> str:
    """Ask our frame in the client's page; give what it answers."""
    message = f"{rp.client_id} {session_state}"
    answer = await page.evaluate(ASK_FRAME, [f"{server.issuer}/check-session", message])
    assert answer[1] == server.issuer
    return str(answer[0])


async def test_client_of_another_site_watches_the_session(
    lenient_page: Page, server: Server, stranger: RelyingParty, person: User, callback: Callback
) -> None:
    """Where our frame has its cookie, it learns of a sign-out in another tab."""
    page = lenient_page
    arrived = await get_to(page, stranger, person, callback)

    before = await ask_frame(page, stranger, server, arrived["session_state"])
    tab = await page.context.new_page()
    await tab.goto("/logout")
    await tab.click("#logout-confirm")
    await expect(tab.locator("#logged-out-page")).to_be_visible()
    after = await ask_frame(page, stranger, server, arrived["session_state"])

    assert (before, after) == ("unchanged", "changed")


async def test_client_of_another_site_in_a_private_window(
    page: Page, server: Server, stranger: RelyingParty, person: User, callback: Callback
) -> None:
    """Without the cookie our frame never says that all is as it was; a redirect does."""
    arrived = await get_to(page, stranger, person, callback)

    seen = await ask_frame(page, stranger, server, arrived["session_state"])
    await page.goto(stranger.authorization_url(prompt="none"))
    await page.wait_for_url(f"{stranger.redirect_uri}?**")

    assert seen == "changed"
    assert "code" in callback.arrivals[-1]
