"""Modules about signed requests (FAPI 2.0 Message Signing §5.3, RFC 9101)."""

import secrets
import time
from typing import Any

import httpx2
import pytest

from tests.certification.conftest import Laboratory
from tests.parties.certification import check_token_error
from tests.parties.fapi_variants import FAPIClient, Variant, walked_in
from tests.parties.fapi_walks import (
    FAPIPair,
    allow,
    answer_of,
    check_answer,
    check_pushed,
    check_tokens,
    code_of,
    exchange,
    tokens_of,
    url_of,
)
from tests.parties.relying_party import base64url

pytestmark = pytest.mark.only_on("sqlite")

PLANS = ("fapi2-security-profile-final-test-plan", "fapi2-message-signing-final-test-plan")
MODULES = (
    "fapi2-security-profile-final-ensure-request-object-with-multiple-aud-succeeds",
    "fapi2-security-profile-final-ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted",
    "fapi2-security-profile-final-ensure-different-nonce-inside-and-outside-request-object",
    "fapi2-security-profile-final-ensure-different-state-inside-and-outside-request-object",
    "fapi2-security-profile-final-state-only-outside-request-object-not-used",
    "fapi2-security-profile-final-ensure-request-object-without-exp-fails",
    "fapi2-security-profile-final-ensure-request-object-without-nbf-fails",
    "fapi2-security-profile-final-ensure-request-object-without-redirect-uri-fails",
    "fapi2-security-profile-final-ensure-expired-request-object-fails",
    "fapi2-security-profile-final-ensure-request-object-with-bad-aud-fails",
    "fapi2-security-profile-final-ensure-request-object-with-exp-over-60-fails",
    "fapi2-security-profile-final-ensure-request-object-with-nbf-over-60-fails",
    "fapi2-security-profile-final-ensure-signed-request-object-with-RS256-fails",
    "fapi2-security-profile-final-ensure-request-object-signature-algorithm-is-not-none",
    "fapi2-security-profile-final-ensure-request-object-with-invalid-signature-fails",
    "fapi2-security-profile-final-ensure-matching-key-in-authorization-request",
    "fapi2-security-profile-final-ensure-unsigned-request-at-par-endpoint-fails",
    "fapi2-security-profile-final-par-authorization-request-containing-request_uri",
)

signed = walked_in(fapi_request_method="signed_non_repudiation")


async def refused_object(lab: Laboratory, variant: Variant, **changes: Any) -> None:
    """Push an object that says something else, and see it refused for that."""
    first = (await FAPIPair.of(lab, variant)).first

    check_token_error(await first.push(**changes), "invalid_request_object")


async def answered_with(
    lab: Laboratory, variant: Variant, inside: dict[str, Any], beside: dict[str, str]
) -> tuple[FAPIClient, dict[str, Any]]:
    """Let the browser bring other things than were pushed; give the answer."""
    pair = await FAPIPair.of(lab, variant)
    request_uri = check_pushed(await pair.first.push(**inside))
    url = url_of(pair.first, request_uri, **beside)
    shown = await allow(pair.browser, await pair.browser.open(url))
    return pair.first, await answer_of(pair.first, shown)


@signed
async def test_fapi2_security_profile_final_ensure_request_object_with_multiple_aud_succeeds(
    lab: Laboratory, variant: Variant
) -> None:
    """A request may be meant for others, too."""
    pair = await FAPIPair.of(lab, variant)
    audience = [pair.first.issuer, "https://other1.example.com", "invalid"]

    await tokens_of(pair.first, pair.browser, aud=audience)


@signed
async def test_fapi2_security_profile_final_ensure_request_object_with_nbf_8_seconds_in_the_future_is_accepted(  # noqa: E501  # the name is the module's
    lab: Laboratory, variant: Variant
) -> None:
    """A clock may be fast."""
    pair = await FAPIPair.of(lab, variant)

    await code_of(pair.first, pair.browser, nbf=int(time.time()) + 8)


@walked_in(openid="openid_connect")
async def test_fapi2_security_profile_final_ensure_different_nonce_inside_and_outside_request_object(  # noqa: E501  # the name is the module's
    lab: Laboratory, variant: Variant
) -> None:
    """The nonce is that of the request that was pushed."""
    first, answer = await answered_with(lab, variant, {}, {"nonce": secrets.token_hex(8)})

    await check_tokens(first, await exchange(first, check_answer(first, answer)))


