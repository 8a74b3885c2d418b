"""Modules of the core plans that go all the way, to the answer of UserInfo (OIDC Core §3, §5.3)."""

from typing import Any

import httpx2
import pytest

from tests.certification.conftest import Laboratory, NewSuite
from tests.conftest import Clock
from tests.parties.certification import (
    check_not_asked_for,
    check_token_error,
    check_token_response,
    check_userinfo,
    json_of,
)
from tests.parties.registering import registration
from tests.parties.relying_party import unverified_header
from tests.parties.suite import ALL, BASIC, HYBRID, Suite, Variant, variants

PLANS = (
    "oidcc-basic-certification-test-plan",
    "oidcc-implicit-certification-test-plan",
    "oidcc-hybrid-certification-test-plan",
    "oidcc-formpost-basic-certification-test-plan",
    "oidcc-formpost-implicit-certification-test-plan",
    "oidcc-formpost-hybrid-certification-test-plan",
)
MODULES = (
    "oidcc-server",
    "oidcc-server-client-secret-post",
    # The next two register a client; static_client leaves them out.
    "oidcc-idtoken-signature",
    # Skipped: `none` is not in id_token_signing_alg_values_supported.
    "oidcc-idtoken-unsigned",
    "oidcc-userinfo-get",
    "oidcc-userinfo-post-header",
    "oidcc-userinfo-post-body",
    "oidcc-ensure-request-without-nonce-succeeds-for-code-flow",
    "oidcc-ensure-request-with-valid-pkce-succeeds",
    "oidcc-ensure-post-request-succeeds",
    "oidcc-refresh-token",
)
WITH_CODE = [*BASIC, *HYBRID]
WITH_ACCESS_TOKEN = [*WITH_CODE, *variants("id_token token")]

every_variant = pytest.mark.parametrize("variant", ALL, ids=str)
with_code = pytest.mark.parametrize("variant", WITH_CODE, ids=str)
with_access_token = pytest.mark.parametrize("variant", WITH_ACCESS_TOKEN, ids=str)


async def register(suite: Suite, **changes: Any) -> httpx2.Response:
    """Register a client of the suite's variant at the server."""
    endpoint = suite.metadata["registration_endpoint"]
    return await suite.http.post(endpoint, json=registration(suite.variant, **changes))


@every_variant
async def test_oidcc_server(suite: Suite, variant: Variant) -> None:
    """Everything that is asked for is given, and nothing about the person that is not."""
    walk = await suite.walk()

    assert suite.pages[0] == "login-page"
    assert len(walk.id_tokens) == len({"code", "id_token"} & variant.words)
    for claims in walk.id_tokens:
        check_not_asked_for(claims)


@with_code
async def test_oidcc_server_client_secret_post(
    new_suite: NewSuite, lab: Laboratory, variant: Variant
) -> None:
    """A client may authenticate by parameters, if it is registered for that."""
    suite = new_suite(variant, await lab.client("client_secret_post", variant))

    walk = await suite.walk()

    assert "client_secret_post" in suite.metadata["token_endpoint_auth_methods_supported"]
    assert walk.tokens


@every_variant
async def test_oidcc_idtoken_signature(suite: Suite, new_suite: NewSuite, variant: Variant) -> None:
    """A client that registers without an algorithm gets RS256, by a key that is named."""
    information = json_of(await register(suite), 201)

    walk = await new_suite(variant, information).walk()

    headers = [unverified_header(token) for token in walk.raw_id_tokens]
    assert {header["alg"] for header in headers} == {"RS256"}
    assert all(header["kid"] for header in headers)


@pytest.mark.parametrize("variant", [*BASIC, *variants("code token")], ids=str)
async def test_oidcc_idtoken_unsigned(suite: Suite, variant: Variant) -> None:
    """An ID token without a signature is not offered, and is refused to whoever asks for it."""
    response = await register(suite, id_token_signed_response_alg="none")

    assert "none" not in suite.metadata["id_token_signing_alg_values_supported"]
    check_token_error(response, "invalid_client_metadata")


