"""Modules of the FAPI-CIBA plan in which it is wrong who asks (FAPI-CIBA §5.2.2, CIBA Core §13)."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from joserfc import jws

from tests.parties.browser import Browser
from tests.parties.certification import check_token_error
from tests.parties.certification_ciba import ALL, CERTIFICATES, MTLS, PRIVATE_KEY_JWT, Bank, decide
from tests.parties.ciba_laboratory import ada, bank, ciba_lab, second_bank
from tests.parties.relying_party import base64url

__all__ = ["ada", "bank", "ciba_lab", "second_bank"]

PLANS = ("fapi-ciba-id1-test-plan",)
MODULES = (
    "fapi-ciba-id1-ensure-wrong-auth-req-id-in-token-endpoint-request",
    "fapi-ciba-id1-ensure-different-client-id-and-issuer-in-backchannel-authorization-request",
    "fapi-ciba-id1-ensure-wrong-client-id-in-token-endpoint-request",
    "fapi-ciba-id1-ensure-wrong-client-id-in-backchannel-authorization-request",
    "fapi-ciba-id1-ensure-without-client-assertion-in-token-endpoint-request",
    "fapi-ciba-id1-ensure-without-client-assertion-in-backchannel-authorization-request",
    "fapi-ciba-id1-ensure-client-assertion-signature-algorithm-in-backchannel-authorization-request"
    "-is-RS256-fails",
    "fapi-ciba-id1-ensure-client-assertion-signature-algorithm-in-token-endpoint-request"
    "-is-RS256-fails",
    "fapi-ciba-id1-ensure-client-assertion-with-iss-aud-to-token-endpoint-succeeds",
    "fapi-ciba-id1-ensure-invalid-client-assertions-in-backchannel-authorization-request-fail",
)

every_variant = pytest.mark.parametrize("variant", ALL, ids=str)
by_key = pytest.mark.parametrize(
    "variant", [each for each in ALL if each.client_auth_type == PRIVATE_KEY_JWT], ids=str
)
by_certificate = pytest.mark.parametrize(
    "variant", [each for each in ALL if each.client_auth_type == MTLS], ids=str
)


@every_variant
async def test_fapi_ciba_id1_ensure_wrong_auth_req_id_in_token_endpoint_request(
    bank: Bank, second_bank: Bank
) -> None:
    """What one client was given is no good to another."""
    asked = await bank.asked()

    check_token_error(await second_bank.poll(asked), "invalid_grant")


@by_certificate
async def test_fapi_ciba_id1_ensure_different_client_id_and_issuer_in_backchannel_authorization_request(
    bank: Bank, second_bank: Bank
) -> None:
    """Beside a request of one client stands the client_id of another."""
    request = bank.signed(bank.request())

    await bank.refused("invalid_client", request=request, client_id=second_bank.client_id)


@by_certificate
async def test_fapi_ciba_id1_ensure_wrong_client_id_in_token_endpoint_request(
    bank: Bank, second_bank: Bank
) -> None:
    """A client polls under the name of another."""
    asked = await bank.asked()

    response = await bank.poll(asked, client_id=second_bank.client_id)

    check_token_error(response, "invalid_client", status=401)


@by_certificate
async def test_fapi_ciba_id1_ensure_wrong_client_id_in_backchannel_authorization_request(
    bank: Bank, second_bank: Bank
) -> None:
    """A client asks and signs under the name of another, with its own certificate."""
    second_bank.present(CERTIFICATES[0])
    second_bank.key = bank.key

    request = second_bank.signed(second_bank.request())
    await second_bank.refused("invalid_client", request=request)


@by_key
async def test_fapi_ciba_id1_ensure_without_client_assertion_in_token_endpoint_request(
    bank: Bank,
) -> None:
    """A client polls, and only says who it is."""
    asked = await bank.asked()
    unproven = {"client_assertion": None, "client_assertion_type": None}

    response = await bank.poll(asked, client_id=bank.client_id, **unproven)

    check_token_error(response, "invalid_client", status=401)


@by_key
async def test_fapi_ciba_id1_ensure_without_client_assertion_in_backchannel_authorization_request(
    bank: Bank,
) -> None:
    """A client asks, and only says who it is."""
    unproven = {"client_assertion": None, "client_assertion_type": None}
    request = bank.signed(bank.request())

    await bank.refused("invalid_client", request=request, client_id=bank.client_id, **unproven)


@by_key
async def test_fapi_ciba_id1_ensure_client_assertion_signature_algorithm_in_backchannel_authorization_request_is_RS256_fails(
    bank: Bank,
) -> None:
    """A client asks, and signs who it is in a way that FAPI does not have."""
    bank.algorithm = "RS256"

    await bank.refused("invalid_client", request=bank.signed(bank.request()))


@by_key
async def test_fapi_ciba_id1_ensure_client_assertion_signature_algorithm_in_token_endpoint_request_is_RS256_fails(
    bank: Bank,
) -> None:
    """A client polls, and signs who it is in a way that FAPI does not have."""
    asked = await bank.asked()

    bank.algorithm = "RS256"

    check_token_error(await bank.poll(asked), "invalid_client", status=401)


@by_key
async def test_fapi_ciba_id1_ensure_client_assertion_with_iss_aud_to_token_endpoint_succeeds(
    bank: Bank,
) -> None:
    """An assertion may be for the issuer, for the endpoint, or for the token endpoint (§7.1)."""
    asked = await bank.asked()

    bank.audience = bank.metadata["issuer"]
    check_token_error(await bank.poll(asked), "authorization_pending")

    for name in ("backchannel_authentication_endpoint", "token_endpoint"):
        bank.audience = bank.metadata[name]
        assert (await bank.ask()).status_code == 200


def unsigned(bank: Bank) -> str:
    """Make an assertion that nobody has signed."""
    payload = bank.assertion().split(".")[1]
    header = base64url(b'{"alg":"none"}')
    return f"{header}.{payload}."


def signed_otherwise(bank: Bank) -> str:
    """Make an assertion with the signature of another."""
    return f"{bank.assertion().rpartition('.')[0]}.{bank.assertion().rpartition('.')[2]}"


def by_rs256(bank: Bank) -> str:
    """Make an assertion with an RSA key, but not by PS256."""
    payload = jws.extract_compact(bank.assertion().encode()).payload
    header = {"alg": "RS256", "kid": bank.key.kid}
    return jws.serialize_compact(header, payload, bank.key, algorithms=["RS256"])


WRONG: dict[str, Callable[[Bank], dict[str, Any]]] = {
    "none": lambda bank: {
        "client_assertion": None,
        "client_assertion_type": None,
        "client_id": bank.client_id,
    },
    "no type": lambda bank: {"client_assertion_type": None},
    "wrong type": lambda bank: {"client_assertion_type": "urn:example:wrong"},
    "no sub": lambda bank: {"client_assertion": bank.assertion(sub=None)},
    "wrong sub": lambda bank: {"client_assertion": bank.assertion(sub="wrong")},
    "no iss": lambda bank: {"client_assertion": bank.assertion(iss=None)},
    "wrong iss": lambda bank: {"client_assertion": bank.assertion(iss="wrong")},
    "no aud": lambda bank: {"client_assertion": bank.assertion(aud=None)},
    "wrong aud": lambda bank: {"client_assertion": bank.assertion(aud="https://other.example")},
    "expired": lambda bank: {"client_assertion": bank.assertion(exp=1)},
    "RS256": lambda bank: {"client_assertion": by_rs256(bank)},
    "unsigned": lambda bank: {"client_assertion": unsigned(bank)},
    "another signature": lambda bank: {"client_assertion": signed_otherwise(bank)},
}


@by_key
async def test_fapi_ciba_id1_ensure_invalid_client_assertions_in_backchannel_authorization_request_fail(
    bank: Bank, ada: Browser
) -> None:
    """Whatever is wrong with an assertion, nobody is asked; with a right one somebody is."""
    for name, wrong in WRONG.items():
        request = bank.signed(bank.request())
        response: httpx2.Response = await bank.post("/bc-authorize", request=request, **wrong(bank))
        assert response.status_code == 401, name
        check_token_error(response, "invalid_client", status=401)

    asked = await bank.asked()
    await decide(ada, asked)
    await bank.take_tokens(asked)
