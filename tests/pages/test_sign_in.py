"""The ids of login sessions: new at each sign-in, dead after it (CWE-384)."""

from functools import partial

from idp.storage.login_sessions import list_login_sessions
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddUser
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty

SESSION, BROWSER = "__Host-idp-session", "__Host-idp-browser"


async def sign_in(browser: Browser, username: str = "alice", url: str = "/login") -> str:
    """Sign in on the login page; give the id of the session."""
    page = await browser.open(url)
    assert isinstance(page, Page)
    shown = await browser.sign_in(page, username, PASSWORD)
    assert isinstance(shown, Page)
    assert shown.status == 200
    session = browser.cookies[SESSION]
    assert isinstance(session, str)
    return session


async def is_alive(browser: Browser, session: str) -> bool:
    """Tell whether a session with this id is open, as a thief would find out."""
    response = await browser.http.get("/account", headers={"Cookie": f"{SESSION}={session}"})
    return response.status_code == 200


async def test_each_sign_in_has_a_new_id(browser: Browser, rp: RelyingParty, alice: User) -> None:
    """Who signs in once more gets a new id, and the one before is dead at once."""
    first = await sign_in(browser)

    second = await sign_in(browser, url=rp.authorization_url(prompt="login"))

    assert first != second
    browser.cookies.clear()
    assert not await is_alive(browser, first)
    assert await is_alive(browser, second)


async def test_an_id_from_before_the_sign_in_is_never_used(browser: Browser, alice: User) -> None:
    """An attacker who plants a session id gains nothing by it (CVE-2024-28197)."""
    chosen = "A" * 43
    browser.cookies.set(SESSION, chosen, domain="idp.example")

    session = await sign_in(browser)

    assert session != chosen
    browser.cookies.clear()
    assert not await is_alive(browser, chosen)


async def test_another_person_ends_the_session_before(
    browser: Browser, rp: RelyingParty, add_user: AddUser, provider: Provider
) -> None:
    """One browser has one person in it; a second one does not inherit the first one's session."""
    alice, bob = await add_user("alice"), await add_user("bob")
    first = await sign_in(browser)

    await sign_in(browser, "bob", rp.authorization_url(prompt="login"))

    shown = await browser.open("/account")
    assert isinstance(shown, Page)
    assert "bob@example.com" in shown.text
    assert not await provider.database.run(list_login_sessions, alice.user_id)
    assert len(await provider.database.run(list_login_sessions, bob.user_id)) == 1
    browser.cookies.clear()
    assert not await is_alive(browser, first)


async def test_the_cookies_of_a_sign_in(browser: Browser, alice: User) -> None:
    """The session's cookie is set at sign-in and the browser's before it, each exactly so."""
    page = await browser.http.get("/login")
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    typed = {"username": "alice", "password": PASSWORD, "csrf": token}

    signed_in = await browser.http.post("/login", data=typed)

    (browser_cookie,) = page.headers.get_list("set-cookie")
    (session_cookie,) = signed_in.headers.get_list("set-cookie")
    guarded = "; Max-Age={}; Path=/; SameSite=lax; Secure"
    assert browser_cookie.endswith("; HttpOnly" + guarded.format(34560000))
    assert session_cookie.endswith("; HttpOnly" + guarded.format(2592000))
    assert len(session_cookie.split("=")[1].split(";")[0]) == 43


async def test_the_browser_keeps_its_name(browser: Browser, alice: User) -> None:
    """Forms that are open in other tabs stay good when a person signs in."""
    await browser.open("/login")
    before = browser.cookies[BROWSER]

    await sign_in(browser)

    assert browser.cookies[BROWSER] == before


async def test_sessions_are_kept_as_digests(
    browser: Browser, alice: User, provider: Provider
) -> None:
    """Whoever reads the database cannot open a session with what they find there."""
    session = await sign_in(browser)

    (stored,) = await provider.database.run(partial(list_login_sessions, alice.user_id))

    assert session.encode() not in stored.id_digest
    browser.cookies.clear()
    assert not await is_alive(browser, stored.id_digest.hex())
    assert not await is_alive(browser, stored.sid)
