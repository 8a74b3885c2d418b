"""Modules about pushed requests, and what they must say (FAPI 2.0 Security Profile §5.3.2.2)."""

import secrets

import pytest

from tests.certification.conftest import Laboratory
from tests.conftest import Clock
from tests.parties.browser import Arrival, Page
from tests.parties.certification import check_token_error, json_of
from tests.parties.fapi_variants import FOUR, FAPIClient, Variant, walked_in
from tests.parties.fapi_walks import (
    FAPIPair,
    allow,
    answer_of,
    check_answer,
    check_pushed,
    check_refused,
    check_tokens,
    exchange,
    url_of,
)

pytestmark = pytest.mark.only_on("sqlite")

PLANS = ("fapi2-security-profile-final-test-plan", "fapi2-message-signing-final-test-plan")
MODULES = (
    "fapi2-security-profile-final-plain-fapi-tolerate-unregistered-redirect-uri",
    "fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails",
    "fapi2-security-profile-final-ensure-redirect-uri-in-authorization-request",
    "fapi2-security-profile-final-ensure-response-type-code-idtoken-fails",
    "fapi2-security-profile-final-ensure-response-type-token-fails",
    "fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds",
    "fapi2-security-profile-final-par-attempt-reuse-request_uri",
    "fapi2-security-profile-final-par-attempt-to-use-expired-request_uri",
    "fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client",
    "fapi2-security-profile-final-par-authorization-request-containing-request_uri-form-param",
    "fapi2-security-profile-final-par-attempt-invalid-http-method",
    "fapi2-security-profile-final-par-ensure-pkce-required",
    "fapi2-security-profile-final-par-plain-pkce-rejected",
    "fapi2-security-profile-final-par-without-duplicate-parameters",
)


def check_error_page(shown: Page | Arrival, said: str) -> None:
    """Look at what a picture has to show where nobody can be told but the person."""
    assert isinstance(shown, Page)
    assert "error-page" in shown
    assert shown.status == 400
    assert said in shown.text


@walked_in(FOUR)
async def test_fapi2_security_profile_final_plain_fapi_tolerate_unregistered_redirect_uri(
    lab: Laboratory, variant: Variant
) -> None:
    """Nobody is sent where the client has not said before; the client is told at once."""
    first = (await FAPIPair.of(lab, variant)).first
    unregistered = f"{first.redirect_uri}/{secrets.token_hex(4)}"

    check_token_error(await first.push(redirect_uri=unregistered), "invalid_request")


@walked_in(FOUR)
async def test_fapi2_security_profile_final_ensure_unsigned_authorization_request_without_using_par_fails(  # noqa: E501  # the name is the module's
    lab: Laboratory, variant: Variant
) -> None:
    """A request that a browser brings whole is refused, and the client hears of it."""
    pair = await FAPIPair.of(lab, variant)
    first = pair.first

    shown = await pair.browser.open(first.authorization_url(**first.parameters()))

    check_refused(first, await answer_of(first, shown), {"invalid_request"})


@walked_in(FOUR)
async def test_fapi2_security_profile_final_ensure_redirect_uri_in_authorization_request(
    lab: Laboratory, variant: Variant
) -> None:
    """Where to answer is part of each request."""
    first = (await FAPIPair.of(lab, variant)).first

    check_token_error(await first.push(redirect_uri=None), "invalid_request")


@walked_in()
async def test_fapi2_security_profile_final_ensure_response_type_code_idtoken_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """Nothing but a code goes by way of the browser."""
    first = (await FAPIPair.of(lab, variant)).first

    check_token_error(await first.push(response_type="code id_token"), "unauthorized_client")


@walked_in()
async def test_fapi2_security_profile_final_ensure_response_type_token_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """An access token least of all."""
    first = (await FAPIPair.of(lab, variant)).first

    check_token_error(await first.push(response_type="token"), "unsupported_response_type")


@walked_in(FOUR)
async def test_fapi2_security_profile_final_par_ensure_reused_request_uri_prior_to_auth_completion_succeeds(  # noqa: E501  # the name is the module's
    lab: Laboratory, variant: Variant
) -> None:
    """To look at a request does not use it up."""
    pair = await FAPIPair.of(lab, variant)
    url = url_of(pair.first, check_pushed(await pair.first.push()))

    looked_at = await pair.browser.open(url)
    shown = await allow(pair.browser, await pair.browser.open(url))

    assert isinstance(looked_at, Page)
    assert "login-page" in looked_at
    code = check_answer(pair.first, await answer_of(pair.first, shown))
    await check_tokens(pair.first, await exchange(pair.first, code))


