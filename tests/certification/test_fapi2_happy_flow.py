"""Modules that ask for what there is, in all ways (FAPI 2.0 Security Profile §5.3.2)."""

import json
import secrets
from itertools import cycle
from typing import Any
from uuid import uuid4

import pytest

from tests.certification.conftest import Laboratory
from tests.parties.browser import Page
from tests.parties.certification import (
    check_not_asked_for,
    check_standard_claims,
    check_userinfo,
    claims_of_scope,
    json_of,
)
from tests.parties.fapi_variants import EIGHT, FOUR, RICH, FAPIClient, Variant, walked_in
from tests.parties.fapi_walks import (
    FAPIPair,
    answer_of,
    check_accepted,
    check_not_accepted,
    check_pushed,
    check_refused,
    check_tokens,
    code_of,
    exchange,
    tokens_of,
    url_of,
)

pytestmark = pytest.mark.only_on("sqlite")

PLANS = ("fapi2-security-profile-final-test-plan", "fapi2-message-signing-final-test-plan")
# Not walked, for they are about profiles of countries: those with brazil, australia, cdr, ksa in
# their name, and ensure-registered-redirect-uri. Those with grant-management are about an option.
MODULES = (
    "fapi2-security-profile-final-discovery-end-point-verification",
    "fapi2-security-profile-final-happy-flow",
    "fapi2-security-profile-final-user-rejects-authentication",
    "fapi2-security-profile-final-ensure-authorization-request-without-state-success",
    "fapi2-security-profile-final-ensure-authorization-request-without-nonce-success",
    "fapi2-security-profile-final-ensure-authorization-request-with-64-char-nonce-success",
    "fapi2-security-profile-final-ensure-authorization-request-with-long-nonce",
    "fapi2-security-profile-final-ensure-authorization-request-with-long-state",
    "fapi2-security-profile-final-ensure-other-scope-order-succeeds",
    "fapi2-security-profile-final-test-claims-parameter-identity-claims",
    "fapi2-security-profile-final-access-token-type-header-case-sensitivity",
)

STANDARD_CLAIMS = claims_of_scope("openid profile email address phone")
OF_FAPI = {"PS256", "ES256", "EdDSA"}


@walked_in(FOUR)
async def test_fapi2_security_profile_final_discovery_end_point_verification(
    lab: Laboratory, variant: Variant
) -> None:
    """The metadata names all that a client of the variant needs."""
    document = "openid-configuration" if variant.is_openid else "oauth-authorization-server"
    metadata = json_of(await lab.http.get(f"/.well-known/{document}"))

    algorithms = {name: set(value) for name, value in metadata.items() if "_signing_alg_" in name}
    assert metadata["issuer"] == lab.provider.config.issuer
    assert "code" in metadata["response_types_supported"]
    assert "S256" in metadata["code_challenge_methods_supported"]
    assert {"openid", "offline_access"} <= set(metadata["scopes_supported"])
    assert "refresh_token" in metadata["grant_types_supported"]
    assert "public" in metadata["subject_types_supported"]
    assert metadata["authorization_response_iss_parameter_supported"] is True
    assert type(metadata["require_pushed_authorization_requests"]) is bool
    for name in ("authorization", "token", "pushed_authorization_request", "registration"):
        assert metadata[f"{name}_endpoint"].startswith("https://")
    assert metadata["jwks_uri"].startswith("https://")
    methods = set(metadata["token_endpoint_auth_methods_supported"])
    assert {"private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"} <= methods
    assert metadata["tls_client_certificate_bound_access_tokens"] is True
    assert metadata["mtls_endpoint_aliases"].keys() >= {"token_endpoint", "userinfo_endpoint"}
    assert "jwt" in metadata["response_modes_supported"]
    for encrypted in ("alg", "enc"):
        assert metadata[f"authorization_encryption_{encrypted}_values_supported"]
    for kind in ("id_token", "userinfo", "authorization", "token_endpoint_auth", "request_object"):
        assert algorithms[f"{kind}_signing_alg_values_supported"] & OF_FAPI
    assert algorithms["dpop_signing_alg_values_supported"] & OF_FAPI


@walked_in(EIGHT + RICH)
async def test_fapi2_security_profile_final_happy_flow(lab: Laboratory, variant: Variant) -> None:
    """Two clients get tokens, and neither can use those of the other."""
    pair = await FAPIPair.of(lab, variant)
    first, second = pair.first, pair.second

    mine = await tokens_of(first, pair.browser)
    if variant.is_openid:
        check_not_asked_for(mine["id_token_claims"])
    by_proof = {"dpop_jkt": second.holder.jkt} if variant.by_proof else {}
    theirs = await tokens_of(second, pair.browser, **by_proof)

    check_not_accepted(await first.userinfo(theirs["access_token"]))
    in_query = await first.http.get("/userinfo", params={"access_token": mine["access_token"]})
    check_not_accepted(in_query)
    interaction_id = str(uuid4())
    first.http.headers["x-fapi-interaction-id"] = interaction_id
    for accepted in ("application/json;charset=UTF-8", "application/json, */*;q=0.5"):
        first.http.headers["Accept"] = accepted
        answer = await first.userinfo(mine["access_token"])
        check_accepted(first, answer)
        assert answer.headers.get("x-fapi-interaction-id", interaction_id) == interaction_id


