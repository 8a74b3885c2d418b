"""ID tokens: exactly these claims, bound to the access token beside them."""

import base64
import hashlib
import time
from dataclasses import replace

import pytest

from idp.config import Config
from idp.oidc import acr
from idp.oidc.id_token import IDToken, half_hash, issue
from idp.signing.key import KeyState
from idp.signing.key_set import KeySet
from idp.signing.signer import Signer
from idp.storage.users import User
from tests.conftest import ISSUER, AddClient, Clock, Tokens
from tests.parties.relying_party import RelyingParty, unverified_claims, unverified_header
from tests.tokens.test_mint import CLIENT, GRANT, KEY

HASHES = {"RS256": hashlib.sha256, "ES256": hashlib.sha256, "Ed25519": hashlib.sha512}


def test_half_hash_of_the_standard() -> None:
    """The example of OIDC Core Appendix A.3 holds."""
    access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"

    assert half_hash(access_token, "RS256") == "77QmUPtjPfzWtF2AnpK9RQ"


async def test_claims_are_exactly_these(
    rp: RelyingParty, alice: User, tokens: Tokens, clock: Clock
) -> None:
    """Who signed in, when and how; what is known about the person is at UserInfo."""
    body = await tokens(rp, scope="openid profile email offline_access")

    claims = unverified_claims(body["id_token"])
    assert unverified_header(body["id_token"])["typ"] == "JWT"
    assert abs(claims.pop("iat") - time.time()) < 60
    assert abs(claims.pop("auth_time") - time.time()) < 60
    assert abs(claims.pop("exp") - time.time() - 3600) < 60
    assert len(claims.pop("sid")) >= 22
    assert claims == {
        "iss": ISSUER,
        "sub": alice.user_id,
        "aud": rp.client_id,
        "acr": acr.PASSWORD,
        "amr": ["pwd"],
        "nonce": rp.nonce,
        "at_hash": half_hash(body["access_token"], "RS256"),
    }


async def test_no_nonce_if_none_was_sent(rp: RelyingParty, alice: User, tokens: Tokens) -> None:
    """A claim without a value is left out."""
    body = await tokens(rp, nonce=None)

    assert "nonce" not in unverified_claims(body["id_token"])


@pytest.mark.parametrize("nonce", ["\u00e9 \"'\\&=+%00", "n" * 2000])
async def test_nonce_comes_back_as_it_was_sent(
    rp: RelyingParty, alice: User, tokens: Tokens, nonce: str
) -> None:
    """Whatever the client chose (OIDC Core §2)."""
    body = await tokens(rp, nonce=nonce)

    assert unverified_claims(body["id_token"])["nonce"] == nonce


async def test_at_hash_is_by_the_hash_of_the_signature(
    add_client: AddClient, alice: User, tokens: Tokens
) -> None:
    """The left half of the hash of the access token's ASCII (OIDC Core §3.1.3.6)."""
    kinds = [(algorithm, form) for algorithm in HASHES for form in ("jwt", "opaque")]
    clients = [
        await add_client(id_token_signed_response_alg=algorithm, access_token_format=form)
        for algorithm, form in kinds
    ]

    bodies = [await tokens(rp) for rp in clients]

    for (algorithm, _), body in zip(kinds, bodies, strict=True):
        hashed = HASHES[algorithm](body["access_token"].encode()).digest()
        left_half = base64.urlsafe_b64encode(hashed[: len(hashed) // 2]).rstrip(b"=").decode()
        assert unverified_claims(body["id_token"])["at_hash"] == left_half


async def test_auth_time_is_when_the_person_signed_in(
    rp: RelyingParty, alice: User, tokens: Tokens, clock: Clock
) -> None:
    """A second visit in the same login session does not make it younger."""
    first = unverified_claims((await tokens(rp))["id_token"])
    clock.move(300)

    second = unverified_claims((await tokens(rp))["id_token"])

    assert second["auth_time"] == first["auth_time"]
    assert second["sid"] == first["sid"]
    assert second["iat"] >= first["iat"] + 300


def test_claims_of_a_person_replace_none_of_the_protocol() -> None:
    """Whatever is kept of a person, the token says of itself what is true (OIDC Core §5.1)."""
    config, signer = Config(issuer=ISSUER), Signer(KeySet([KEY.publish(KeyState.ACTIVE)], [KEY]))
    token = IDToken(
        CLIENT, replace(GRANT, sid="sid-1"), nonce="n", access_token="a", code="c", state="s"
    )
    true = unverified_claims(issue(config, signer, token))
    said = dict.fromkeys(true, "said") | {"name": "Alice"}

    told = unverified_claims(issue(config, signer, replace(token, more=said)))

    assert {"sid", "nonce", "at_hash", "c_hash", "s_hash", "amr", "auth_time"} <= true.keys()
    assert "said" not in told.values()
    assert told.keys() == true.keys() | {"name"}