@walked_in(FOUR)
async def test_fapi2_security_profile_final_par_attempt_reuse_request_uri(
    lab: Laboratory, variant: Variant
) -> None:
    """A request is answered once; after that a page says so."""
    pair = await FAPIPair.of(lab, variant)
    url = url_of(pair.first, check_pushed(await pair.first.push()))

    shown = await allow(pair.browser, await pair.browser.open(url))
    code = check_answer(pair.first, await answer_of(pair.first, shown))
    await check_tokens(pair.first, await exchange(pair.first, code))

    again = await pair.browser.open(url)
    check_error_page(again, "request_uri")


@walked_in()
async def test_fapi2_security_profile_final_par_attempt_to_use_expired_request_uri(
    lab: Laboratory, variant: Variant, clock: Clock
) -> None:
    """The name of a request is good for as long as its client was told."""
    pair = await FAPIPair.of(lab, variant)
    response = await pair.first.push()
    url = url_of(pair.first, check_pushed(response))

    clock.move(response.json()["expires_in"] + 1)

    check_error_page(await pair.browser.open(url), "request_uri")


@walked_in()
async def test_fapi2_security_profile_final_par_attempt_to_use_request_uri_for_different_client(
    lab: Laboratory, variant: Variant
) -> None:
    """The name of a request is good for its client alone."""
    pair = await FAPIPair.of(lab, variant)
    request_uri = check_pushed(await pair.first.push())

    shown = await pair.browser.open(url_of(pair.second, request_uri))

    check_error_page(shown, "request_uri")


@walked_in(FOUR)
async def test_fapi2_security_profile_final_par_authorization_request_containing_request_uri_form_param(  # noqa: E501  # the name is the module's
    lab: Laboratory, variant: Variant
) -> None:
    """What is pushed does not refer to what is elsewhere (RFC 9126 §2.1)."""
    first = (await FAPIPair.of(lab, variant)).first
    elsewhere = {"request_uri": f"urn:ietf:params:oauth:request_uri:{secrets.token_hex(16)}"}
    usual = {"request": first.request_object()} if variant.is_signed else first.parameters()

    check_token_error(await first.send("/par", **(usual | elsewhere)), "invalid_request")


@walked_in()
async def test_fapi2_security_profile_final_par_attempt_invalid_http_method(
    lab: Laboratory, variant: Variant
) -> None:
    """Requests are pushed by POST (RFC 9126 §2.3)."""
    first: FAPIClient = (await FAPIPair.of(lab, variant)).first
    data = first.parameters() | first.authentication()

    response = await first.http.put("/par", data=data, headers=first.headers_for("PUT", "/par"))

    json_of(response, 405)


@walked_in(FOUR)
async def test_fapi2_security_profile_final_par_ensure_pkce_required(
    lab: Laboratory, variant: Variant
) -> None:
    """There is no code without PKCE, whatever the nonce is."""
    first = (await FAPIPair.of(lab, variant)).first

    response = await first.push(code_challenge=None, code_challenge_method=None)

    check_token_error(response, "invalid_request")


@walked_in()
async def test_fapi2_security_profile_final_par_plain_pkce_rejected(
    lab: Laboratory, variant: Variant
) -> None:
    """A challenge is no verifier."""
    first = (await FAPIPair.of(lab, variant)).first
    plain = {"code_challenge": first.code_verifier, "code_challenge_method": "plain"}

    check_token_error(await first.push(**plain), "invalid_request")


@walked_in(FOUR)
async def test_fapi2_security_profile_final_par_without_duplicate_parameters(
    lab: Laboratory, variant: Variant
) -> None:
    """A browser need not bring more than client_id and request_uri."""
    pair = await FAPIPair.of(lab, variant)
    named = {"request_uri": check_pushed(await pair.first.push())}
    others = dict.fromkeys(set(pair.first.parameters()) - {"client_id"})
    url = pair.first.authorization_url(**(others | {"nonce": None} | named))

    shown = await allow(pair.browser, await pair.browser.open(url))

    code = check_answer(pair.first, await answer_of(pair.first, shown))
    await check_tokens(pair.first, await exchange(pair.first, code))
