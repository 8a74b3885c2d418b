"""Connected apps: listed in words, used, and disconnected."""

import re

from idp.clients.registration import remove
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddClient, Clock, SignIn, Tokens
from tests.pages.account_page import disconnect, open_connections
from tests.parties.browser import Browser, Page
from tests.parties.clients import PASSWORD_CLIENT
from tests.parties.relying_party import RelyingParty


async def test_connected_apps_are_listed_in_words(
    browser: Browser, add_client: AddClient, alice: User, walk: SignIn
) -> None:
    """An app is named by its verified host, with what it may do."""
    rp = await add_client(scope="openid email notes.read notes.write")
    await walk(rp, scope="openid email notes.read")

    page = await open_connections(browser)

    assert "<bdi>rp.example</bdi>" in page.text
    assert "See your email address" in page.text
    assert "Read your notes" in page.text
    assert "Change your notes" not in page.text


async def test_every_connection_is_listed(
    browser: Browser, add_client: AddClient, alice: User, tokens: Tokens
) -> None:
    """An app of the house and one that takes passwords are shown, though neither asks."""
    wiki = await add_client(client_name="Wiki", first_party=True, scope="openid offline_access")
    mail = await add_client(client_name="Mail", **PASSWORD_CLIENT)
    await tokens(wiki, scope="openid offline_access")
    await mail.token(grant_type="password", username="alice", password=PASSWORD, scope="email")

    page = await open_connections(browser)

    listed = [form.fields["client_id"] for form in page.forms if "client_id" in form.fields]
    assert sorted(listed) == sorted([wiki.client_id, mail.client_id])
    assert "Stay connected when you are away" in page.text
    assert "See your email address" in page.text


async def test_a_connection_lasts_as_long_as_what_the_app_has(
    browser: Browser, add_client: AddClient, alice: User, tokens: Tokens, clock: Clock
) -> None:
    """An app that never asked is gone from the page once all that it got has expired."""
    wiki = await add_client(first_party=True)
    await tokens(wiki, scope="openid")

    clock.move(2 * 3600)
    page = await open_connections(browser)

    assert "Nothing is connected yet." in page.text


async def test_an_app_that_never_asked_is_disconnected_too(
    browser: Browser, add_client: AddClient, alice: User, tokens: Tokens
) -> None:
    """Its tokens are good no more, and the page shows it no more."""
    wiki = await add_client(first_party=True)
    theirs = await tokens(wiki, scope="openid offline_access")
    page = await open_connections(browser)

    await disconnect(browser, page, wiki.client_id)

    assert (await wiki.userinfo(theirs["access_token"])).status_code == 401
    assert (await wiki.refresh(theirs["refresh_token"])).json()["error"] == "invalid_grant"
    assert "Nothing is connected yet." in (await open_connections(browser)).text


async def test_disconnecting_ends_what_an_app_had(
    browser: Browser,
    rp: RelyingParty,
    add_client: AddClient,
    alice: User,
    tokens: Tokens,
) -> None:
    """Its tokens are good no more, it has to ask again, and other apps notice nothing."""
    other = await add_client(client_name="Other")
    theirs = await tokens(rp, scope="openid offline_access")
    others = await tokens(other)
    page = await open_connections(browser)

    response = await disconnect(browser, page, rp.client_id)

    assert response.status_code == 303
    assert (await rp.userinfo(theirs["access_token"])).status_code == 401
    assert (await other.userinfo(others["access_token"])).status_code == 200
    assert (await rp.introspect(theirs["access_token"])).json() == {"active": False}
    assert (await rp.refresh(theirs["refresh_token"])).json()["error"] == "invalid_grant"
    consent = await browser.open(rp.authorization_url())
    assert isinstance(consent, Page)
    assert "consent-page" in consent


async def test_disconnecting_what_is_not_connected_changes_nothing(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """A double click, an unknown app or garbage leads back to the page."""
    theirs = await tokens(rp)
    page = await open_connections(browser)

    for client_id in ("", "unknown", "x" * 5000, "\u202e", "'; DROP TABLE grants; --"):
        response = await disconnect(browser, page, client_id)
        assert response.status_code == 303, client_id
        assert response.headers["Location"] == "/account/connections"

    assert (await rp.userinfo(theirs["access_token"])).status_code == 200


async def test_nobody_disconnects_for_somebody_else(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """Without a session the form leads to the login page, and the app stays connected."""
    theirs = await tokens(rp)
    page = await open_connections(browser)
    browser.cookies.delete("__Host-idp-session")

    response = await disconnect(browser, page, rp.client_id)

    assert response.status_code == 303
    shown = await browser.open(response.headers["Location"])
    assert isinstance(shown, Page)
    assert "login-page" in shown
    assert (await rp.userinfo(theirs["access_token"])).status_code == 200


async def test_a_removed_app_is_not_listed(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn, provider: Provider
) -> None:
    """The page still opens when an administrator has removed an app that was connected."""
    await walk(rp)
    await provider.database.run(remove, rp.client_id)

    page = await open_connections(browser)

    assert "rp.example" not in page.text


async def test_an_app_that_is_not_the_operators_own_calls_itself_something(
    browser: Browser, add_client: AddClient, alice: User, walk: SignIn
) -> None:
    """The host stands before a name that anybody could have chosen."""
    await walk(await add_client(client_name="Your Bank"))

    page = await open_connections(browser)

    assert page.text.index("<bdi>rp.example</bdi>") < page.text.index("Your Bank")
    assert "calls itself" in page.text


async def test_the_logo_of_an_app_comes_from_here(
    browser: Browser, add_client: AddClient, alice: User, walk: SignIn
) -> None:
    """Its server does not learn who looks at the page."""
    rp = await add_client(logo_uri="https://rp.example/logo.png")
    await walk(rp)

    page = await open_connections(browser)

    assert f'src="/logos/{rp.client_id}/' in page.text
    assert "https://rp.example/logo.png" not in page.text


async def test_when_an_app_was_last_used(
    browser: Browser,
    add_client: AddClient,
    alice: User,
    tokens: Tokens,
    walk: SignIn,
    clock: Clock,
) -> None:
    """A sign-in that nobody saw counts, and so does a refresh; right to the day."""
    seen = await add_client(client_name="Seen")
    quiet = await add_client(client_name="Quiet")
    theirs = await tokens(quiet, scope="openid offline_access")
    await walk(seen)
    days = []
    for use in (None, seen, quiet):
        clock.move(0 if use is None else 2 * 86_400)
        if use is quiet:
            await quiet.refresh(theirs["refresh_token"])
        elif use is seen:
            await walk(seen)
        page = await open_connections(browser)
        days.append(re.findall(r"last used (\d+ \w+ \d+)", page.text))

    at_first, after_sign_in, after_refresh = days
    assert len(set(at_first)) == 1
    assert len(set(after_sign_in)) == 2
    assert not set(after_refresh) & set(at_first)


async def test_single_claims_are_told_in_words(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """What was asked for beside the scope is listed with it."""
    await walk(rp, scope="openid", claims='{"userinfo": {"nickname": null}}')

    page = await open_connections(browser)

    assert "See your nickname" in page.text
