"""An issuer such as https://idp.example/tenant: everything is below its path, and nothing else."""

from typing import Any
from urllib.parse import urljoin

import httpx2
import jwt
import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, Configure, SignIn, Tokens
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty

ISSUER = "https://idp.example/tenant/one"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Put the issuer below a path."""
    return configure(issuer=ISSUER, registration={"mode": "open", "verify_email": False})


async def metadata(http: httpx2.AsyncClient) -> dict[str, Any]:
    """Read the metadata."""
    response = await http.get(f"{ISSUER}/.well-known/openid-configuration")
    document: dict[str, Any] = response.json()
    return document


async def test_the_metadata_is_where_either_standard_says(http: httpx2.AsyncClient) -> None:
    """OIDC puts the well-known path behind that of the issuer, RFC 8414 §3.1 in front of it."""
    appended = await http.get(f"{ISSUER}/.well-known/openid-configuration")
    inserted = await http.get(
        "https://idp.example/.well-known/oauth-authorization-server/tenant/one"
    )

    assert appended.json()["issuer"] == ISSUER
    assert appended.json() == inserted.json()


async def test_every_endpoint_is_below_the_path(http: httpx2.AsyncClient) -> None:
    """What the metadata names is there, and beside the path there is nothing."""
    document = await metadata(http)
    endpoints = {v for k, v in document.items() if k.endswith(("_endpoint", "_uri"))}

    for url in endpoints:
        assert url.startswith(ISSUER + "/")
        assert (await http.get(url)).status_code != 404, url
        beside = url.replace("/tenant/one", "")
        assert (await http.get(beside)).status_code == 404, beside
    for path in (
        "",
        "/",
        "/login",
        "/tenant",
        "/tenant/one/tenant/one/login",
        "/tenant/one/login/",
    ):
        assert (await http.get("https://idp.example" + path)).status_code == 404, path


async def test_a_person_signs_in_to_an_app(
    rp: RelyingParty, alice: User, walk: SignIn, http: httpx2.AsyncClient
) -> None:
    """The whole way works, and every token and answer carries the issuer to the letter."""
    arrival = await walk(rp, scope="openid offline_access")
    tokens = (await rp.exchange(arrival.params["code"])).json()
    refreshed = (await rp.refresh(tokens["refresh_token"])).json()

    assert arrival.params["iss"] == ISSUER
    keys = jwt.PyJWKSet.from_dict((await http.get((await metadata(http))["jwks_uri"])).json())
    for token in (tokens["id_token"], refreshed["access_token"]):
        key = keys[jwt.get_unverified_header(token)["kid"]]
        options = {"verify_aud": False}
        claims = jwt.decode(token, key, algorithms=["RS256"], issuer=ISSUER, options=options)
        assert claims["sub"] == alice.user_id
    assert (await rp.userinfo(refreshed["access_token"])).status_code == 200
    assert (await rp.introspect(refreshed["access_token"])).json()["iss"] == ISSUER


async def test_pages_lead_to_pages_below_the_path(
    browser: Browser, alice: User, rp: RelyingParty, tokens: Tokens
) -> None:
    """Redirects, forms, links and the style sheet stay where the server is."""
    register = await browser.open(f"{ISSUER}/register")
    login = await browser.open(f"{ISSUER}/account")
    assert isinstance(register, Page)
    assert isinstance(login, Page)
    assert login.url == f"{ISSUER}/login"
    account = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(account, Page)
    assert account.url == f"{ISSUER}/account"

    for page in (register, login, account):
        for attribute in ('href="', 'action="', 'src="'):
            for link in page.text.split(attribute)[1:]:
                url = urljoin(page.url, link.split('"')[0])
                assert url.startswith(ISSUER + "/")
                assert (await browser.http.get(url)).status_code != 404, url
    assert "logged-out-page" in await browser.submit(account, "logout")


async def test_cookies_are_for_the_host(browser: Browser, alice: User) -> None:
    """A `__Host-` cookie has the path /, wherever the server is (RFC 6265bis §4.1.3.2)."""
    response = await browser.http.get(f"{ISSUER}/login")

    assert response.headers["Set-Cookie"].startswith("__Host-idp-browser=")
    assert "; Path=/;" in response.headers["Set-Cookie"]
