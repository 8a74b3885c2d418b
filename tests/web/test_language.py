"""Pages in the language of whoever reads them."""

from pathlib import Path

import pytest

from idp.config import Config
from idp.storage.users import User
from idp.users.profile import WEB_ADDRESS
from idp.web import language
from idp.web.language import Languages, accepted
from tests.conftest import Configure
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty
from tests.templates.pseudo import TAG, pseudo, write_catalogue, write_sentences

IN_PSEUDO = f'<html lang="{TAG}" dir="ltr">'
IN_ENGLISH = '<html lang="en" dir="ltr">'
SIGN_IN = pseudo("Sign in")


@pytest.fixture
def config(configure: Configure, tmp_path: Path) -> Config:
    """Configure an operator's own language beside English."""
    own = tmp_path / "own"
    write_catalogue(own)
    return configure(templates={"directory": str(own)})


async def opened(browser: Browser, url: str) -> Page:
    """Open a page of the server."""
    page = await browser.open(url)
    assert isinstance(page, Page)
    return page


@pytest.mark.parametrize(
    ("header", "ranges"),
    [
        ("de", ["de"]),
        ("de-CH, de;q=0.9, en;q=0.8, *;q=0.5", ["de-CH", "de", "en"]),
        ("en;q=0.2 , fr ; q=0.7,ar", ["ar", "fr", "en"]),
        ("de;q=0, en", ["en"]),
        ("de;q=2, <b>, en;q=x, fr;level=1, ,;q=1", []),
        ("", []),
        (",".join(["de"] * 1000), ["de"] * 20),
    ],
)
def test_the_most_wanted_language_comes_first(header: str, ranges: list[str]) -> None:
    """Accept-Language is read by its weights, and what is none of it is left out."""
    assert accepted(header) == ranges


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("pt-BR", "pt-BR"),
        ("PT-br", "pt-BR"),
        ("pt", "en"),
        ("ar-EG", "ar"),
        ("ar-x-private", "ar"),
        ("tlh, ar;q=0.5", "ar"),
        ("tlh", "en"),
        ("en-GB, ar", "en"),
    ],
)
def test_a_language_is_found_by_lookup(tmp_path: Path, header: str, tag: str) -> None:
    """What is wanted more narrowly than it is there is found, and English where nothing is."""
    for name in ("pt_BR", "ar"):
        write_sentences(tmp_path, name, {})
    languages = Languages(tmp_path / "locale")

    with languages.reading(header):
        found = language.current()

    assert (found.tag, found.direction) == (tag, "rtl" if tag == "ar" else "ltr")
    assert language.current().tag == "en"
    assert languages.tags == ["en", "ar", "pt-BR"]


def test_the_last_directory_is_asked_first(tmp_path: Path) -> None:
    """An operator may change single sentences of a language that ships with the server."""
    write_catalogue(tmp_path / "packaged", more=["Ours alone"])
    write_sentences(tmp_path / "own", TAG, {"Sign in": "Come in"})
    languages = Languages(tmp_path / "packaged" / "locale", tmp_path / "own" / "locale")

    with languages.reading(TAG):
        said = [language.gettext(each) for each in ("Sign in", "Ours alone", "Nobody's", "")]

    assert said == ["Come in", pseudo("Ours alone"), "Nobody's", ""]


async def test_a_page_is_in_the_language_that_the_browser_asks_for(browser: Browser) -> None:
    """Whoever asks for nothing, or for what there is not, reads English."""
    english = await opened(browser, "/login")
    browser.http.headers["Accept-Language"] = f"tlh, {TAG};q=0.8, en;q=0.5"
    other = await opened(browser, "/login")
    browser.http.headers["Accept-Language"] = "tlh"
    unknown = await opened(browser, "/login")

    assert IN_ENGLISH in english.text
    assert IN_PSEUDO in other.text
    assert SIGN_IN in other.text
    assert "Sign in" not in other.text
    assert IN_ENGLISH in unknown.text


async def test_what_the_client_knows_of_the_person_comes_first(
    browser: Browser, rp: RelyingParty
) -> None:
    """`ui_locales` outweighs the browser's settings, on every page of the sign-in (OIDC Core)."""
    browser.http.headers["Accept-Language"] = "en"

    wanted = await opened(browser, rp.authorization_url(ui_locales=f"tlh {TAG}-oxendict en"))
    again = await browser.sign_in(wanted, "nobody", "wrong")
    not_there = await opened(browser, rp.authorization_url(ui_locales="tlh"))
    after = await opened(browser, "/login")

    assert IN_PSEUDO in wanted.text
    assert isinstance(again, Page)
    assert IN_PSEUDO in again.text
    assert IN_ENGLISH in not_there.text
    assert IN_ENGLISH in after.text


async def test_a_page_at_the_end_is_in_the_language_that_the_client_names(
    browser: Browser,
) -> None:
    """`ui_locales` counts on the way out as well (RP-Initiated Logout §2)."""
    page = await opened(browser, f"/logout?ui_locales={TAG}")

    assert IN_PSEUDO in page.text


async def test_what_is_refused_is_refused_in_the_language_of_the_page(
    browser: Browser, alice: User
) -> None:
    """Sentences that code has chosen are translated where they are shown, and so are errors."""
    browser.http.headers["Accept-Language"] = TAG
    login = await opened(browser, "/login")
    await browser.sign_in(login, "alice", "correct horse battery staple")
    page = await opened(browser, "/account/profile")

    refused = await browser.submit(page, "profile-submit", website="nowhere")
    nowhere = await browser.http.get("/nowhere", headers={"Accept": "text/html"})
    no_request = await opened(browser, "/authorize?client_id=unknown")

    assert isinstance(refused, Page)
    assert pseudo(WEB_ADDRESS) in refused.text
    assert pseudo("There is nothing here") in nowhere.text
    assert pseudo("This sign-in link does not work") in no_request.text


async def test_the_languages_are_in_the_metadata(browser: Browser) -> None:
    """A client learns what it may ask for (OIDC Discovery §3)."""
    document = (await browser.http.get("/.well-known/openid-configuration")).json()

    assert document["ui_locales_supported"] == ["en", TAG]