@walked_in()
async def test_fapi2_security_profile_final_ensure_different_state_inside_and_outside_request_object(  # noqa: E501  # the name is the module's
    lab: Laboratory, variant: Variant
) -> None:
    """The state is that of the request that was pushed."""
    first, answer = await answered_with(lab, variant, {}, {"state": secrets.token_hex(8)})

    check_answer(first, answer)


@walked_in()
async def test_fapi2_security_profile_final_state_only_outside_request_object_not_used(
    lab: Laboratory, variant: Variant
) -> None:
    """A state that the browser alone brings is nobody's."""
    first, answer = await answered_with(lab, variant, {"state": None}, {"state": "outside"})

    check_answer(first, answer, state=None)


@signed
async def test_fapi2_security_profile_final_ensure_request_object_without_exp_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """An object comes to an end."""
    await refused_object(lab, variant, exp=None)


@signed
async def test_fapi2_security_profile_final_ensure_request_object_without_nbf_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """An object has a beginning."""
    await refused_object(lab, variant, nbf=None)


@walked_in()
async def test_fapi2_security_profile_final_ensure_request_object_without_redirect_uri_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """Where to answer is part of what is pushed, though the client has registered one URI only."""
    first = (await FAPIPair.of(lab, variant)).first

    check_token_error(await first.push(redirect_uri=None), "invalid_request")


@signed
async def test_fapi2_security_profile_final_ensure_expired_request_object_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """An object that has come to its end is refused."""
    await refused_object(lab, variant, exp=int(time.time()) - 300)


@signed
async def test_fapi2_security_profile_final_ensure_request_object_with_bad_aud_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """A request for somebody else is refused."""
    issuer = lab.provider.config.issuer

    for audience in (f"{issuer}.example.com", f"{issuer}/token", "invalid", ["invalid"], None):
        await refused_object(lab, variant, aud=audience)


@signed
async def test_fapi2_security_profile_final_ensure_request_object_with_exp_over_60_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """An object is good for an hour at most."""
    await refused_object(lab, variant, exp=int(time.time()) + 70 * 60)


@signed
async def test_fapi2_security_profile_final_ensure_request_object_with_nbf_over_60_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """An object was signed within the last hour."""
    await refused_object(lab, variant, nbf=int(time.time()) - 70 * 60)


@signed
async def test_fapi2_security_profile_final_ensure_signed_request_object_with_RS256_fails(  # noqa: N802  # the name is the module's
    lab: Laboratory, variant: Variant
) -> None:
    """RS256 is none of the profile's algorithms."""
    await refused_object(lab, variant, alg="RS256")


@signed
async def test_fapi2_security_profile_final_ensure_request_object_signature_algorithm_is_not_none(
    lab: Laboratory, variant: Variant
) -> None:
    """An object that nobody has signed is refused."""
    response = await _pushed_otherwise(lab, variant, header=b'{"alg":"none"}', signature=b"")

    check_token_error(response, "invalid_request_object")


@signed
async def test_fapi2_security_profile_final_ensure_request_object_with_invalid_signature_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """An object that its client has not signed is refused."""
    response = await _pushed_otherwise(lab, variant, signature=bytes(256))

    check_token_error(response, "invalid_request_object")


async def _pushed_otherwise(
    lab: Laboratory, variant: Variant, *, header: bytes | None = None, signature: bytes
) -> httpx2.Response:
    first = (await FAPIPair.of(lab, variant)).first
    usual, claims, _ = first.request_object().split(".")
    parts = (base64url(header) if header else usual, claims, base64url(signature))
    return await first.send("/par", request=".".join(parts))


@signed
async def test_fapi2_security_profile_final_ensure_matching_key_in_authorization_request(
    lab: Laboratory, variant: Variant
) -> None:
    """A request that another client has signed is refused."""
    pair = await FAPIPair.of(lab, variant)

    response = await pair.first.push(key=pair.second.key, alg=pair.second.alg)

    check_token_error(response, "invalid_request_object")


@signed
async def test_fapi2_security_profile_final_ensure_unsigned_request_at_par_endpoint_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """It is not enough that a request was pushed."""
    first = (await FAPIPair.of(lab, variant)).first

    check_token_error(await first.send("/par", **first.parameters()), "invalid_request")


@signed
async def test_fapi2_security_profile_final_par_authorization_request_containing_request_uri(
    lab: Laboratory, variant: Variant
) -> None:
    """There is no other request in an object."""
    named = "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c"

    await refused_object(lab, variant, request_uri=named)
