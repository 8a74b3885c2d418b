"""Modules about the token endpoint: codes, PKCE, and who holds what (FAPI 2.0 §5.3.2.1)."""

import pytest

from tests.certification.conftest import Laboratory
from tests.conftest import Clock
from tests.parties.certification import check_token_error, json_of
from tests.parties.fapi_variants import EIGHT, FOUR, RICH, FAPIClient, Variant, walked_in
from tests.parties.fapi_walks import (
    FAPIPair,
    check_accepted,
    check_client_refused,
    check_not_accepted,
    check_tokens,
    code_of,
    exchange,
)

pytestmark = pytest.mark.only_on("sqlite")

PLANS = ("fapi2-security-profile-final-test-plan", "fapi2-message-signing-final-test-plan")
MODULES = (
    "fapi2-security-profile-final-ensure-client-id-in-token-endpoint",
    "fapi2-security-profile-final-ensure-holder-of-key-required",
    "fapi2-security-profile-final-ensure-authorization-code-is-bound-to-client",
    "fapi2-security-profile-final-attempt-reuse-authorization-code-after-one-second",
    "fapi2-security-profile-final-ensure-token-endpoint-fails-with-expired-auth-code",
    "fapi2-security-profile-final-ensure-pkce-code-verifier-required",
    "fapi2-security-profile-final-incorrect-pkce-code-verifier-rejected",
    "fapi2-security-profile-final-refresh-token",
)


def unproven(client: FAPIClient) -> dict[str, str]:
    """Give the headers of who does not prove to hold what tokens are bound to.

    A certificate that authenticates the client stays if tokens are bound to a key.
    """
    headers = client.headers_for("POST", "/token")
    is_bound_by = "DPoP" if client.variant.by_proof else "X-SSL-Client-Cert"
    return {name: value for name, value in headers.items() if name != is_bound_by}


@walked_in(FOUR)
async def test_fapi2_security_profile_final_ensure_client_id_in_token_endpoint(
    lab: Laboratory, variant: Variant
) -> None:
    """A client that says to be another one is refused."""
    pair = await FAPIPair.of(lab, variant)
    code = await code_of(pair.first, pair.browser)
    another = pair.second.client_id

    said = pair.first.authentication(iss=another, sub=another) | {"client_id": another}

    check_token_error(
        await exchange(pair.first, code, authentication=said), "invalid_client", status=401
    )


@walked_in(EIGHT)
async def test_fapi2_security_profile_final_ensure_holder_of_key_required(
    lab: Laboratory, variant: Variant
) -> None:
    """There is no token that is not bound."""
    pair = await FAPIPair.of(lab, variant)
    code = await code_of(pair.first, pair.browser)

    response = await exchange(pair.first, code, headers=unproven(pair.first))

    if variant.by_certificate and not variant.by_proof:
        check_token_error(response, "invalid_client", status=401)
    else:
        check_token_error(response, "invalid_request")
    await check_tokens(pair.first, await exchange(pair.first, code))


@walked_in(FOUR)
async def test_fapi2_security_profile_final_ensure_authorization_code_is_bound_to_client(
    lab: Laboratory, variant: Variant
) -> None:
    """Another client cannot use a code, whoever it is."""
    pair = await FAPIPair.of(lab, variant)
    code = await code_of(pair.first, pair.browser)

    check_token_error(await exchange(pair.second, code), "invalid_grant")


@walked_in(FOUR)
async def test_fapi2_security_profile_final_attempt_reuse_authorization_code_after_one_second(
    lab: Laboratory, variant: Variant, clock: Clock
) -> None:
    """A code is good once; a second try ends what the first one got."""
    pair = await FAPIPair.of(lab, variant)
    code = await code_of(pair.first, pair.browser)
    token = (await check_tokens(pair.first, await exchange(pair.first, code)))["access_token"]
    check_accepted(pair.first, await pair.first.userinfo(token))

    clock.move(1)

    check_token_error(await exchange(pair.first, code), "invalid_grant")
    check_not_accepted(await pair.first.userinfo(token))


@walked_in()
async def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_expired_auth_code(
    lab: Laboratory, variant: Variant, clock: Clock
) -> None:
    """A code is good for a minute."""
    pair = await FAPIPair.of(lab, variant)
    code = await code_of(pair.first, pair.browser)

    clock.move(62)

    check_token_error(await exchange(pair.first, code), "invalid_grant")


@walked_in(FOUR)
async def test_fapi2_security_profile_final_ensure_pkce_code_verifier_required(
    lab: Laboratory, variant: Variant
) -> None:
    """Who has a code has to say who asked for it."""
    pair = await FAPIPair.of(lab, variant)
    code = await code_of(pair.first, pair.browser)

    refusal = json_of(await exchange(pair.first, code, code_verifier=None), 400)

    assert refusal["error"] in {"invalid_request", "invalid_grant"}


@walked_in()
async def test_fapi2_security_profile_final_incorrect_pkce_code_verifier_rejected(
    lab: Laboratory, variant: Variant
) -> None:
    """A wrong verifier is refused."""
    pair = await FAPIPair.of(lab, variant)
    code = await code_of(pair.first, pair.browser)

    response = await exchange(pair.first, code, code_verifier=pair.second.code_verifier)

    check_token_error(response, "invalid_grant")


@walked_in(EIGHT + RICH)
async def test_fapi2_security_profile_final_refresh_token(
    lab: Laboratory, variant: Variant, clock: Clock
) -> None:
    """A refresh token is good for its client, which proves who it is, and whatever key it has."""
    pair = await FAPIPair.of(lab, variant)
    kept = {}
    for client in (pair.first, pair.second):
        code = await code_of(client, pair.browser, prompt="consent")
        tokens = await check_tokens(client, await exchange(client, code))
        client.holder = type(client.holder)(client.host)
        clock.move(1)
        scope = None if client is pair.second else client.scope
        refreshed = await check_tokens(
            client, await client.refresh(tokens["refresh_token"], scope=scope), nonce=None
        )
        kept[client] = refreshed["refresh_token"]
        assert refreshed["refresh_token"] == tokens["refresh_token"]
        assert refreshed["access_token"] != tokens["access_token"]
        check_accepted(client, await client.userinfo(refreshed["access_token"]))
        _check_same_person(tokens, refreshed)

    request = {"grant_type": "refresh_token", "refresh_token": kept[pair.first]}
    unbound = await pair.first.send("/token", headers=unproven(pair.first), **request)
    check_client_refused(unbound)
    if not variant.by_certificate:
        alone = {"client_id": pair.first.client_id}
        nobodys = await pair.first.send("/token", authentication=alone, **request)
        check_token_error(nobodys, "invalid_client", status=401)
    stolen = await pair.first.refresh(kept[pair.second])
    check_token_error(stolen, "invalid_grant")


def _check_same_person(
    before: dict[str, dict[str, object]], after: dict[str, dict[str, object]]
) -> None:
    """Compare what ID tokens say of the sign-in (OIDC Core §12.2)."""
    if "id_token_claims" not in before:
        return
    first, second = before["id_token_claims"], after["id_token_claims"]
    assert first["iat"] != second["iat"]
    for name in ("iss", "sub", "aud", "auth_time", "azp", "acr"):
        assert first.get(name) == second.get(name)