@with_access_token
async def test_oidcc_userinfo_get(suite: Suite, variant: Variant) -> None:
    """UserInfo answers a GET."""
    walk = await suite.walk()

    response = await suite.userinfo(walk.access_token)

    check_userinfo(response, sub=walk.id_token["sub"])


@with_access_token
async def test_oidcc_userinfo_post_header(suite: Suite, variant: Variant) -> None:
    """UserInfo answers a POST with the token in a header."""
    walk = await suite.walk()

    headers = {"Authorization": f"Bearer {walk.access_token}"}
    response = await suite.http.post(suite.metadata["userinfo_endpoint"], headers=headers)

    check_userinfo(response, sub=walk.id_token["sub"])


@with_access_token
async def test_oidcc_userinfo_post_body(suite: Suite, variant: Variant) -> None:
    """UserInfo answers a POST with the token among its parameters."""
    walk = await suite.walk()

    data = {"access_token": walk.access_token}
    response = await suite.http.post(suite.metadata["userinfo_endpoint"], data=data)

    check_userinfo(response, sub=walk.id_token["sub"])


@pytest.mark.parametrize("variant", variants("code", "code token"), ids=str)
async def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(
    suite: Suite, variant: Variant
) -> None:
    """Where no ID token comes by way of the browser, there may be no nonce."""
    walk = await suite.walk(nonce=None)

    assert "code" in walk.answer.params
    assert "nonce" not in walk.id_token


@pytest.mark.parametrize("variant", variants("code", "code id_token"), ids=str)
async def test_oidcc_ensure_request_with_valid_pkce_succeeds(
    suite: Suite, variant: Variant
) -> None:
    """A confidential client may prove its code, as many do without having been told to."""
    walk = await suite.walk(
        code_challenge=suite.code_challenge,
        code_challenge_method="S256",
        code_verifier=suite.code_verifier,
    )

    assert walk.tokens


@pytest.mark.parametrize("variant", BASIC, ids=str)
async def test_oidcc_ensure_post_request_succeeds(suite: Suite, variant: Variant) -> None:
    """A request may come as the form of another site."""
    endpoint = suite.metadata["authorization_endpoint"]
    answer = suite.read(await suite.browser.post(endpoint, suite.parameters()))
    walk = await suite.finish(answer)

    assert suite.pages[0] == "login-page"
    assert walk.tokens


@with_code
async def test_oidcc_refresh_token(
    new_suite: NewSuite, lab: Laboratory, variant: Variant, clock: Clock
) -> None:
    """A refresh token is given, works, and only for its own client."""
    first, second = [
        new_suite(variant, await lab.client(name, variant, "refresh_token"))
        for name in ("client", "client2")
    ]
    assert {"openid", "offline_access"} <= set(first.metadata["scopes_supported"])
    assert "refresh_token" in first.metadata["grant_types_supported"]

    for client in (first, second):
        walk = await client.walk(scope="openid offline_access", prompt="consent")
        scope = {"scope": "openid offline_access"} if client is first else {}
        clock.move(1)
        response = await client.refresh(walk.tokens["refresh_token"], **scope)

        refreshed = check_token_response(response)
        assert client.pages[-1] == "consent-page"
        assert refreshed["access_token"] != walk.access_token
        check_userinfo(await client.userinfo(refreshed["access_token"]), sub=walk.id_token["sub"])
        again = client.take_id_token(walk, refreshed["id_token"], {})
        original = walk.id_tokens[-2]
        assert all(again[each] == original[each] for each in ("iss", "sub", "aud", "auth_time"))
        assert again.get("azp") == original.get("azp")
        assert again["iat"] > original["iat"]

    response = await first.refresh(refreshed["refresh_token"])
    check_token_error(response, "invalid_grant")
