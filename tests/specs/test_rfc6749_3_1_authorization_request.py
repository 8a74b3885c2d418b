"""What may be sent to the authorization endpoint, and how (RFC 6749 §3.1, §3.3)."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from idp.storage.users import User
from tests.conftest import ISSUER, SignIn
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims


def as_form(rp: RelyingParty, **changes: str | None) -> dict[str, str]:
    """Give the parameters of a request."""
    return dict(parse_qsl(urlsplit(rp.authorization_url(**changes)).query))


async def test_3_1_get_and_post_are_one(
    rp: RelyingParty, alice: User, browser: Browser, walk: SignIn
) -> None:
    """A form is answered as a link is: by a page, a code or an error (OIDC Core §3.1.2.1)."""
    page = await browser.post("/authorize", as_form(rp))
    await walk(rp)
    granted = await browser.post("/authorize", as_form(rp))
    refused = await browser.post("/authorize", as_form(rp, scope="nothing:registered"))

    assert isinstance(page, Page)
    assert "login-page" in page
    assert isinstance(granted, Arrival)
    assert granted.params.keys() == {"code", "state", "iss"}
    assert (await rp.exchange(granted.params["code"])).status_code == 200
    assert isinstance(refused, Arrival)
    assert refused.params["error"] == "invalid_scope"


async def test_3_1_unknown_parameters_are_ignored(
    rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """Whatever they are called, and with whatever value; they do not come back either."""
    unknown = {"color": "red", "resource_": "x", "code_": "", "\u00e9": '"<>'}

    arrival = await walk(rp, **unknown)

    assert arrival.params.keys() == {"code", "state", "iss"}


@pytest.mark.parametrize("name", ["scope", "state", "nonce", "response_type", "color"])
async def test_3_1_repeated_parameters_are_refused(
    rp: RelyingParty, browser: Browser, name: str
) -> None:
    """Even with the same value twice, and if nobody knows the parameter."""
    value = as_form(rp).get(name, "red")
    first = f"&{name}={value}" if name == "color" else ""

    shown = await browser.open(f"{rp.authorization_url()}{first}&{name}={value}")

    assert isinstance(shown, Arrival)
    assert (shown.params["error"], shown.params["iss"]) == ("invalid_request", ISSUER)


@pytest.mark.parametrize("scope", ["email openid profile", "profile  openid email openid"])
async def test_3_3_scope_has_no_order(
    rp: RelyingParty, alice: User, walk: SignIn, browser: Browser, scope: str
) -> None:
    """However it is written, it is the same: nobody is asked twice, and tokens say it alike."""
    await walk(rp, scope="openid profile email")

    shown = await browser.open(rp.authorization_url(scope=scope, prompt="none"))

    assert isinstance(shown, Arrival)
    issued = (await rp.exchange(shown.params["code"])).json()
    assert issued["scope"] == "email openid profile"
    assert unverified_claims(issued["access_token"])["scope"] == issued["scope"]
