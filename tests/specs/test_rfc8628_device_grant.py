"""The device authorization grant: from the request of a device to its tokens (RFC 8628)."""

import asyncio
from collections.abc import Callable

import pytest

from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddClient, AddUser, Clock
from tests.parties.browser import Browser, Page
from tests.parties.devices import DEVICE, ask, decide, shown_code
from tests.parties.operator import Operator
from tests.parties.relying_party import RelyingParty, unverified_claims


@pytest.fixture
async def device(add_client: AddClient) -> RelyingParty:
    """Add a public client for devices."""
    return await add_client(**DEVICE)


async def test_3_2_answer(device: RelyingParty) -> None:
    """It has a code to poll with, one to type, and where; nobody may keep it."""
    response = await device.post("/device_authorization", scope="openid profile")

    body = response.json()
    assert response.headers["cache-control"] == "no-store"
    assert body.keys() == {
        "device_code",
        "user_code",
        "verification_uri",
        "verification_uri_complete",
        "expires_in",
        "interval",
    }
    assert len(body["device_code"]) >= 43
    assert body["verification_uri"] == f"{ISSUER}/device"
    assert body["verification_uri_complete"] == f"{ISSUER}/device?user_code={body['user_code']}"
    assert (body["expires_in"], body["interval"]) == (600, 5)


async def test_3_4_tokens_once_allowed(
    device: RelyingParty, alice: User, browser: Browser, clock: Clock
) -> None:
    """A device that polls gets tokens of the person who has typed its code, and not before."""
    asked = await ask(device, "openid profile offline_access")
    before = await asked.poll()

    done = await decide(browser, asked.user_code)
    clock.move(5)
    after = await asked.poll()

    assert (before.status_code, before.json()["error"]) == (400, "authorization_pending")
    assert isinstance(done, Page)
    assert "device-done-page" in done
    tokens = after.json()
    claims = unverified_claims(tokens["id_token"])
    assert claims["sub"] == alice.user_id
    assert {"auth_time", "sid", "acr", "amr"} <= claims.keys()
    assert tokens["scope"] == "offline_access openid profile"
    assert (await device.userinfo(tokens["access_token"])).json()["name"] == "Alice"
    assert (await device.refresh(tokens["refresh_token"])).status_code == 200


async def test_3_4_no_refresh_token_without_offline_access(
    device: RelyingParty, alice: User, browser: Browser
) -> None:
    """A device that has not asked to stay connected is not."""
    asked = await ask(device, "openid")

    await decide(browser, asked.user_code)

    assert "refresh_token" not in (await asked.poll()).json()


async def test_3_4_confidential_client(
    add_client: AddClient, alice: User, browser: Browser
) -> None:
    """A device that keeps a secret proves it, at both endpoints."""
    rp = await add_client(**DEVICE | {"token_endpoint_auth_method": "client_secret_basic"})
    asked = await ask(rp)
    await decide(browser, asked.user_code)
    unproven = RelyingParty(rp.http, rp.client_id)

    refused = await unproven.post("/device_authorization", scope="openid")
    refused_too = await asked.poll(unproven)

    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert (refused_too.status_code, refused_too.json()["error"]) == (401, "invalid_client")
    assert (await asked.poll()).status_code == 200


async def test_3_5_code_is_good_once(device: RelyingParty, alice: User, browser: Browser) -> None:
    """Of many polls at once, one has the tokens; whoever comes later has none."""
    asked = await ask(device)
    await decide(browser, asked.user_code)

    answers = await asyncio.gather(*(asked.poll() for _ in range(8)))
    later = await asked.poll()

    assert sorted(each.status_code for each in answers) == [200] + [400] * 7
    assert (later.status_code, later.json()["error"]) == (400, "invalid_grant")


async def test_3_5_code_is_its_clients(
    device: RelyingParty, add_client: AddClient, alice: User, browser: Browser
) -> None:
    """Another client has no use for it, and does not take it from the right one."""
    other = await add_client(**DEVICE)
    asked = await ask(device)
    await decide(browser, asked.user_code)

    refused = await asked.poll(other)

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert (await asked.poll()).status_code == 200


async def test_3_5_access_denied(device: RelyingParty, alice: User, browser: Browser) -> None:
    """Who presses Cancel ends it: the device is told, and the code is good for nothing more."""
    asked = await ask(device)

    done = await decide(browser, asked.user_code, "consent-deny")
    again = await shown_code(browser, asked.user_code)

    assert isinstance(done, Page)
    assert "did not allow it" in done.text
    assert (again.status, "device-error" in again) == (422, True)
    assert (await asked.poll()).json()["error"] == "access_denied"