@walked_in(FOUR)
async def test_fapi2_security_profile_final_user_rejects_authentication(
    lab: Laboratory, variant: Variant
) -> None:
    """Who does not want to sign in, or not to allow it, is believed."""
    pair = await FAPIPair.of(lab, variant)
    for client in (pair.first, pair.second):
        client.state = secrets.token_hex(64)

    at_login = await _shown(pair.first, pair)
    by_first = await answer_of(pair.first, await pair.browser.submit(at_login, "login-cancel"))
    signed_in = await pair.browser.sign_in(
        await _shown(pair.second, pair), "ada", "ada in the laboratory"
    )
    assert isinstance(signed_in, Page)
    by_second = await answer_of(pair.second, await pair.browser.submit(signed_in, "consent-deny"))

    check_refused(pair.first, by_first, {"access_denied"})
    check_refused(pair.second, by_second, {"access_denied"})


async def _shown(client: FAPIClient, pair: FAPIPair) -> Page:
    shown = await pair.browser.open(url_of(client, check_pushed(await client.push())))
    assert isinstance(shown, Page)
    return shown


@walked_in()
async def test_fapi2_security_profile_final_ensure_authorization_request_without_state_success(
    lab: Laboratory, variant: Variant
) -> None:
    """Nothing is given back that was not sent."""
    pair = await FAPIPair.of(lab, variant)

    code = await code_of(pair.first, pair.browser, state=None, answered=None)
    tokens = await check_tokens(pair.first, await exchange(pair.first, code))

    assert "s_hash" not in tokens.get("id_token_claims", {})


@walked_in(openid="openid_connect")
async def test_fapi2_security_profile_final_ensure_authorization_request_without_nonce_success(
    lab: Laboratory, variant: Variant
) -> None:
    """A nonce is no must, since there is PKCE; an ID token has none then."""
    pair = await FAPIPair.of(lab, variant)

    code = await code_of(pair.first, pair.browser, nonce=None)

    await check_tokens(pair.first, await exchange(pair.first, code), nonce=None)


@walked_in(openid="openid_connect", fapi_response_mode="jarm")
async def test_fapi2_security_profile_final_ensure_authorization_request_with_64_char_nonce_success(
    lab: Laboratory, variant: Variant
) -> None:
    """A nonce of this length must be taken (FAPI 2.0 Security Profile §5.3.2.2)."""
    pair = await FAPIPair.of(lab, variant)
    pair.first.nonce = secrets.token_hex(32)

    await tokens_of(pair.first, pair.browser)


@walked_in(openid="openid_connect", fapi_response_mode="plain_response")
async def test_fapi2_security_profile_final_ensure_authorization_request_with_long_nonce(
    lab: Laboratory, variant: Variant
) -> None:
    """A nonce of 384 characters is not cut."""
    pair = await FAPIPair.of(lab, variant)
    pair.first.nonce = secrets.token_hex(192)

    await tokens_of(pair.first, pair.browser)


@walked_in(FOUR)
async def test_fapi2_security_profile_final_ensure_authorization_request_with_long_state(
    lab: Laboratory, variant: Variant
) -> None:
    """A state of 1000 characters comes back whole, rather than being refused."""
    pair = await FAPIPair.of(lab, variant)
    pair.first.state = secrets.token_hex(500)

    await code_of(pair.first, pair.browser)


@walked_in(openid="openid_connect", sender_constrain="mtls")
async def test_fapi2_security_profile_final_ensure_other_scope_order_succeeds(
    lab: Laboratory, variant: Variant
) -> None:
    """The words of a scope have no order (RFC 6749 §3.3)."""
    pair = await FAPIPair.of(lab, variant)
    pair.first.scope = " ".join(reversed(pair.first.scope.split()))

    await tokens_of(pair.first, pair.browser)


@walked_in(openid="openid_connect")
async def test_fapi2_security_profile_final_test_claims_parameter_identity_claims(
    lab: Laboratory, variant: Variant
) -> None:
    """Every claim on offer can be asked for alone, however it is put; others are ignored."""
    pair = await FAPIPair.of(lab, variant)
    asked = sorted(STANDARD_CLAIMS & set((await lab.read_metadata())["claims_supported"]))
    claims = {"id_token": _asked(asked), "userinfo": _asked(asked), "elsewhere": _asked(["x"])}
    written: Any = claims if variant.is_signed else json.dumps(claims)

    code = await code_of(pair.first, pair.browser, claims=written)
    tokens = await check_tokens(pair.first, await exchange(pair.first, code))

    response = await pair.first.userinfo(tokens["access_token"])
    id_token = tokens["id_token_claims"]
    userinfo = check_userinfo(response, sub=id_token["sub"])
    check_standard_claims(userinfo)
    assert len(asked) > 15
    assert userinfo.keys() | id_token.keys() >= set(asked)
    assert userinfo.keys() <= STANDARD_CLAIMS
    check_not_asked_for(id_token, asked)


def _asked(names: list[str]) -> dict[str, Any]:
    """Ask for claims in all the ways that there are (OIDC Core §5.5.1)."""
    forms = cycle((None, {}, {"essential": True}, {"other": "member"}, {"essential": False}))
    return dict(zip(names, forms, strict=False))


@walked_in(FOUR)
async def test_fapi2_security_profile_final_access_token_type_header_case_sensitivity(
    lab: Laboratory, variant: Variant
) -> None:
    """How a token is sent may be written in any case (RFC 9110 §11.1)."""
    pair = await FAPIPair.of(lab, variant)
    token = (await tokens_of(pair.first, pair.browser))["access_token"]
    headers = pair.first.headers_with_token("GET", "/userinfo", token)
    scheme, _, value = headers["Authorization"].partition(" ")

    sent = headers | {"Authorization": f"{scheme.swapcase()} {value}"}

    check_accepted(pair.first, await pair.first.http.get("/userinfo", headers=sent))
