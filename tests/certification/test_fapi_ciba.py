"""Modules of the FAPI-CIBA plan in which a person is asked, and what that comes to (§5)."""

import html
from urllib.parse import urlsplit

import pytest

from idp.oidc import acr
from tests.conftest import Clock
from tests.parties.browser import Browser
from tests.parties.certification import check_token_error, check_token_response
from tests.parties.certification_ciba import (
    ALL,
    CERTIFICATES,
    MTLS,
    PING,
    SCOPE,
    SELF_REGISTERED,
    SOME,
    Asked,
    Bank,
    Variant,
    decide,
)
from tests.parties.ciba_laboratory import CibaLaboratory, ada, bank, ciba_lab, second_bank, told
from tests.parties.process import until
from tests.parties.receiver import Receiver
from tests.parties.relying_party import unverified_claims

__all__ = ["ada", "bank", "ciba_lab", "second_bank", "told"]

PLANS = ("fapi-ciba-id1-test-plan",)
# For the profile plain_fapi; the others are of Brazil (-for-brazil) and of ConnectID.
MODULES = (
    "fapi-ciba-id1-discovery-end-point-verification",
    "fapi-ciba-id1",
    "fapi-ciba-id1-user-rejects-authentication",
    "fapi-ciba-id1-multiple-call-to-token-endpoint",
    "fapi-ciba-id1-auth-req-id-expired",
    "fapi-ciba-id1-ensure-authorization-request-with-binding-message-succeeds",
    "fapi-ciba-id1-ensure-other-scope-order-succeeds",
    "fapi-ciba-id1-ensure-requested-expiry-as-string-succeeds",
    "fapi-ciba-id1-ensure-authorization-request-with-potentially-bad-binding-message",
    "fapi-ciba-id1-refresh-token",
    "fapi-ciba-id1-ensure-mtls-holder-of-key-required",
)
INTERVAL = 5
LONG_MESSAGE = "1234 \N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-6} 品川 " + "Lorem " * 80

every_variant = pytest.mark.parametrize("variant", ALL, ids=str)
some_variants = pytest.mark.parametrize("variant", SOME, ids=str)


async def walk(bank: Bank, ada: Browser, clock: Clock, told: Receiver, asked: Asked) -> Asked:
    """Poll twice in vain, let Ada allow it, and fetch the tokens as soon as the bank may."""
    for _ in range(2):
        check_token_error(await bank.poll(asked), "authorization_pending")
        clock.move(INTERVAL)
    await decide(ada, asked)
    if bank.variant.ciba_mode == PING:
        await check_told(told, asked)
    await bank.take_tokens(asked)
    return asked


async def check_told(told: Receiver, asked: Asked) -> None:
    """Look at the one message that a bank is sent (CIBA Core §10.2)."""
    await until(lambda: bool(told.requests))
    (head,), (body,) = told.requests, told.bodies
    assert head.startswith("POST /ciba-notification-endpoint ")
    assert f"authorization: bearer {asked.token}\r\n".lower() in head.lower()
    assert "content-type: application/json\r\n" in head.lower()
    assert body == f'{{"auth_req_id": "{asked.auth_req_id}"}}'


async def check_rejected(bank: Bank, asked: Asked, certificate_of: Bank) -> None:
    """Look that a token is no good to who holds another certificate (RFC 8705 §3)."""
    headers = {"Authorization": f"Bearer {asked.tokens['access_token']}"}
    response = await certificate_of.http.get("/userinfo", headers=headers)
    assert response.status_code == 401
    assert "error" in response.json()


@every_variant
async def test_fapi_ciba_id1_discovery_end_point_verification(
    ciba_lab: CibaLaboratory, variant: Variant
) -> None:
    """The metadata says all that a client of this profile has to know, and nothing weaker."""
    metadata = ciba_lab.metadata
    signed = ("id_token", "userinfo", "token_endpoint_auth", "backchannel_authentication_request")
    methods = {"tls_client_auth"} if variant.client_auth_type == MTLS else {"private_key_jwt"}

    assert metadata["tls_client_certificate_bound_access_tokens"] is True
    assert methods <= set(metadata["token_endpoint_auth_methods_supported"])
    for name in signed:
        assert {"PS256", "ES256"} <= set(metadata[f"{name}_signing_alg_values_supported"])
    assert variant.ciba_mode in metadata["backchannel_token_delivery_modes_supported"]
    assert type(metadata["backchannel_user_code_parameter_supported"]) is bool
    assert "urn:openid:params:grant-type:ciba" in metadata["grant_types_supported"]
    for name in ("token", "backchannel_authentication", "registration"):
        assert urlsplit(metadata[f"{name}_endpoint"]).scheme == "https"
    assert metadata["jwks_uri"].startswith(metadata["issuer"])


@pytest.mark.parametrize("variant", [*ALL, *SELF_REGISTERED], ids=str)
async def test_fapi_ciba_id1(
    bank: Bank, second_bank: Bank, ada: Browser, told: Receiver, clock: Clock
) -> None:
    """Two clients get tokens, each bound to its own certificate, and each for one auth_req_id."""
    first = await bank.asked()
    await walk(bank, ada, clock, told, first)
    told.requests, told.bodies = [], []
    second_bank.audience = bank.metadata["token_endpoint"]
    longest = "t" * 1024 if bank.variant.ciba_mode == PING else None

    second = await second_bank.asked(
        typ="oauth-authz-req+jwt",
        acr_values=acr.PASSWORD,
        requested_expiry=300,
        client_notification_token=longest,
    )
    await walk(second_bank, ada, clock, told, second)

    assert second.id_token["acr"] == acr.PASSWORD
    await second_bank.check_resource(second, is_named=False)
    await check_rejected(second_bank, second, bank)
    token = first.tokens["access_token"]
    assert (await bank.http.get("/userinfo", params={"access_token": token})).status_code == 401
    check_token_error(await second_bank.poll(second), "invalid_grant")


