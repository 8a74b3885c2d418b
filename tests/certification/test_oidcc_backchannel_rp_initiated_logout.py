"""The plan for clients whose servers hear of a logout (OpenID Connect Back-Channel Logout 1.0)."""

import time
from collections.abc import AsyncIterator

import pytest

from tests.certification.conftest import Laboratory
from tests.parties.browser import Arrival
from tests.parties.certification import check_jwks, check_signature
from tests.parties.certification_dynamic import (
    CLIENT_SECRET_BASIC,
    POST_LOGOUT_REDIRECT_URI,
    PRINTABLE,
    Join,
    join,
    leave,
    random_name,
)
from tests.parties.process import until
from tests.parties.receiver import Receiver, receiving
from tests.parties.relying_party import unverified_claims, unverified_header
from tests.parties.suite import Variant

__all__ = ["join"]

PLANS = ("oidcc-backchannel-rp-initiated-logout-certification-test-plan",)
MODULES = (
    "oidcc-backchannel-logout-discovery-endpoint-verification",
    "oidcc-backchannel-rp-initiated-logout",
)
SKEW = 300  # seconds by which clocks may differ
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Run the client's server."""
    async with receiving() as receiver:
        yield receiver


async def test_oidcc_backchannel_logout_discovery_endpoint_verification(lab: Laboratory) -> None:
    """The metadata says that clients are told, and of which session."""
    metadata = await lab.read_metadata()

    assert metadata["backchannel_logout_supported"] is True
    assert metadata["backchannel_logout_session_supported"] is True
    assert metadata["end_session_endpoint"].startswith("https://")


@pytest.mark.parametrize("response_type", ["code", "id_token", "code id_token token"])
async def test_oidcc_backchannel_rp_initiated_logout(
    join: Join, receiver: Receiver, response_type: str
) -> None:
    """The client hears of it by a logout token that is about the session of its ID token."""
    suite = await join(
        Variant(response_type),
        method=CLIENT_SECRET_BASIC,
        post_logout_redirect_uris=[POST_LOGOUT_REDIRECT_URI],
        backchannel_logout_uri=receiver.url("/test/a/idp/backchannel_logout"),
        backchannel_logout_session_required=True,
    )
    suite.state = random_name(128)
    walk = await suite.walk()

    shown = await suite.log_out(
        id_token_hint=walk.raw_id_tokens[-1],
        post_logout_redirect_uri=POST_LOGOUT_REDIRECT_URI,
        state=PRINTABLE,
    )
    await until(lambda: len(receiver.forms) == 1)

    assert isinstance(shown, Arrival)
    assert shown.params == {"state": PRINTABLE}
    assert receiver.forms[0].keys() == {"logout_token"}
    assert "application/x-www-form-urlencoded" in receiver.requests[0]
    (logout_token,), (claims,) = receiver.tokens, receiver.claims
    header = unverified_header(logout_token)
    jwks = check_jwks(await suite.http.get(suite.metadata["jwks_uri"]))
    check_signature(logout_token, jwks, header["kid"], "RS256")
    assert (claims["iss"], claims["aud"]) == (suite.metadata["issuer"], suite.client_id)
    assert abs(claims["iat"] - time.time()) < SKEW
    assert claims["jti"]
    assert claims["events"] == {EVENT: {}}
    id_token = unverified_claims(walk.raw_id_tokens[-1])
    assert (claims["sub"], claims["sid"]) == (id_token["sub"], id_token["sid"])
    assert "nonce" not in claims
    await suite.check_signed_out()
    await leave(suite)
