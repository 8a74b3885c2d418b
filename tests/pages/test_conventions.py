"""What browsers and crawlers ask for by addresses of their own."""

import httpx2
import pytest

from idp.config import Config
from tests.conftest import Configure


async def test_the_bare_address_leads_to_the_account(http: httpx2.AsyncClient) -> None:
    """Who types the host name alone is not told that there is nothing."""
    response = await http.get("/")

    assert response.status_code == 303
    assert response.headers["Location"] == "/account"


async def test_crawlers_stay_away(http: httpx2.AsyncClient) -> None:
    """Nothing here belongs into a search engine."""
    response = await http.get("/robots.txt")

    assert "Disallow: /" in response.text


async def test_the_icon_is_found(http: httpx2.AsyncClient) -> None:
    """A browser that asks for the icon gets it."""
    response = await http.get("/favicon.ico", follow_redirects=True)

    assert response.headers["Content-Type"] == "image/svg+xml"


async def test_password_managers_find_the_form(http: httpx2.AsyncClient) -> None:
    """They ask at a well-known address, and see that addresses nobody has are not found."""
    response = await http.get("/.well-known/change-password")
    unknown = await http.get("/.well-known/resource-that-should-not-exist")

    assert (response.status_code, response.headers["Location"]) == (303, "/account/password")
    assert unknown.status_code == 404


class TestOfADevelopmentServer:
    """With the demo."""

    @pytest.fixture
    def config(self, configure: Configure) -> Config:
        """Make a development server."""
        return configure(issuer="http://127.0.0.1:8000", server={"dev": True})

    async def test_the_bare_address_leads_to_the_playground(self, http: httpx2.AsyncClient) -> None:
        """There is something to try."""
        response = await http.get("/")

        assert response.headers["Location"] == "/playground"
