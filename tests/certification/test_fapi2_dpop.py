"""Modules about proofs of a key (FAPI 2.0 Security Profile §5.3.2.1, RFC 9449)."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey, RSAKey

from tests.certification.conftest import Laboratory
from tests.parties.certification import json_of
from tests.parties.dpop import Holder
from tests.parties.fapi_variants import FAPIClient, Variant, walked_in
from tests.parties.fapi_walks import (
    FAPIPair,
    check_accepted,
    check_not_accepted,
    code_of,
    exchange,
    tokens_of,
)
from tests.parties.relying_party import base64url

pytestmark = pytest.mark.only_on("sqlite")

PLANS = ("fapi2-security-profile-final-test-plan", "fapi2-message-signing-final-test-plan")
MODULES = (
    "fapi2-security-profile-final-check-dpop-proof-nbf-exp",
    "fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-before-succeeds",
    "fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-after-succeeds",
    "fapi2-security-profile-final-ensure-mismatched-dpop-jkt-fails",
    "fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt",
    "fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-jkt",
    "fapi2-security-profile-final-ensure-dpopproof-at-par-endpoint-binding-success",
    "fapi2-security-profile-final-ensure-dpop-auth-code-binding-success",
    "fapi2-security-profile-final-dpop-negative-tests",
)
MISMATCHED = {"invalid_request", "invalid_grant", "invalid_dpop_proof"}
PATH = "/userinfo"


class Proving(Holder):
    """One whose proofs all say the same of themselves, beside the usual."""

    def __init__(self, issuer: str, **changes: Any) -> None:
        super().__init__(issuer)
        self.changes = changes

    def prove(self, method: str, path: str, **more: Any) -> str:
        """Make a proof for a request."""
        return super().prove(method, path, **(self.changes | more))


by_proof = walked_in(sender_constrain="dpop")


async def walk_with(lab: Laboratory, variant: Variant, **changes: Any) -> None:
    """Walk with proofs that say something else, from the pushed request to the resource."""
    pair = await FAPIPair.of(lab, variant)
    pair.first.holder = Proving(pair.first.host, **changes)
    pair.first.binds_code = True

    await tokens_of(pair.first, pair.browser)


@by_proof
async def test_fapi2_security_profile_final_check_dpop_proof_nbf_exp(
    lab: Laboratory, variant: Variant
) -> None:
    """A proof may say from when until when it is meant."""
    await walk_with(lab, variant, nbf=int(time.time()), exp=int(time.time()) + 300)


@by_proof
async def test_fapi2_security_profile_final_ensure_dpopproof_with_iat_10seconds_before_succeeds(
    lab: Laboratory, variant: Variant
) -> None:
    """A clock may be slow."""
    await walk_with(lab, variant, iat=int(time.time()) - 10)


@by_proof
async def test_fapi2_security_profile_final_ensure_dpopproof_with_iat_10seconds_after_succeeds(
    lab: Laboratory, variant: Variant
) -> None:
    """A clock may be fast."""
    await walk_with(lab, variant, iat=int(time.time()) + 10)


@by_proof
async def test_fapi2_security_profile_final_ensure_mismatched_dpop_jkt_fails(
    lab: Laboratory, variant: Variant
) -> None:
    """A pushed request is not for another key than the one that is proven with it."""
    first = (await FAPIPair.of(lab, variant)).first
    first.binds_code = True

    refusal = json_of(await first.push(dpop_jkt=Holder(first.host).jkt), 400)

    assert refusal["error"] in {"invalid_request", "invalid_dpop_proof"}


@by_proof
async def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_mismatched_dpop_proof_jkt(  # noqa: E501  # the name is the module's
    lab: Laboratory, variant: Variant
) -> None:
    """A code is bound to the key that was proven when the request was pushed."""
    pair = await FAPIPair.of(lab, variant)
    pair.first.binds_code = True
    code = await code_of(pair.first, pair.browser)

    pair.first.holder = Holder(pair.first.host)

    assert json_of(await exchange(pair.first, code), 400)["error"] in MISMATCHED


@by_proof
async def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_mismatched_dpop_jkt(
    lab: Laboratory, variant: Variant
) -> None:
    """A code is bound to the key that the request names."""
    pair = await FAPIPair.of(lab, variant)
    another = Holder(pair.first.host)

    code = await code_of(pair.first, pair.browser, dpop_jkt=another.jkt)

    assert json_of(await exchange(pair.first, code), 400)["error"] in MISMATCHED


@by_proof
async def test_fapi2_security_profile_final_ensure_dpopproof_at_par_endpoint_binding_success(
    lab: Laboratory, variant: Variant
) -> None:
    """One key all the way is right."""
    await walk_with(lab, variant)


@by_proof
async def test_fapi2_security_profile_final_ensure_dpop_auth_code_binding_success(
    lab: Laboratory, variant: Variant
) -> None:
    """It may be named as well as proven."""
    pair = await FAPIPair.of(lab, variant)
    pair.first.binds_code = True

    await tokens_of(pair.first, pair.browser, dpop_jkt=pair.first.holder.jkt)


@by_proof
async def test_fapi2_security_profile_final_dpop_negative_tests(
    lab: Laboratory, variant: Variant
) -> None:
    """A resource looks at all of a proof, and at no more than that."""
    pair = await FAPIPair.of(lab, variant)
    first = pair.first
    # The one kind of key that could sign by RS256.
    first.holder = Holder(first.host, RSAKey.generate_key(2048), "PS256")
    token = (await tokens_of(first, pair.browser))["access_token"]

    for refused in _refused(first, token):
        check_not_accepted(await _get(first, token, refused))
    for accepted in _accepted(first, token):
        check_accepted(first, await _get(first, token, [("DPoP", accepted)]))

    once = first.holder.prove("GET", PATH, access_token=token)
    check_accepted(first, await _get(first, token, [("DPOP", once)]))
    check_not_accepted(await _get(first, token, [("DPoP", once)]))
    check_not_accepted(await _get(first, token, [], scheme="Bearer"))
    check_accepted(first, await first.userinfo(token))


async def _get(
    client: FAPIClient, token: str, proofs: list[tuple[str, str]], scheme: str = "DPoP"
) -> httpx2.Response:
    headers = [("Authorization", f"{scheme} {token}"), *proofs]
    return await client.http.get(PATH, headers=headers)


def _prover(client: FAPIClient, token: str) -> Callable[..., str]:
    def prove(**changes: Any) -> str:
        return client.holder.prove("GET", PATH, access_token=token, **changes)

    return prove


def _refused(client: FAPIClient, token: str) -> list[list[tuple[str, str]]]:
    """List what is sent instead of one good proof."""
    prove, holder, now = _prover(client, token), client.holder, int(time.time())
    unsigned = base64url(b'{"alg":"none","typ":"dpop+jwt"}')
    header, claims, signature = prove().split(".")
    without_alg = json.dumps({"typ": "dpop+jwt", "alg2": "PS256", "jwk": holder.jwk}).encode()
    forms = [
        f"{header}.{claims}",
        f"{unsigned}.{claims}.",
        f"{header}.{claims}.{base64url(bytes(256))}",
        f"{base64url(without_alg)}.{claims}.{signature}",
        prove(header={"typ": None}),
        prove(header={"typ": "dpop+jwt+wrongyousee"}),
        prove(header={"jwk": None}),
        prove(header={"jwk": holder.key.as_dict(private=True)}),
        prove(header={"alg": "RS256"}),
        *(prove(**{name: None}) for name in ("jti", "htm", "htu", "iat", "ath")),
        prove(htm="PUT"),
        prove(htu=f"{client.host}{PATH}ohnonotagain"),
        prove(iat=now + 3600),
        prove(iat=now - 3600),
        prove(ath=base64url(bytes(32))),
        Holder(client.host, ECKey.generate_key("P-256")).prove("GET", PATH, access_token=token),
    ]
    return [[], [("DPoP", prove()), ("DPoP", prove())], *([("DPoP", each)] for each in forms)]


def _accepted(client: FAPIClient, token: str) -> list[str]:
    """List proofs that are good, however unusual."""
    prove = _prover(client, token)
    _, _, host = client.host.partition("://")
    return [
        prove(htu=f"{client.host}{PATH}?query#fragment"),
        prove(htu=f"HTTPS://{host.upper()}{PATH}"),
        prove(htu=f"{client.host}:443{PATH}"),
        prove(header={"tx_id": 1}, tx_id_key=2),
    ]
