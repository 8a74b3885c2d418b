"""The plan for clients that watch the browser (OpenID Connect Session Management 1.0).

The frame itself is looked at in tests/browser/test_session_management.py, with its script.
"""

import base64
import hashlib

import pytest

from tests.certification.conftest import Laboratory
from tests.parties.browser import Arrival
from tests.parties.certification import json_of
from tests.parties.certification_dynamic import (
    CLIENT_SECRET_BASIC,
    POST_LOGOUT_REDIRECT_URI,
    PRINTABLE,
    DynamicSuite,
    Join,
    join,
    leave,
    random_name,
)
from tests.parties.suite import Variant

__all__ = ["join"]

PLANS = ("oidcc-session-management-certification-test-plan",)
MODULES = (
    "oidcc-session-management-discovery-endpoint-verification",
    "oidcc-session-management-rp-initiated-logout",
)
ORIGIN = "https://localhost.emobix.co.uk:8443"
COOKIE = "__Host-idp-browser-state"


async def test_oidcc_session_management_discovery_endpoint_verification(lab: Laboratory) -> None:
    """The metadata is JSON, and has the address of the frame and of the logout."""
    metadata = json_of(await lab.http.get("/.well-known/openid-configuration"))

    assert metadata["check_session_iframe"].startswith("https://")
    assert metadata["end_session_endpoint"].startswith("https://")


@pytest.mark.parametrize("response_type", ["code", "id_token", "code id_token token"])
async def test_oidcc_session_management_rp_initiated_logout(join: Join, response_type: str) -> None:
    """The session_state of the sign-in holds until the logout, and no longer."""
    suite = await join(
        Variant(response_type),
        method=CLIENT_SECRET_BASIC,
        post_logout_redirect_uris=[POST_LOGOUT_REDIRECT_URI],
    )
    suite.state = random_name(128)
    walk = await suite.walk()
    session_state = walk.answer.params["session_state"]
    before = is_unchanged(suite, session_state)

    shown = await suite.log_out(
        id_token_hint=walk.raw_id_tokens[-1],
        post_logout_redirect_uri=POST_LOGOUT_REDIRECT_URI,
        state=PRINTABLE,
    )

    assert isinstance(shown, Arrival)
    assert shown.params == {"state": PRINTABLE}
    assert (before, is_unchanged(suite, session_state)) == (True, False)
    frame = await suite.http.get(suite.metadata["check_session_iframe"])
    assert f'data-cookie="{COOKIE}"' in frame.text
    assert "x-frame-options" not in frame.headers
    await leave(suite)


def is_unchanged(suite: DynamicSuite, session_state: str) -> bool:
    """Compare as the frame does, with the cookie that the browser has (§3.2)."""
    sent, _, salt = session_state.partition(".")
    cookie = suite.browser.browser.cookies.get(COOKIE) or ""
    hashed = hashlib.sha256(f"{suite.client_id} {ORIGIN} {cookie} {salt}".encode()).digest()
    return sent == base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
