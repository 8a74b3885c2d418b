"""RFC 8705 §3, §4: tokens that are good only with the certificate they were issued to."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, AddClient, Configure, SignIn
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.certificates import BEHIND_PROXY, Certificate, holding, make_certificate
from tests.parties.clients import MACHINE
from tests.parties.pushing import pushed_url
from tests.parties.relying_party import RelyingParty, unverified_claims

BOUND = {"tls_client_certificate_bound_access_tokens": True}
PUBLIC = BOUND | {"token_endpoint_auth_method": "none"}
OFFLINE = {"scope": "openid offline_access"}
GRANT = {"grant_type": "client_credentials"}
DAY = timedelta(days=1)
CERTIFICATE, OTHER = make_certificate(), make_certificate()


@pytest.fixture
def config(configure: Configure) -> Config:
    """Stand behind a proxy that lets in any certificate."""
    return configure(server=BEHIND_PROXY)


async def tokens_of(
    rp: RelyingParty, walk: SignIn, transport: Any, certificate: Certificate, **changes: str
) -> dict[str, Any]:
    """Get tokens for a person, with a certificate."""
    arrival = await walk(rp, **changes)
    response = await holding(rp, transport, certificate).exchange(arrival.params["code"])
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


@pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])
async def test_the_certificate_is_in_the_token(
    access_token_format: str, add_client: AddClient, transport: httpx2.ASGITransport
) -> None:
    """§3.1, §3.2: as the thumbprint in `cnf`, and in what introspection says."""
    rp = await add_client(**MACHINE, **BOUND, access_token_format=access_token_format)
    holder = holding(rp, transport, CERTIFICATE)

    response = (await holder.token(**GRANT)).json()

    introspected = (await rp.introspect(response["access_token"])).json()
    assert response["token_type"] == introspected["token_type"] == "Bearer"
    assert introspected["cnf"] == {"x5t#S256": CERTIFICATE.thumbprint}
    if access_token_format == "jwt":
        assert unverified_claims(response["access_token"])["cnf"] == introspected["cnf"]


@pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])
async def test_a_resource_takes_it_with_its_certificate_alone(
    access_token_format: str,
    add_client: AddClient,
    walk: SignIn,
    transport: httpx2.ASGITransport,
    alice: User,
) -> None:
    """§3: 401 and invalid_token if there is none, or another one."""
    rp = await add_client(**BOUND, access_token_format=access_token_format)
    token = (await tokens_of(rp, walk, transport, CERTIFICATE))["access_token"]

    right = await holding(rp, transport, CERTIFICATE).userinfo(token)
    refused = [
        await rp.userinfo(token),
        await holding(rp, transport, OTHER).userinfo(token),
        await rp.http.post("/userinfo", data={"access_token": token}),
    ]

    assert right.status_code == 200
    for response in refused:
        assert (response.status_code, response.json()["error"]) == (401, "invalid_token")
        assert 'error="invalid_token"' in response.headers["www-authenticate"]


async def test_a_token_that_is_not_bound_needs_none(
    add_client: AddClient, walk: SignIn, transport: httpx2.ASGITransport, alice: User
) -> None:
    """§3.4: a client that did not ask for it may connect in one way or the other."""
    rp = await add_client()
    token = (await tokens_of(rp, walk, transport, CERTIFICATE))["access_token"]

    assert "cnf" not in unverified_claims(token)
    assert (await rp.userinfo(token)).status_code == 200
    assert (await holding(rp, transport, OTHER).userinfo(token)).status_code == 200


async def test_without_a_certificate_nothing_is_issued_or_spent(
    add_client: AddClient, walk: SignIn, transport: httpx2.ASGITransport, alice: User
) -> None:
    """§3.4: a client that asked for it is refused, and tries again with the same code."""
    rp = await add_client(**BOUND)
    code = (await walk(rp)).params["code"]

    without = await rp.exchange(code)
    with_one = await holding(rp, transport, CERTIFICATE).exchange(code)

    assert (without.status_code, without.json()["error"]) == (400, "invalid_request")
    assert with_one.status_code == 200


async def test_refresh_tokens_of_public_clients_are_bound(
    add_client: AddClient, walk: SignIn, transport: httpx2.ASGITransport, alice: User
) -> None:
    """§4: who has stolen the token has not the key; and the owner loses nothing by the attempt."""
    rp = await add_client(**PUBLIC)
    tokens = await tokens_of(rp, walk, transport, CERTIFICATE, **OFFLINE)
    owner, thief = holding(rp, transport, CERTIFICATE), holding(rp, transport, OTHER)

    stolen = await thief.refresh(tokens["refresh_token"])
    refreshed = await owner.refresh(tokens["refresh_token"])
    stolen_again = await thief.refresh(refreshed.json()["refresh_token"])

    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert (stolen_again.status_code, stolen_again.json()["error"]) == (400, "invalid_grant")
    claims = unverified_claims(refreshed.json()["access_token"])
    assert claims["cnf"] == {"x5t#S256": CERTIFICATE.thumbprint}
    assert (await owner.refresh(refreshed.json()["refresh_token"])).status_code == 200


async def test_confidential_clients_change_their_certificate(
    add_client: AddClient, walk: SignIn, transport: httpx2.ASGITransport, alice: User
) -> None:
    """§4: they prove who they are in their own way, so a new certificate binds new tokens."""
    rp = await add_client(**BOUND)
    tokens = await tokens_of(rp, walk, transport, CERTIFICATE, **OFFLINE)

    renewed = await holding(rp, transport, OTHER).refresh(tokens["refresh_token"])
    without = await rp.refresh(tokens["refresh_token"])

    claims = unverified_claims(renewed.json()["access_token"])
    assert claims["cnf"] == {"x5t#S256": OTHER.thumbprint}
    assert (without.status_code, without.json()["error"]) == (400, "invalid_request")


async def test_what_binds_need_not_be_good_for_anything_else(
    add_client: AddClient, transport: httpx2.ASGITransport
) -> None:
    """§3: it is compared, and not believed; so who made it and how long it lasts is no matter."""
    expired = make_certificate(since=2 * DAY, for_another=-DAY)
    rp = await add_client(**MACHINE, **BOUND)

    response = await holding(rp, transport, expired).token(**GRANT)

    claims = unverified_claims(response.json()["access_token"])
    assert claims["cnf"] == {"x5t#S256": expired.thumbprint}


async def test_a_request_is_pushed_without_the_certificate(
    add_client: AddClient, transport: httpx2.ASGITransport, alice: User, browser: Browser
) -> None:
    """§3 is about tokens: the certificate is needed for them, and only then (RFC 9126 §2)."""
    rp = await add_client(**BOUND, first_party=True)

    login = await browser.open(await pushed_url(rp))
    assert isinstance(login, Page)
    arrival = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(arrival, Arrival)
    code = arrival.params["code"]

    assert (await rp.exchange(code)).json()["error"] == "invalid_request"
    response = await holding(rp, transport, CERTIFICATE).exchange(code)
    assert response.status_code == 200
