"""The plan for sign-ins that others begin (OpenID Connect Core 1.0 §4).

The suite only registers clients in it: nobody comes to their initiate_login_uri.
"""

import pytest

from tests.certification.conftest import Laboratory
from tests.parties.certification import json_of
from tests.parties.certification_dynamic import (
    BASE,
    CLIENT_SECRET_BASIC,
    Join,
    join,
    leave,
    refused,
    registration,
)
from tests.parties.suite import HYBRID, IMPLICIT, Variant

__all__ = ["join"]

PLANS = ("oidcc-3rdparty-init-login-certification-test-plan",)
MODULES = ("oidcc-3rd_party-init-login", "oidcc-3rd_party-init-login-nohttps")
INITIATE_LOGIN_URI = f"{BASE}/initiate_login"
EACH = [each for each in (Variant(), *IMPLICIT, *HYBRID) if each.response_mode is None]


@pytest.mark.parametrize("variant", EACH, ids=str)
async def test_oidcc_3rd_party_init_login(join: Join, variant: Variant) -> None:
    """Where others may begin a sign-in is told back, at once and later."""
    suite = await join(variant, method=CLIENT_SECRET_BASIC, initiate_login_uri=INITIATE_LOGIN_URI)

    configuration = json_of(await suite.manage("GET"))

    assert suite.registered["initiate_login_uri"] == INITIATE_LOGIN_URI
    assert configuration["initiate_login_uri"] == INITIATE_LOGIN_URI
    await leave(suite)


async def test_oidcc_3rd_party_init_login_nohttps(lab: Laboratory) -> None:
    """It is at https, or else the client is not registered."""
    uri = INITIATE_LOGIN_URI.replace("https://", "http://")

    members = registration(Variant(), method=CLIENT_SECRET_BASIC, initiate_login_uri=uri)

    await refused(lab, members, "invalid_client_metadata")
