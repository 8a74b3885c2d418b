"""A client that has nothing but a certificate to say who it is, from its request to its logout."""

from typing import Any

import httpx2
import pytest
from cryptography import x509

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, AddClient, Configure
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.certificates import VERIFYING, holding, make_authority, make_certificate
from tests.parties.pushing import pushed_url
from tests.parties.relying_party import unverified_claims

NAME = "payments.example"
CERTIFICATE = make_certificate("CN=x", [x509.DNSName(NAME)], issuer=make_authority())
KINDS: dict[str, dict[str, Any]] = {
    "tls_client_auth": {"tls_client_auth_san_dns": NAME},
    "self_signed_tls_client_auth": {"jwks": {"keys": [CERTIFICATE.jwk]}},
}
BOUND = {
    "tls_client_certificate_bound_access_tokens": True,
    "fapi_profile": "fapi2_security",
}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Stand behind a proxy that verifies certificates."""
    return configure(server=VERIFYING)


@pytest.mark.parametrize("method", KINDS)
async def test_a_bank_by_mutual_tls(
    method: str,
    add_client: AddClient,
    transport: httpx2.ASGITransport,
    browser: Browser,
    alice: User,
) -> None:
    """FAPI 2.0 §5.3.2.1, §5.3.3: all that it asks for, with a certificate in place of any key."""
    registered = await add_client(token_endpoint_auth_method=method, **KINDS[method], **BOUND)
    rp = holding(registered, transport, CERTIFICATE)
    rp.scope = "openid offline_access"

    shown = await browser.open(await pushed_url(rp))
    assert isinstance(shown, Page)
    shown = await browser.sign_in(shown, "alice", PASSWORD)
    assert isinstance(shown, Page)
    shown = await browser.submit(shown, "consent-allow")
    assert isinstance(shown, Arrival)
    tokens = (await rp.exchange(shown.params["code"])).json()
    refreshed = (await rp.refresh(tokens["refresh_token"])).json()
    again = (await rp.refresh(tokens["refresh_token"])).json()

    cnf = {"x5t#S256": CERTIFICATE.thumbprint}
    assert unverified_claims(again["access_token"])["cnf"] == cnf
    assert tokens["refresh_token"] == refreshed["refresh_token"] == again["refresh_token"]
    assert (await rp.introspect(refreshed["access_token"])).json()["cnf"] == cnf
    assert (await rp.userinfo(refreshed["access_token"])).json()["sub"] == alice.user_id
    assert (await registered.userinfo(refreshed["access_token"])).status_code == 401
    assert (await rp.revoke(tokens["refresh_token"])).status_code == 200
    assert (await rp.userinfo(refreshed["access_token"])).status_code == 401
