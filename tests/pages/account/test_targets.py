"""What connected apps may do besides a scope: APIs, and what was allowed in detail."""

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import AddClient, Configure, SignIn, Tokens
from tests.pages.account.test_export import export
from tests.pages.account_page import disconnect, open_connections
from tests.parties.browser import Browser, Page
from tests.parties.detailed import ACCOUNTS, PAYMENT, TYPES, details

NOTES, MAIL = "https://notes.example", "https://mail.example"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Declare two APIs and some types."""
    return configure(
        resources={NOTES: {"name": "Example Notes"}, MAIL: {"name": "Example Mail"}},
        authorization_details_types=TYPES,
    )


async def test_apis_and_details_are_listed_in_words(
    browser: Browser, add_client: AddClient, alice: User, walk: SignIn
) -> None:
    """What an app may do again is there; what it has to ask for each time is not."""
    rp = await add_client(authorization_details_types=list(TYPES))
    await walk(rp, resource=NOTES, authorization_details=details(ACCOUNTS, PAYMENT))

    page = await open_connections(browser)
    copy = await export(browser)

    assert "Use <bdi>Example Notes</bdi> for you" in page.text
    assert "Example Mail" not in page.text
    words = "See your bank accounts (What it may do: <bdi>List them, See what is in them</bdi>)"
    assert words in page.text
    assert "Make a payment" not in page.text
    (connection,) = copy["connections"]
    assert connection["resource"] == [NOTES]
    assert connection["authorization_details"] == [ACCOUNTS]


async def test_an_app_that_does_not_ask_is_listed_with_its_apis(
    browser: Browser, add_client: AddClient, alice: User, tokens: Tokens
) -> None:
    """All of its grants are taken together."""
    wiki = await add_client(first_party=True)
    for resource in (NOTES, MAIL, None):
        await tokens(wiki, scope="openid", resource=resource)

    page = await open_connections(browser)

    assert "Use <bdi>Example Mail</bdi> for you" in page.text
    assert "Use <bdi>Example Notes</bdi> for you" in page.text


async def test_what_was_disconnected_is_asked_again(
    browser: Browser, add_client: AddClient, alice: User, walk: SignIn
) -> None:
    """Nothing of what was allowed outlives that."""
    rp = await add_client(authorization_details_types=list(TYPES))
    asked = {"resource": NOTES, "authorization_details": details(ACCOUNTS)}
    await walk(rp, **asked)

    await disconnect(browser, await open_connections(browser), rp.client_id)
    page = await browser.open(rp.authorization_url(**asked))

    assert isinstance(page, Page)
    assert "consent-allowed" not in page
    assert "<bdi>Example Notes</bdi>" in page.text
    assert "See your bank accounts" in page.text


async def test_what_is_not_declared_any_more_is_not_shown(
    browser: Browser, add_client: AddClient, alice: User, walk: SignIn, config: Config
) -> None:
    """An operator may take an API and a type away."""
    rp = await add_client(authorization_details_types=list(TYPES))
    await walk(rp, resource=NOTES, authorization_details=details(ACCOUNTS))

    config.resources.clear()
    config.authorization_details_types.clear()
    page = await open_connections(browser)

    assert "<bdi>rp.example</bdi>" in page.text
    assert "Example Notes" not in page.text
    assert "See your bank accounts" not in page.text
