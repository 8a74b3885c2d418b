"""The plan for clients that register themselves: ID tokens, UserInfo, redirect URIs.

OpenID Connect Core 1.0, OpenID Connect Discovery 1.0, OpenID Connect Registration 1.0.
"""

import pytest

from tests.certification.conftest import Laboratory
from tests.parties.browser import Page
from tests.parties.certification import check_jwks, check_not_asked_for, json_of
from tests.parties.certification_dynamic import (
    BASE,
    PRIVATE_KEY_JWT,
    REDIRECT_URI,
    Join,
    join,
    leave,
    refused,
    registration,
)
from tests.parties.relying_party import unverified_header
from tests.parties.suite import (
    CLIENT_SECRET_BASIC,
    CLIENT_SECRET_POST,
    HYBRID,
    IMPLICIT,
    Variant,
)

__all__ = ["join"]

PLANS = ("oidcc-dynamic-certification-test-plan",)
# The plan skips oidcc-idtoken-unsigned, since no ID token here is without a signature.
MODULES = (
    "oidcc-idtoken-rs256",
    "oidcc-userinfo-rs256",
    "oidcc-ensure-redirect-uri-in-authorization-request",
    "oidcc-redirect-uri-query-OK",
    "oidcc-redirect-uri-query-mismatch",
    "oidcc-redirect-uri-query-added",
    "oidcc-redirect-uri-regfrag",
    "oidcc-discovery-endpoint-verification",
    "oidcc-server",
)
WITH_QUERY = f"{REDIRECT_URI}?dummy1=lorem&dummy2=ipsum"
EACH = [each for each in (Variant(), *IMPLICIT, *HYBRID) if each.response_mode is None]

each_variant = pytest.mark.parametrize("variant", EACH, ids=str)


@pytest.mark.parametrize(
    ("variant", "method"),
    [
        *((variant, PRIVATE_KEY_JWT) for variant in EACH),
        (Variant(), CLIENT_SECRET_BASIC),
        (Variant(), CLIENT_SECRET_POST),
    ],
    ids=str,
)
async def test_oidcc_server(join: Join, variant: Variant, method: str) -> None:
    """A client that has just registered is given all that it asks for, and is gone at the end."""
    suite = await join(variant, method=method)

    walk = await suite.walk()

    for claims in walk.id_tokens:
        check_not_asked_for(claims)
    assert "refresh_token" not in walk.tokens
    await leave(suite)
    assert (await suite.manage("GET")).status_code == 401


@each_variant
async def test_oidcc_idtoken_rs256(join: Join, variant: Variant) -> None:
    """ID tokens are signed as the client has registered, and name their key."""
    suite = await join(variant, id_token_signed_response_alg="RS256")

    walk = await suite.walk()

    headers = [unverified_header(each) for each in walk.raw_id_tokens]
    assert suite.registered["id_token_signed_response_alg"] == "RS256"
    assert all(each["alg"] == "RS256" and each["kid"] for each in headers)


@pytest.mark.parametrize("variant", [each for each in EACH if each.words != {"id_token"}], ids=str)
async def test_oidcc_userinfo_rs256(join: Join, variant: Variant) -> None:
    """UserInfo comes in a signed JWT, from this server and for this client."""
    suite = await join(variant, userinfo_signed_response_alg="RS256")

    walk = await suite.walk()

    assert "RS256" in suite.metadata["userinfo_signing_alg_values_supported"]
    assert walk.userinfo["sub"]


async def test_oidcc_ensure_redirect_uri_in_authorization_request(join: Join) -> None:
    """A client with two redirect URIs that names none is an error, for the screenshot."""
    suite = await join(Variant(), redirect_uris=[REDIRECT_URI, f"{BASE}/callback2"])

    shown = await suite.browser.get(suite.url(redirect_uri=None))

    assert suite.browser.screenshots == ["error-page"]
    assert isinstance(shown, Page)
    assert "redirect_uri" in shown.text


@each_variant
async def test_oidcc_redirect_uri_query_OK(  # noqa: N802  # the module's own letters
    join: Join, variant: Variant
) -> None:
    """A query that is registered is there still when the browser comes back."""
    suite = await join(variant, redirect_uris=[WITH_QUERY])

    walk = await suite.walk()

    assert not {"dummy1", "dummy2"} & walk.answer.params.keys()


@pytest.mark.parametrize(
    ("registered", "sent"),
    [(WITH_QUERY, f"{REDIRECT_URI}?dummy1=lorem&dummy2=ipsun"), (WITH_QUERY, REDIRECT_URI)],
)
async def test_oidcc_redirect_uri_query_mismatch(join: Join, registered: str, sent: str) -> None:
    """Any other query is an error, for the screenshot."""
    suite = await join(Variant(), redirect_uris=[registered])

    await suite.browser.get(suite.url(redirect_uri=sent))

    assert suite.browser.screenshots == ["error-page"]


async def test_oidcc_redirect_uri_query_added(join: Join) -> None:
    """So is a query where none is registered."""
    suite = await join(Variant())

    await suite.browser.get(suite.url(redirect_uri=WITH_QUERY))

    assert suite.browser.screenshots == ["error-page"]


async def test_oidcc_redirect_uri_regfrag(lab: Laboratory) -> None:
    """A redirect URI with a fragment is not registered."""
    members = registration(Variant(), redirect_uris=[f"{REDIRECT_URI}#foobar"])

    await refused(lab, members, "invalid_redirect_uri", "invalid_client_metadata")


async def test_oidcc_discovery_endpoint_verification(lab: Laboratory) -> None:
    """What a provider for clients that nobody knows yet must have is in the metadata."""
    metadata = json_of(await lab.http.get("/.well-known/openid-configuration"))

    endpoints = {name: uri for name, uri in metadata.items() if name.endswith("_endpoint")}
    assert {"code", "id_token", "id_token token"} <= {*metadata["response_types_supported"]}
    assert {"authorization_code", "implicit"} <= {*metadata["grant_types_supported"]}
    assert {*metadata["subject_types_supported"]} == {"public", "pairwise"}
    assert "openid" in metadata["scopes_supported"]
    assert {"sub", "name", "email"} <= {*metadata["claims_supported"]}
    for kind in ("id_token", "userinfo", "request_object"):
        assert "RS256" in metadata[f"{kind}_signing_alg_values_supported"]
    assert metadata["request_parameter_supported"] is True
    assert metadata["request_uri_parameter_supported"] is True
    assert metadata["claims_parameter_supported"] is True
    assert "registration_endpoint" in endpoints
    assert all(uri.startswith("https://") for uri in (*endpoints.values(), metadata["jwks_uri"]))
    check_jwks(await lab.http.get(metadata["jwks_uri"]))