@every_variant
async def test_fapi_ciba_id1_user_rejects_authentication(
    bank: Bank, ada: Browser, told: Receiver, clock: Clock
) -> None:
    """Who presses Cancel has decided, and the bank hears of it as it hears of anything."""
    asked = await bank.asked()
    check_token_error(await bank.poll(asked), "authorization_pending")
    clock.move(INTERVAL)

    await decide(ada, asked, "consent-deny")

    if bank.variant.ciba_mode == PING:
        await check_told(told, asked)
    check_token_error(await bank.poll(asked), "access_denied")


@every_variant
async def test_fapi_ciba_id1_multiple_call_to_token_endpoint(
    bank: Bank, ada: Browser, told: Receiver, clock: Clock
) -> None:
    """Who polls without a pause is told to slow down, each time."""
    asked = await bank.asked()

    refusals = [(await bank.poll(asked)) for _ in range(20)]

    for refusal in refusals:
        check_token_error(refusal, refusal.json()["error"])
    errors = [refusal.json()["error"] for refusal in refusals]
    assert errors == ["authorization_pending"] + ["slow_down"] * 19
    await decide(ada, asked)
    if bank.variant.ciba_mode == PING:
        await check_told(told, asked)


@some_variants
async def test_fapi_ciba_id1_auth_req_id_expired(bank: Bank, told: Receiver, clock: Clock) -> None:
    """What nobody has answered in the time that the bank asked for is over."""
    asked = await bank.asked(requested_expiry=30)
    assert asked.answer["expires_in"] == 30

    clock.move(31)

    check_token_error(await bank.poll(asked), "expired_token")
    assert told.requests == []


@some_variants
async def test_fapi_ciba_id1_ensure_authorization_request_with_binding_message_succeeds(
    bank: Bank, ada: Browser
) -> None:
    """The message is shown to the person."""
    asked = await bank.asked(binding_message="1234")

    shown = await decide(ada, asked)

    assert "consent-binding-message" in shown
    assert "1234" in shown.text
    await bank.take_tokens(asked)


@some_variants
async def test_fapi_ciba_id1_ensure_other_scope_order_succeeds(bank: Bank, ada: Browser) -> None:
    """The order of the words of a scope means nothing (RFC 6749 §3.3)."""
    asked = await bank.asked(scope=" ".join(reversed(SCOPE.split())))

    await decide(ada, asked)

    tokens = await bank.take_tokens(asked)
    assert set(tokens["scope"].split()) == set(SCOPE.split())


@some_variants
async def test_fapi_ciba_id1_ensure_requested_expiry_as_string_succeeds(
    bank: Bank, ada: Browser
) -> None:
    """A number may be written as a string (CIBA Core §7.1.1)."""
    asked = await bank.asked(requested_expiry="30")

    await decide(ada, asked)

    assert asked.answer["expires_in"] == 30
    await bank.take_tokens(asked)


@some_variants
async def test_fapi_ciba_id1_ensure_authorization_request_with_potentially_bad_binding_message(
    bank: Bank, ada: Browser
) -> None:
    """One that is too long to be compared is refused; what is in it does not matter."""
    await bank.refused(
        "invalid_binding_message", request=bank.signed(bank.request(binding_message=LONG_MESSAGE))
    )

    short = LONG_MESSAGE[:100]
    shown = await decide(ada, await bank.asked(binding_message=short))
    assert short.strip() in html.unescape(shown.text)


@pytest.mark.parametrize("variant", [*ALL, *SELF_REGISTERED], ids=str)
async def test_fapi_ciba_id1_refresh_token(bank: Bank, second_bank: Bank, ada: Browser) -> None:
    """A refresh token gives tokens of the same sign-in, to the client that it was given to."""
    for each in (bank, second_bank):
        asked = await each.asked()
        await decide(ada, asked)
        first, claims = await each.take_tokens(asked), asked.id_token
        scope = SCOPE if each is bank else None

        response = await each.refresh(first["refresh_token"], scope=scope)
        refreshed = check_token_response(response)
        again = await each.check_tokens(response, asked) if "id_token" in refreshed else {}

        assert refreshed["token_type"] == "Bearer"
        assert refreshed["access_token"] != first["access_token"]
        for name in ("iss", "sub", "aud", "auth_time") if again else ():
            assert asked.id_token[name] == claims[name]

    stolen = asked.tokens.get("refresh_token", first["refresh_token"])
    check_token_error(await bank.refresh(stolen), "invalid_grant")


@every_variant
async def test_fapi_ciba_id1_ensure_mtls_holder_of_key_required(
    bank: Bank, variant: Variant
) -> None:
    """A token request without a certificate is refused, however the client authenticates."""
    asked = await bank.asked()

    bank.present(None)

    by_certificate = variant.client_auth_type == MTLS
    error, status = ("invalid_client", 401) if by_certificate else ("invalid_request", 400)
    check_token_error(await bank.poll(asked), error, status=status)
    bank.present(CERTIFICATES[0])
    check_token_error(await bank.poll(asked), "authorization_pending")
    assert unverified_claims(bank.assertion())["sub"] == bank.client_id
