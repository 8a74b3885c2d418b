"""What is polled for, together with what other standards say of tokens, sign-ins and sessions."""

from collections.abc import Callable

import pytest

from idp.storage.users import User
from idp.users import login_sessions
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddClient, Clock, SignIn
from tests.pages.account_page import open_account
from tests.pages.totp_page import set_up
from tests.parties.backchannel import BANK
from tests.parties.browser import Browser, Page
from tests.parties.clients import KEY, AssertingClient
from tests.parties.devices import DEVICE, ask, decide, shown_code
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.relying_party import RelyingParty, unverified_claims

ANOTHER_SIGN_IN = 30  # seconds, after which the app shows another code


@pytest.fixture
async def device(add_client: AddClient) -> RelyingParty:
    """Add a public client for devices."""
    return await add_client(**DEVICE)


async def test_second_factor(
    device: RelyingParty,
    alice: User,
    browser: Browser,
    new_browser: Callable[[], Browser],
    clock: Clock,
) -> None:
    """Who has an app is asked for its code before anything of the device, and the token says so."""
    elsewhere = new_browser()
    await open_account(elsewhere)
    app, _ = await set_up(elsewhere)
    clock.move(ANOTHER_SIGN_IN)
    waiting = await ask(device)

    step = await shown_code(browser, waiting.user_code)
    page = await browser.submit(step, "verify-submit", code=app.code())
    assert isinstance(page, Page)
    await browser.submit(page, "consent-allow")

    assert "verify-page" in step
    assert {"consent-page", "consent-user-code"} <= page.ids
    amr = unverified_claims((await waiting.poll()).json()["id_token"])["amr"]
    assert {"pwd", "otp", "mfa"} <= set(amr)


async def test_tokens_bound_to_a_key(device: RelyingParty, alice: User, browser: Browser) -> None:
    """A device that holds a key has tokens for who holds it, the refresh token, too."""
    holder, thief = Holder(ISSUER), Holder(ISSUER)
    proving = ProvingParty(device, holder)
    waiting = await ask(device, "openid offline_access")
    await decide(browser, waiting.user_code)

    tokens = (await waiting.poll(proving)).json()
    stolen = await ProvingParty(device, thief).refresh(tokens["refresh_token"])

    assert tokens["token_type"] == "DPoP"
    assert unverified_claims(tokens["access_token"])["cnf"] == {"jkt": holder.jkt}
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert (await proving.refresh(tokens["refresh_token"])).status_code == 200


@pytest.mark.parametrize("audience", ["", "/token", "/bc-authorize"])
async def test_client_signs(add_client: AddClient, alice: User, audience: str) -> None:
    """An assertion is good for the issuer, the token endpoint and where it is sent (CIBA §7.1)."""
    registered = await add_client(
        **BANK
        | {
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": {"keys": [KEY.as_dict(private=False)]},
        }
    )
    client = AssertingClient(registered.http, registered.client_id, ISSUER)
    assertion = client.sign(client.claims(aud=ISSUER + audience))

    response = await client.post("/bc-authorize", assertion, scope="openid", login_hint="alice")

    assert response.status_code == 200


async def test_sign_out_ends_what_was_allowed_there(
    device: RelyingParty, alice: User, browser: Browser, provider: Provider
) -> None:
    """A device that is not to stay connected is connected as long as the session lasts."""
    online, offline = await ask(device, "openid"), await ask(device, "openid offline_access")
    for each in (online, offline):
        await decide(browser, each.user_code)

    await provider.database.run(login_sessions.end_all, alice.user_id)

    assert (await online.poll()).json()["error"] == "invalid_grant"
    assert (await offline.poll()).status_code == 200


async def test_device_is_a_connection(
    device: RelyingParty, rp: RelyingParty, alice: User, browser: Browser, walk: SignIn
) -> None:
    """It is found on the account page, and disconnected there."""
    await walk(rp)
    waiting = await ask(device, "openid offline_access")
    await decide(browser, waiting.user_code)
    tokens = (await waiting.poll()).json()

    page = await browser.open("/account/connections")
    assert isinstance(page, Page)
    form = next(each for each in page.forms if each.fields.get("client_id") == device.client_id)
    await browser.post("/account/disconnect", form.fields)

    assert (await device.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
