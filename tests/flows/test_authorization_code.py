"""The main journey: a person signs in to a third-party app."""

from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims, unverified_header


async def test_person_signs_in_to_an_app(
    browser: Browser, rp: RelyingParty, alice: User, provider: Provider
) -> None:
    """A person signs in, allows the app, and the app gets tokens that this server signed."""
    login_page = await browser.open(rp.authorization_url())
    assert isinstance(login_page, Page)
    assert "login-page" in login_page

    consent_page = await browser.sign_in(login_page, "alice", "correct horse battery staple")
    assert isinstance(consent_page, Page)
    assert "consent-page" in consent_page
    arrival = await browser.submit(consent_page, "consent-allow")

    assert arrival.url.startswith(rp.redirect_uri)
    assert arrival.params["state"] == rp.state
    assert arrival.params["iss"] == ISSUER
    response = await rp.exchange(arrival.params["code"])
    assert response.status_code == 200
    tokens = response.json()
    assert unverified_header(tokens["access_token"])["typ"] == "at+jwt"
    assert unverified_claims(tokens["id_token"])["nonce"] == rp.nonce
    assert unverified_claims(tokens["id_token"])["sub"] == alice.user_id
    userinfo = await rp.userinfo(tokens["access_token"])
    assert userinfo.json()["email"] == "alice@example.com"