async def test_3_5_slow_down(device: RelyingParty, clock: Clock) -> None:
    """Each poll that comes too soon makes the device wait five seconds longer, from then on."""
    asked = await ask(device)
    errors = []

    for seconds in (0, 5, 3, 10, 5, 15):
        clock.move(seconds)
        errors.append((await asked.poll()).json()["error"])

    waiting, slower = "authorization_pending", "slow_down"
    assert errors == [waiting, waiting, slower, waiting, slower, waiting]


async def test_3_5_expired_token(
    device: RelyingParty, alice: User, browser: Browser, clock: Clock
) -> None:
    """What nobody has decided in time is over, for the device and for the person."""
    asked = await ask(device)
    page = await shown_code(browser, asked.user_code)

    clock.move(601)
    late = await browser.submit(page, "consent-allow")
    typed_late = await shown_code(browser, asked.user_code)

    assert (await asked.poll()).json()["error"] == "expired_token"
    assert isinstance(late, Page)
    assert "error-page" in late
    assert typed_late.status == 422


async def test_3_5_access_ends_with_what_was_allowed(
    device: RelyingParty, alice: User, browser: Browser, provider: Provider
) -> None:
    """Who disconnects a device before it has come for its tokens, leaves it without any."""
    asked = await ask(device)
    await decide(browser, asked.user_code)

    await Operator(provider).disconnect(alice, device)

    assert (await asked.poll()).json()["error"] == "invalid_grant"


async def test_5_2_tokens_at_the_last_moment(
    device: RelyingParty, alice: User, browser: Browser, clock: Clock
) -> None:
    """A device that comes late still has tokens that are good for as long as any."""
    asked = await ask(device)
    await decide(browser, asked.user_code)

    clock.move(599)
    tokens = (await asked.poll()).json()
    clock.move(599)

    assert tokens["expires_in"] == 600
    assert (await device.userinfo(tokens["access_token"])).status_code == 200


async def test_3_1_scope_is_that_of_the_client(device: RelyingParty) -> None:
    """Without anything that it is registered for, a device gets no code."""
    nothing = await device.post("/device_authorization", scope="admin")
    malformed = await device.post("/device_authorization", scope='"')

    for response in (nothing, malformed):
        assert (response.status_code, response.json()["error"]) == (400, "invalid_scope")


async def test_3_1_client_must_be_registered_for_it(rp: RelyingParty) -> None:
    """No other client gets a code, nor may it poll."""
    refused = await rp.post("/device_authorization", scope="openid")
    polled = await rp.token(
        grant_type="urn:ietf:params:oauth:grant-type:device_code", device_code="c0de"
    )

    for response in (refused, polled):
        assert (response.status_code, response.json()["error"]) == (400, "unauthorized_client")


@pytest.mark.parametrize("parameter", ["client_id", "scope"])
async def test_3_1_repeated_parameter(device: RelyingParty, parameter: str) -> None:
    """No parameter may be there twice."""
    form = f"client_id={device.client_id}&scope=openid&{parameter}=twice"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    response = await device.http.post("/device_authorization", content=form, headers=headers)

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_5_devices_are_counted_for_the_address(
    device: RelyingParty, provider: Provider, clock: Clock
) -> None:
    """Nobody fills the tables in the name of a client that keeps no secret."""
    for _ in range(provider.config.throttle.address_failures):
        await ask(device)

    refused = await device.post("/device_authorization", scope="openid")
    clock.move(provider.config.throttle.window)

    assert (refused.status_code, refused.json()["error"]) == (429, "temporarily_unavailable")
    assert int(refused.headers["retry-after"]) > 0
    assert (await ask(device)).device_code


async def test_4_metadata(device: RelyingParty) -> None:
    """The endpoint and the grant type are in the metadata."""
    metadata = (await device.http.get("/.well-known/oauth-authorization-server")).json()

    assert metadata["device_authorization_endpoint"] == f"{ISSUER}/device_authorization"
    assert "urn:ietf:params:oauth:grant-type:device_code" in metadata["grant_types_supported"]


async def test_5_4_several_people_one_code(
    device: RelyingParty,
    alice: User,
    add_user: AddUser,
    new_browser: Callable[[], Browser],
) -> None:
    """The first who decides has decided; another who had the page open changes nothing."""
    await add_user("bob")
    asked = await ask(device)
    alices, bobs = new_browser(), new_browser()
    bobs_page = await shown_code(bobs, asked.user_code, "bob")

    await decide(alices, asked.user_code)
    late = await bobs.submit(bobs_page, "consent-allow")

    assert isinstance(late, Page)
    assert "error-page" in late
    assert unverified_claims((await asked.poll()).json()["id_token"])["sub"] == alice.user_id
