"""The ids of login sessions: new at each sign-in, dead after it (CWE-384)."""

from functools import partial

import pytest

from idp.storage.login_sessions import list_login_sessions
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddUser
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty

SESSION, BROWSER, OTHERS = "__Host-idp-session", "__Host-idp-browser", "__Host-idp-others"


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


async def test_another_person_signs_in_beside_the_first(
    browser: Browser, rp: RelyingParty, add_user: AddUser, provider: Provider
) -> None:
    """Each has a session of their own; the browser shows the one of whoever came last."""
    alice, bob = await add_user("alice"), await add_user("bob")
    first = await sign_in(browser)

    second = await sign_in(browser, "bob", rp.authorization_url(prompt="login"))

    shown = await browser.open("/account")
    assert isinstance(shown, Page)
    assert "bob@example.com" in shown.text
    assert len(await provider.database.run(list_login_sessions, alice.user_id)) == 1
    assert len(await provider.database.run(list_login_sessions, bob.user_id)) == 1
    assert browser.cookies[OTHERS] == first != second


async def test_who_signs_in_again_keeps_the_session_that_waited(
    browser: Browser, alice: User, add_user: AddUser, provider: Provider
) -> None:
    """It gets a new id and the same name, and the person has no second one."""
    await add_user("bob")
    first = await sign_in(browser)
    (before,) = await provider.database.run(list_login_sessions, alice.user_id)
    second = await sign_in(browser, "bob", "/account/add")

    third = await sign_in(browser, "alice", "/account/add")

    (after,) = await provider.database.run(list_login_sessions, alice.user_id)
    assert after.sid == before.sid
    assert browser.cookies[OTHERS] == second
    assert third != first
    assert not await is_alive(browser, first)


async def test_a_browser_keeps_five_accounts(browser: Browser, add_user: AddUser) -> None:
    """A sixth ends the session of whoever was active longest ago, and of nobody else."""
    names = ["alice", "bob", "carol", "dave", "erin", "frank"]
    sessions = []
    for name in names:
        await add_user(name)
        sessions.append(await sign_in(browser, name, "/account/add"))

    kept = [browser.cookies[SESSION], *browser.cookies[OTHERS].split(".")]

    assert kept == sessions[:0:-1]
    browser.cookies.clear()
    assert [await is_alive(browser, each) for each in sessions] == [False] + [True] * 5


@pytest.mark.parametrize("planted", ["x", "....", "A" * 43, ".".join(["A" * 43] * 100)])
async def test_what_is_no_session_is_forgotten(browser: Browser, alice: User, planted: str) -> None:
    """Ids that open nothing harm nothing, and are gone after a sign-in."""
    browser.cookies.set(OTHERS, planted, domain="idp.example")

    session = await sign_in(browser)

    assert browser.cookies[SESSION] == session
    assert "A" * 43 not in browser.cookies.get(OTHERS, "")


@pytest.mark.parametrize(
    ("ticked", "kept"), [({}, ""), ({"keep": "yes"}, "; Max-Age=7776000")], ids=["not kept", "kept"]
)
async def test_the_cookies_of_a_sign_in(
    browser: Browser, alice: User, ticked: dict[str, str], kept: str
) -> None:
    """The session's cookie is set at sign-in and the browser's before it, each exactly so."""
    page = await browser.http.get("/login")
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    typed = {"username": "alice", "password": PASSWORD, "csrf": token} | ticked

    signed_in = await browser.http.post("/login", data=typed)

    (browser_cookie,) = page.headers.get_list("set-cookie")
    session_cookie, method_cookie = sorted(
        signed_in.headers.get_list("set-cookie"), key=lambda each: "last-method" in each
    )
    guarded = "; HttpOnly{}; Path=/; SameSite=lax; Secure"
    assert browser_cookie.endswith(guarded.format("; Max-Age=34560000"))
    assert session_cookie.endswith(guarded.format(kept))
    assert len(session_cookie.split("=")[1].split(";")[0]) == 43
    assert method_cookie.startswith("__Host-idp-last-method=password; HttpOnly; Max-Age=34560000")


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
