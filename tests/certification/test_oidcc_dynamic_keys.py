"""The plan for clients that register themselves: keys that change, and refresh tokens.

OpenID Connect Core 1.0 §9, §10.1.1, §12.
"""

from typing import Any

import pytest

from tests.certification.conftest import Laboratory, read
from tests.conftest import Clock
from tests.parties.certification import check_jwks, check_token_error, check_token_response, json_of
from tests.parties.certification_dynamic import (
    JWKS_PATH,
    DynamicSuite,
    Join,
    join,
    lab_that_fetches,
    publish_new_key,
    publisher,
)
from tests.parties.documented import Publisher
from tests.parties.relying_party import RelyingParty
from tests.parties.suite import HYBRID, Variant, Walk

__all__ = ["join", "lab_that_fetches", "publisher"]

PLANS = ("oidcc-dynamic-certification-test-plan",)
MODULES = (
    "oidcc-server-rotate-keys",
    "oidcc-refresh-token-rp-key-rotation",
    "oidcc-refresh-token",
    "oidcc-ensure-client-assertion-with-iss-aud-succeeds",
)
SAME_WHEN_REFRESHED = ("iss", "sub", "aud", "auth_time", "azp")  # OIDC Core §12.2
JWKS_REFRESH_DELAY = 61  # seconds; the suite waits a minute, and then for one second
COMPARED = {
    "RSA": "n",
    "EC": "x",
}  # by which the suite tells keys of a kty apart; it knows no other
WITH_CODE = [each for each in (Variant(), *HYBRID) if each.response_mode is None]

each_variant = pytest.mark.parametrize("variant", WITH_CODE, ids=str)


async def rotate_keys(lab: Laboratory) -> None:
    """Rotate the keys as docs/certification.md says, without a command line."""
    (operator,) = [each for each in read("clients.json") if each.get("scope") == "idp.admin"]
    rp = RelyingParty(lab.http, operator["client_id"], operator["client_secret"])
    tokens = check_token_response(await rp.token(grant_type="client_credentials"))
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    json_of(await lab.http.post("/admin/keys/rotate", headers=headers))


async def signing_keys(lab: Laboratory) -> dict[str, dict[str, Any]]:
    """List the keys that sign, by kid."""
    jwks = check_jwks(await lab.http.get("/jwks.json"))
    return {key["kid"]: key for key in jwks["keys"] if key.get("use", "sig") == "sig"}


async def test_oidcc_server_rotate_keys(lab: Laboratory, clock: Clock) -> None:
    """After a rotation there are new keys, each new in every way, and the old ones as well."""
    clock.move(1)  # past the beginning of the laboratory, which may be in the same second
    await rotate_keys(lab)  # from the keys that all tests have to those of the laboratory
    old = await signing_keys(lab)

    await rotate_keys(lab)

    new = await signing_keys(lab)
    added = [key for kid, key in new.items() if kid not in old]
    assert added
    for key in added:
        compared = COMPARED[key["kty"]]
        assert key[compared] not in {each.get(compared) for each in old.values()}
    assert old.items() <= new.items()


async def refreshed(suite: DynamicSuite, walk: Walk, **changes: str | None) -> str:
    """Use the refresh token of a walk, and look at what is given; give the next one."""
    answer = check_token_response(await suite.refresh(walk.tokens["refresh_token"], **changes))
    suite.take_id_token(walk, answer["id_token"], {})
    old, new = walk.id_tokens[-2:]
    assert all(new.get(name) == old.get(name) for name in SAME_WHEN_REFRESHED)
    assert new["iat"] > old["iat"]
    assert answer["access_token"] != walk.access_token
    assert (await suite.userinfo(answer["access_token"])).status_code == 200
    token: str = answer.get("refresh_token", walk.tokens["refresh_token"])
    return token


async def join_offline(join: Join, variant: Variant, **changes: Any) -> DynamicSuite:
    """Register a client that refreshes its tokens."""
    grant_types = ["authorization_code", "refresh_token"]
    grant_types += ["implicit"] if len(variant.words) > 1 else []
    suite = await join(variant, grant_types=grant_types, **changes)
    suite.scope = "openid offline_access"
    return suite


@each_variant
async def test_oidcc_refresh_token(join: Join, variant: Variant, clock: Clock) -> None:
    """Tokens are refreshed, by the client alone that has them."""
    one, other = [await join_offline(join, variant) for _ in range(2)]
    first = await one.walk(prompt="consent")
    clock.move(1)
    await refreshed(one, first, scope=one.scope)
    second = await other.walk(prompt="consent")
    clock.move(1)
    token = await refreshed(other, second)

    refused = await one.refresh(token, scope=one.scope)

    assert "refresh_token" in one.metadata["grant_types_supported"]
    assert "offline_access" in one.metadata["scopes_supported"]
    check_token_error(refused, "invalid_grant")


@each_variant
async def test_oidcc_refresh_token_rp_key_rotation(
    join: Join, publisher: Publisher, variant: Variant, clock: Clock
) -> None:
    """A client that has published another key authenticates with it a minute later."""
    uri = f"{publisher.origin}{JWKS_PATH}"
    suite = await join_offline(
        join, variant, key=publish_new_key(publisher), jwks=None, jwks_uri=uri
    )
    walk = await suite.walk(prompt="consent")
    suite.key = publish_new_key(publisher)
    clock.move(JWKS_REFRESH_DELAY)

    await refreshed(suite, walk, scope=suite.scope)

    assert publisher.asked[-1] == JWKS_PATH


@each_variant
async def test_oidcc_ensure_client_assertion_with_iss_aud_succeeds(
    join: Join, variant: Variant
) -> None:
    """A client may address its assertion to the issuer, not to the endpoint."""
    suite = await join(variant)
    suite.audience = suite.metadata["issuer"]

    walk = await suite.walk()

    assert walk.tokens["access_token"]
