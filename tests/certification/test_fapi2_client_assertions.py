"""Modules about client assertions (FAPI 2.0 Security Profile §5.3.2.1, RFC 7523 §3)."""

import secrets
import time
from typing import Any

import pytest

from tests.certification.conftest import Laboratory
from tests.parties.certification import check_token_error
from tests.parties.fapi_variants import Variant, walked_in
from tests.parties.fapi_walks import FAPIPair, check_client_refused, check_pushed, code_of, exchange
from tests.parties.relying_party import base64url

pytestmark = pytest.mark.only_on("sqlite")

PLANS = ("fapi2-security-profile-final-test-plan", "fapi2-message-signing-final-test-plan")
MODULES = (
    "fapi2-security-profile-final-ensure-signed-client-assertion-with-RS256-fails",
    "fapi2-security-profile-final-ensure-client-assertion-in-token-endpoint",
    "fapi2-security-profile-final-ensure-client-assertion-with-exp-is-5-minutes-in-past-fails",
    "fapi2-security-profile-final-ensure-client-assertion-with-wrong-aud-fails",
    "fapi2-security-profile-final-ensure-client-assertion-with-no-sub-fails",
    "fapi2-security-profile-final-ensure-invalid-client-assertions-fail",
    "fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted",
    "fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails",
    "fapi2-security-profile-final-par-test-array-as-audience-fails",
    "fapi2-security-profile-final-par-test-par-endpoint-url-as-audience-fails",
    "fapi2-security-profile-final-par-test-token-endpoint-url-as-audience-fails",
)

UNSIGNED = base64url(b'{"alg":"none"}')
asserting = walked_in((Variant(), Variant(sender_constrain="mtls")))


async def refused_at_token_endpoint(lab: Laboratory, variant: Variant, **changes: Any) -> None:
    """Send a code with an assertion that says something else."""
    pair = await FAPIPair.of(lab, variant)
    code = await code_of(pair.first, pair.browser)

    said = pair.first.authentication(**changes)

    check_token_error(
        await exchange(pair.first, code, authentication=said), "invalid_client", status=401
    )


async def refused_when_pushing(lab: Laboratory, variant: Variant, **changes: Any) -> None:
    """Push a request with an assertion that says something else."""
    first = (await FAPIPair.of(lab, variant)).first

    said = first.authentication(**changes)

    check_client_refused(await first.send("/par", authentication=said, **first.parameters()))


@asserting
async def test_fapi2_security_profile_final_ensure_signed_client_assertion_with_RS256_fails(  # noqa: N802  # the name is the module's
    lab: Laboratory, variant: Variant
) -> None:
    """RS256 is none of the profile's algorithms."""
    await refused_at_token_endpoint(lab, variant, alg="RS256")


@asserting
async def test_fapi2_security_profile_final_ensure_client_assertion_in_token_endpoint(
    lab: Laboratory, variant: Variant
) -> None:
    """A client_id alone is nobody's proof."""
    pair = await FAPIPair.of(lab, variant)
    code = await code_of(pair.first, pair.browser)

    said = {"client_id": pair.first.client_id}

    check_token_error(
        await exchange(pair.first, code, authentication=said), "invalid_client", status=401
    )


@asserting
async def test_fapi2_security_profile_final_ensure_client_assertion_with_exp_is_5_minutes_in_past_fails(  # noqa: E501  # the name is the module's
    lab: Laboratory, variant: Variant
) -> None:
    """An assertion comes to its end."""
    await refused_at_token_endpoint(lab, variant, exp=int(time.time()) - 300)


@asserting
async def test_fapi2_security_profile_final_ensure_client_assertion_with_wrong_aud_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """An assertion for somebody else is refused."""
    await refused_at_token_endpoint(lab, variant, aud="https://www.other1.example.com/")


@asserting
async def test_fapi2_security_profile_final_ensure_client_assertion_with_no_sub_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """What names no subject may be a request object."""
    await refused_at_token_endpoint(lab, variant, sub=None)


@asserting
async def test_fapi2_security_profile_final_ensure_invalid_client_assertions_fail(
    lab: Laboratory, variant: Variant
) -> None:
    """An assertion has all that belongs to it, and is signed; then it is taken."""
    first = (await FAPIPair.of(lab, variant)).first
    issuer, now = first.issuer, int(time.time())
    good, kind = first.authentication(), "client_assertion_type"
    header, claims, _ = first.authentication()["client_assertion"].split(".")
    unsigned = f"{UNSIGNED}.{claims}."
    wrongly_signed = f"{header}.{claims}.{base64url(bytes(256))}"
    late = {"iat": now + 62, "nbf": now + 62, "exp": now + 122}
    invalid = [
        {"client_id": first.client_id},
        {"client_assertion": good["client_assertion"]},
        good | {kind: "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"},
        *(first.authentication(**{name: None}) for name in ("sub", "iss", "aud", "exp", "jti")),
        *(first.authentication(**{name: secrets.token_hex(8)}) for name in ("sub", "iss")),
        first.authentication(aud="https://www.other1.example.com/"),
        first.authentication(aud=f"{issuer}/par"),
        first.authentication(aud=f"{issuer}/token"),
        first.authentication(aud=[issuer, "https://other1.example.com"]),
        first.authentication(aud=[issuer]),
        first.authentication(exp=now - 300),
        first.authentication(**late),
        first.authentication(alg="RS256"),
        good | {"client_assertion": unsigned},
        good | {"client_assertion": wrongly_signed},
    ]

    for said in invalid:
        response = await first.send("/par", authentication=said, **first.parameters())
        check_client_refused(response)
    for said in (first.authentication(iat=now + 8, nbf=now + 8), first.authentication()):
        check_pushed(await first.send("/par", authentication=said, **first.parameters()))


@asserting
async def test_fapi2_security_profile_final_par_ensure_jwt_client_assertions_nbf_8_seconds_in_the_future_is_accepted(  # noqa: E501  # the name is the module's
    lab: Laboratory, variant: Variant
) -> None:
    """A clock may be fast."""
    first = (await FAPIPair.of(lab, variant)).first
    soon = int(time.time()) + 8

    said = first.authentication(iat=soon, nbf=soon)

    check_pushed(await first.send("/par", authentication=said, **first.parameters()))


@asserting
async def test_fapi2_security_profile_final_par_ensure_jwt_client_assertions_nbf_over_60_seconds_in_the_future_fails(  # noqa: E501  # the name is the module's
    lab: Laboratory, variant: Variant
) -> None:
    """Not as fast as that."""
    late = int(time.time()) + 62

    await refused_when_pushing(lab, variant, iat=late, nbf=late, exp=late + 60)


@asserting
async def test_fapi2_security_profile_final_par_test_array_as_audience_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """The audience is one, not several."""
    audience = [lab.provider.config.issuer, "https://other1.example.com"]

    await refused_when_pushing(lab, variant, aud=audience)


@asserting
async def test_fapi2_security_profile_final_par_test_par_endpoint_url_as_audience_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """The audience is the issuer, not an endpoint."""
    await refused_when_pushing(lab, variant, aud=f"{lab.provider.config.issuer}/par")


@asserting
async def test_fapi2_security_profile_final_par_test_token_endpoint_url_as_audience_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """The audience is the issuer, not another endpoint."""
    await refused_when_pushing(lab, variant, aud=f"{lab.provider.config.issuer}/token")
