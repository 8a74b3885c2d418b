"""The plan for clients that register themselves: what they show, and what they publish.

OpenID Connect Registration 1.0 §2, §5; OpenID Connect Core 1.0 §6.2, §10.1.1.
"""

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc import jws

from tests.certification.conftest import Laboratory
from tests.parties.browser import Page
from tests.parties.certification_dynamic import (
    BASE,
    JWKS_PATH,
    KEY,
    LOGO_PATH,
    REDIRECT_URI,
    SECTOR_PATH,
    DynamicSuite,
    Join,
    join,
    lab_that_fetches,
    publish_new_key,
    publisher,
    random_name,
    refused,
    registration,
)
from tests.parties.documented import Publisher
from tests.parties.suite import HYBRID, IMPLICIT, Variant

__all__ = ["join", "lab_that_fetches", "publisher"]

PLANS = ("oidcc-dynamic-certification-test-plan",)
# The plan skips oidcc-request-uri-unsigned and oidcc-ensure-request-object-with-redirect-uri, since
# request_object_signing_alg_values_supported has no "none".
MODULES = (
    "oidcc-registration-logo-uri",
    "oidcc-registration-policy-uri",
    "oidcc-registration-tos-uri",
    "oidcc-registration-jwks-uri",
    "oidcc-registration-sector-uri",
    "oidcc-registration-sector-bad",
    "oidcc-request-uri-signed-rs256",
)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
EACH = [each for each in (Variant(), *IMPLICIT, *HYBRID) if each.response_mode is None]
WITH_CODE = [each for each in EACH if "code" in each.words]


async def login_page_of(suite: DynamicSuite) -> Page:
    """Open the page of which the screenshot is taken."""
    shown = await suite.browser.browser.open(suite.url())
    assert isinstance(shown, Page)
    await suite.browser.get(suite.url())
    assert suite.browser.screenshots == ["login-page"]
    return shown


async def test_oidcc_registration_logo_uri(join: Join, publisher: Publisher) -> None:
    """The sign-in page shows the client's logo, and the browser gets it."""
    publisher.answer(PNG, media_type="image/png")
    suite = await join(Variant(), logo_uri=f"{publisher.origin}{LOGO_PATH}")

    page = await login_page_of(suite)

    (src,) = re.findall(r'<img[^>]*id="client-logo"[^>]*src="([^"]+)"', page.text)
    logo = await suite.browser.browser.http.get(src)
    assert (logo.status_code, logo.content) == (200, PNG)


async def test_oidcc_registration_policy_uri(join: Join) -> None:
    """It has a link to the policy of the client."""
    uri = f"{BASE}/policy_uri"
    suite = await join(Variant(), policy_uri=uri)

    page = await login_page_of(suite)

    assert "client-policy" in page
    assert f'href="{uri}"' in page.text


async def test_oidcc_registration_tos_uri(join: Join) -> None:
    """It has a link to the terms of the client."""
    uri = f"{BASE}/tos_uri"
    suite = await join(Variant(), tos_uri=uri)

    page = await login_page_of(suite)

    assert "client-tos" in page
    assert f'href="{uri}"' in page.text


@pytest.mark.parametrize("variant", WITH_CODE, ids=str)
async def test_oidcc_registration_jwks_uri(
    join: Join, publisher: Publisher, variant: Variant
) -> None:
    """A client authenticates with a key that it publishes, where another has just had its own."""
    uri = f"{publisher.origin}{JWKS_PATH}"
    for _ in ("the module before", "this one"):
        key = publish_new_key(publisher)
        suite = await join(variant, key=key, jwks=None, jwks_uri=uri)

        walk = await suite.walk()

        assert suite.registered["jwks_uri"] == uri
        assert walk.tokens["access_token"]


def sector(publisher: Publisher, *redirect_uris: str) -> dict[str, Any]:
    """Publish whose redirect URIs are of one sector."""
    publisher.answer(json.dumps(redirect_uris))
    uri = f"{publisher.origin}{SECTOR_PATH}"
    return {"subject_type": "pairwise", "sector_identifier_uri": uri}


async def test_oidcc_registration_sector_uri(join: Join, publisher: Publisher) -> None:
    """A client registers for a sector that has its redirect URI."""
    suite = await join(Variant(), **sector(publisher, REDIRECT_URI))

    assert suite.registered["subject_type"] == "pairwise"
    assert "pairwise" in suite.metadata["subject_types_supported"]


async def test_oidcc_registration_sector_bad(
    lab: Laboratory, join: Join, publisher: Publisher
) -> None:
    """It does not for one that has another, though it had that one a moment ago."""
    await join(Variant(), **sector(publisher, REDIRECT_URI))

    members = registration(Variant(), **sector(publisher, "https://example.com/op"))

    await refused(lab, members, "invalid_client_metadata")


@pytest.mark.parametrize("variant", EACH, ids=str)
async def test_oidcc_request_uri_signed_rs256(
    join: Join, publisher: Publisher, variant: Variant
) -> None:
    """A request is read from where the client has signed it."""
    uri = f"{publisher.origin}/requesturi/{random_name(96)}"
    suite = await join(variant, request_uris=[uri], request_object_signing_alg="RS256")
    claims = suite.parameters() | {"iss": suite.client_id, "aud": suite.metadata["issuer"]}
    signed = jws.serialize_compact({"alg": "RS256"}, json.dumps(claims), KEY)
    publisher.answer(signed, media_type="application/jwt")
    beside = {name: claims[name] for name in ("response_type", "client_id", "scope")}
    query = urlencode(beside | {"redirect_uri": REDIRECT_URI, "request_uri": uri})

    shown = await suite.browser.get(f"{suite.metadata['authorization_endpoint']}?{query}")

    assert suite.metadata["request_uri_parameter_supported"] is True
    assert "RS256" in suite.metadata["request_object_signing_alg_values_supported"]
    await suite.finish(suite.read(shown))
