"""OpenID Connect Session Management 1.0, where `protocol.session_management` is on."""

import base64
import hashlib

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import AddClient, Clock, Configure, SignIn
from tests.endpoints.test_end_session import logout_url
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.jarm import response_of
from tests.parties.relying_party import RelyingParty

COOKIE = "__Host-idp-browser-state"
ORIGIN = "https://rp.example"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Switch it on."""
    return configure(protocol={"session_management": True})


def holds(session_state: str, rp: RelyingParty, browser: Browser, origin: str = ORIGIN) -> bool:
    """Compare as the page in the frame does, with the cookie that the browser has (§3.2)."""
    sent, _, salt = session_state.partition(".")
    text = f"{rp.client_id} {origin} {browser.cookies.get(COOKIE) or ''} {salt}"
    hashed = hashlib.sha256(text.encode()).digest()
    return sent == base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


async def ask(browser: Browser, rp: RelyingParty, **changes: str | None) -> dict[str, str]:
    """Ask without pages; give the answer."""
    arrival = await browser.open(rp.authorization_url(prompt="none", **changes))
    assert isinstance(arrival, Arrival)
    return arrival.params


async def test_2_session_state_in_the_response(
    rp: RelyingParty, browser: Browser, alice: User, walk: SignIn
) -> None:
    """It is salted, has no space, and holds as long as the browser is in that state."""
    first = (await walk(rp)).params["session_state"]
    second = (await walk(rp)).params["session_state"]

    assert first != second
    assert " " not in first
    assert holds(first, rp, browser)
    assert holds(second, rp, browser)
    assert not holds(first, rp, browser, origin="https://evil.example")


@pytest.mark.parametrize(
    ("redirect_uri", "origin"),
    [
        ("https://RP.example:443/callback", "https://rp.example"),
        ("https://rp.example:8443/callback", "https://rp.example:8443"),
        ("http://localhost/callback", "http://localhost"),
        ("http://localhost:80/callback", "http://localhost"),
    ],
)
async def test_2_origin_as_browsers_write_it(
    add_client: AddClient,
    browser: Browser,
    alice: User,
    walk: SignIn,
    redirect_uri: str,
    origin: str,
) -> None:
    """A default port is left out, the host is in lower case (RFC 6454 §6.2)."""
    rp = await add_client(redirect_uris=[redirect_uri])

    session_state = (await walk(rp, redirect_uri=redirect_uri)).params["session_state"]

    assert holds(session_state, rp, browser, origin)


async def test_2_answer_to_prompt_none_has_it(
    rp: RelyingParty, browser: Browser, alice: User, walk: SignIn
) -> None:
    """Whether somebody is signed in or not, a client that asks about that can go on watching."""
    nobody = await ask(browser, rp)
    await walk(rp)
    somebody = await ask(browser, rp)

    assert nobody["error"] == "login_required"
    assert (nobody["state"], "iss" in nobody) == (rp.state, True)
    assert not holds(nobody["session_state"], rp, browser)
    assert "code" in somebody
    assert holds(somebody["session_state"], rp, browser)


async def test_3_state_changes_with_each_sign_in_and_sign_out(
    rp: RelyingParty, browser: Browser, alice: User, walk: SignIn
) -> None:
    """Signing out, or in again, is seen by every client that watches."""
    states = [(await walk(rp)).params["session_state"]]
    states.append((await walk(rp, prompt="login")).params["session_state"])
    assert [holds(each, rp, browser) for each in states] == [False, True]

    page = await browser.open(logout_url())
    assert isinstance(page, Page)
    await browser.submit(page, "logout-confirm")
    states.append((await ask(browser, rp))["session_state"])

    assert [holds(each, rp, browser) for each in states] == [False, False, True]
    assert browser.cookies.get(COOKIE) is None


async def test_2_session_state_in_a_signed_response(
    rp: RelyingParty, browser: Browser, alice: User, walk: SignIn
) -> None:
    """It is in the JWT with the rest, whether somebody is signed in or not (JARM §2.1)."""
    refused = await browser.open(rp.authorization_url(prompt="none", response_mode="jwt"))
    granted = await walk(rp, response_mode="jwt")

    states = [(await response_of(rp, each))["session_state"] for each in (refused, granted)]

    assert [holds(each, rp, browser) for each in states] == [False, True]


async def test_3_session_that_ended_elsewhere_is_still_the_state_of_the_cookie(
    rp: RelyingParty, browser: Browser, alice: User, walk: SignIn, clock: Clock
) -> None:
    """The answer says that nobody is signed in; what it is compared with is in the browser."""
    await walk(rp)
    clock.move(2 * 86_400)

    answer = await ask(browser, rp)

    assert answer["error"] == "login_required"
    assert holds(answer["session_state"], rp, browser)


async def test_cookie_that_was_lost_comes_back(
    rp: RelyingParty, browser: Browser, alice: User, walk: SignIn
) -> None:
    """So that a browser which has signed in before it was switched on is watched, too."""
    await walk(rp)
    browser.cookies.delete(COOKIE)

    session_state = (await ask(browser, rp))["session_state"]

    assert browser.cookies.get(COOKIE)
    assert holds(session_state, rp, browser)


async def test_3_cookie_can_be_read_in_a_frame_and_is_not_the_session(
    rp: RelyingParty, browser: Browser, alice: User
) -> None:
    """A script may read it, also below another site, and learns nothing that signs in."""
    page = await browser.open("/login")
    assert isinstance(page, Page)
    fields = page.forms[0].fields | {
        "username": "alice",
        "password": "correct horse battery staple",
    }

    response = await browser.http.post("/login", data=fields)

    headers = response.headers.get_list("set-cookie")
    session, state = (
        next(each for each in headers if each.startswith(f"__Host-{name}="))
        for name in ("idp-session", "idp-browser-state")
    )
    assert "httponly" in session.lower()
    assert "httponly" not in state.lower()
    assert {"secure", "samesite=none", "path=/"} <= set(state.lower().split("; "))
    assert session.split(";")[0].partition("=")[2] not in state


async def test_only_openid_responses_and_only_answers_about_the_session_have_it(
    rp: RelyingParty, browser: Browser, alice: User, walk: SignIn
) -> None:
    """Any other error has nothing more in it, and OAuth alone knows no session."""
    refused = await browser.open(rp.authorization_url(scope="unheard-of"))
    plain = await walk(rp, scope="profile")

    assert isinstance(refused, Arrival)
    assert refused.params.keys() == {"error", "error_description", "state", "iss"}
    assert plain.params.keys() == {"code", "state", "iss"}


async def test_native_app_has_no_origin(
    add_client: AddClient, browser: Browser, alice: User, walk: SignIn
) -> None:
    """It cannot have a frame."""
    uri = "com.example.app:/callback"
    rp = await add_client(
        redirect_uris=[uri], application_type="native", token_endpoint_auth_method="none"
    )

    arrival = await walk(rp, redirect_uri=uri)

    assert "code" in arrival.params
    assert "session_state" not in arrival.params


async def test_3_3_page_for_frames(rp: RelyingParty) -> None:
    """Metadata names it; any site may frame it, and it runs our script alone."""
    metadata = (await rp.http.get("/.well-known/openid-configuration")).json()

    page = await rp.http.get(metadata["check_session_iframe"])

    policy = page.headers["content-security-policy"].split("; ")
    assert page.status_code == 200
    assert "x-frame-options" not in page.headers
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors *"} <= set(policy)
    assert f'data-cookie="{COOKIE}"' in page.text
    assert "set-cookie" not in page.headers
