"""The plan for clients that hear of a logout in a frame (OIDC Front-Channel Logout 1.0)."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.certification.conftest import Laboratory
from tests.parties.browser import Page
from tests.parties.certification_dynamic import (
    BASE,
    CLIENT_SECRET_BASIC,
    POST_LOGOUT_REDIRECT_URI,
    PRINTABLE,
    Join,
    join,
    leave,
    random_name,
)
from tests.parties.suite import Variant

__all__ = ["join"]

PLANS = ("oidcc-frontchannel-rp-initiated-logout-certification-test-plan",)
MODULES = (
    "oidcc-frontchannel-logout-discovery-endpoint-verification",
    "oidcc-frontchannel-rp-initiated-logout",
)
FRONTCHANNEL_LOGOUT_URI = f"{BASE}/frontchannel_logout"


async def test_oidcc_frontchannel_logout_discovery_endpoint_verification(lab: Laboratory) -> None:
    """The metadata says that clients are told, and of which session."""
    metadata = await lab.read_metadata()

    assert metadata["frontchannel_logout_supported"] is True
    assert metadata["frontchannel_logout_session_supported"] is True
    assert metadata["end_session_endpoint"].startswith("https://")


@pytest.mark.parametrize("response_type", ["code", "id_token", "code id_token token"])
async def test_oidcc_frontchannel_rp_initiated_logout(join: Join, response_type: str) -> None:
    """A frame says which session has ended, and the page leads on to the client."""
    suite = await join(
        Variant(response_type),
        method=CLIENT_SECRET_BASIC,
        post_logout_redirect_uris=[POST_LOGOUT_REDIRECT_URI],
        frontchannel_logout_uri=FRONTCHANNEL_LOGOUT_URI,
        frontchannel_logout_session_required=True,
    )
    suite.state = random_name(128)
    walk = await suite.walk()

    page = await suite.log_out(
        id_token_hint=walk.raw_id_tokens[-1],
        post_logout_redirect_uri=POST_LOGOUT_REDIRECT_URI,
        state=PRINTABLE,
    )

    assert isinstance(page, Page)
    (frame,) = find(page, r'<iframe[^>]* src="([^"]+)"')
    (location,) = find(page, r'http-equiv="refresh" content="1;url=([^"]+)"')
    told = dict(parse_qsl(urlsplit(frame).query))
    assert frame.startswith(f"{FRONTCHANNEL_LOGOUT_URI}?")
    assert told == {"iss": suite.metadata["issuer"], "sid": walk.id_token["sid"]}
    assert location.startswith(f"{POST_LOGOUT_REDIRECT_URI}?")
    assert dict(parse_qsl(urlsplit(location).query)) == {"state": PRINTABLE}
    await suite.check_signed_out()
    await leave(suite)


def find(page: Page, pattern: str) -> list[str]:
    """List what stands in places of a page, as its browser reads it."""
    return [unescape(each) for each in re.findall(pattern, page.text)]
