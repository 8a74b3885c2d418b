"""Modules of the FAPI-CIBA plan whose request is wrong: nobody is asked then (FAPI-CIBA §5.2.2)."""

import json
from typing import Any

import pytest

from idp import clock
from tests.parties.certification_ciba import KEYS, SOME, Bank
from tests.parties.ciba_laboratory import bank, ciba_lab, second_bank
from tests.parties.relying_party import base64url

__all__ = ["bank", "ciba_lab", "second_bank"]

PLANS = ("fapi-ciba-id1-test-plan",)
MODULES = (
    "fapi-ciba-id1-ensure-request-object-missing-aud-fails",
    "fapi-ciba-id1-ensure-request-object-bad-aud-fails",
    "fapi-ciba-id1-ensure-request-object-missing-iss-fails",
    "fapi-ciba-id1-ensure-request-object-bad-iss-fails",
    "fapi-ciba-id1-ensure-request-object-missing-exp-fails",
    "fapi-ciba-id1-ensure-request-object-expired-exp-fails",
    "fapi-ciba-id1-ensure-request-object-exp-is-70-minutes-in-future-fails",
    "fapi-ciba-id1-ensure-request-object-missing-iat-fails",
    "fapi-ciba-id1-ensure-request-object-missing-nbf-fails",
    "fapi-ciba-id1-ensure-request-object-nbf-is-10-minutes-in-future-fails",
    "fapi-ciba-id1-ensure-request-object-nbf-is-70-minutes-in-past-fails",
    "fapi-ciba-id1-ensure-request-object-missing-jti-fails",
    "fapi-ciba-id1-ensure-request-object-signature-algorithm-is-none-fails",
    "fapi-ciba-id1-ensure-request-object-signature-algorithm-is-bad-fails",
    "fapi-ciba-id1-ensure-request-object-signature-algorithm-is-RS256-fails",
    "fapi-ciba-id1-ensure-request-object-signed-by-other-client-fails",
    "fapi-ciba-id1-ensure-authorization-request-with-multiple-hints-fails",
    "fapi-ciba-id1-ensure-unsigned-backchannel-authorization-request-fails",
)
MINUTE = 60

pytestmark = pytest.mark.parametrize("variant", SOME, ids=str)


def minutes_from_now(minutes: int) -> int:
    """Give a moment as a number."""
    return int(clock.timestamp(clock.now())) + minutes * MINUTE


async def send(bank: Bank, header: dict[str, Any] | None = None, **changes: Any) -> None:
    """Ask by a request that is wrong in one way, and look that it is refused as invalid_request."""
    claims = bank.request(**changes)
    await bank.refused(request=bank.signed(claims, **header or {}))


async def test_fapi_ciba_id1_ensure_request_object_missing_aud_fails(bank: Bank) -> None:
    """It does not say whom it is for."""
    await send(bank, aud=None)


async def test_fapi_ciba_id1_ensure_request_object_bad_aud_fails(bank: Bank) -> None:
    """It is for another server."""
    await send(bank, aud="https://fapi.example/audience")


async def test_fapi_ciba_id1_ensure_request_object_missing_iss_fails(bank: Bank) -> None:
    """It does not say whom it is from."""
    await send(bank, iss=None)


async def test_fapi_ciba_id1_ensure_request_object_bad_iss_fails(
    bank: Bank, second_bank: Bank
) -> None:
    """It is from another client, it says."""
    await send(bank, iss=second_bank.client_id)


async def test_fapi_ciba_id1_ensure_request_object_missing_exp_fails(bank: Bank) -> None:
    """It has no end."""
    await send(bank, exp=None)


async def test_fapi_ciba_id1_ensure_request_object_expired_exp_fails(bank: Bank) -> None:
    """Its end was five minutes ago."""
    await send(bank, exp=minutes_from_now(-5))


async def test_fapi_ciba_id1_ensure_request_object_exp_is_70_minutes_in_future_fails(
    bank: Bank,
) -> None:
    """It is good for more than an hour."""
    await send(bank, exp=minutes_from_now(70))


async def test_fapi_ciba_id1_ensure_request_object_missing_iat_fails(bank: Bank) -> None:
    """It does not say when it was made."""
    await send(bank, iat=None)


async def test_fapi_ciba_id1_ensure_request_object_missing_nbf_fails(bank: Bank) -> None:
    """It has no beginning."""
    await send(bank, nbf=None)


async def test_fapi_ciba_id1_ensure_request_object_nbf_is_10_minutes_in_future_fails(
    bank: Bank,
) -> None:
    """Its beginning is yet to come."""
    await send(bank, nbf=minutes_from_now(10))


async def test_fapi_ciba_id1_ensure_request_object_nbf_is_70_minutes_in_past_fails(
    bank: Bank,
) -> None:
    """Its beginning is more than an hour ago."""
    await send(bank, nbf=minutes_from_now(-70))


async def test_fapi_ciba_id1_ensure_request_object_missing_jti_fails(bank: Bank) -> None:
    """It has no name of its own, by which it could be good once."""
    await send(bank, jti=None)


async def test_fapi_ciba_id1_ensure_request_object_signature_algorithm_is_none_fails(
    bank: Bank,
) -> None:
    """It is signed by nobody."""
    payload = bank.signed(bank.request()).split(".")[1]
    header = base64url(json.dumps({"alg": "none"}).encode())

    await bank.refused(request=f"{header}.{payload}.")


async def test_fapi_ciba_id1_ensure_request_object_signature_algorithm_is_bad_fails(
    bank: Bank,
) -> None:
    """Its signature is not that of what it says."""
    header, payload, _ = bank.signed(bank.request()).split(".")
    signature = bank.signed(bank.request()).split(".")[2]

    await bank.refused(request=f"{header}.{payload}.{signature}")


async def test_fapi_ciba_id1_ensure_request_object_signature_algorithm_is_RS256_fails(
    bank: Bank,
) -> None:
    """It is signed by the right key, in a way that FAPI does not have."""
    await send(bank, {"alg": "RS256"})


async def test_fapi_ciba_id1_ensure_request_object_signed_by_other_client_fails(
    bank: Bank, second_bank: Bank
) -> None:
    """It is signed by a key of somebody else, with and without its name."""
    await send(bank, {"key": KEYS[1]})


async def test_fapi_ciba_id1_ensure_authorization_request_with_multiple_hints_fails(
    bank: Bank,
) -> None:
    """It says twice whom it is about, with a message and without one."""
    twice = {"login_hint": "john@example.com", "login_hint_token": "x" * 20}

    await send(bank, **twice)
    await send(bank, binding_message=None, **twice)


async def test_fapi_ciba_id1_ensure_unsigned_backchannel_authorization_request_fails(
    bank: Bank,
) -> None:
    """All that it says stands in parameters, which nobody has signed."""
    claims = {name: value for name, value in bank.request().items() if name != "aud"}

    await bank.refused(**claims)
