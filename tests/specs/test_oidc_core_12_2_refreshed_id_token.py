"""The ID token of a refresh (OIDC Core §12.2): it tells of the sign-in that there was."""

import pytest

from idp.oidc.id_token import half_hash
from idp.storage.users import User
from tests.conftest import AddClient, Clock, Tokens
from tests.parties.relying_party import RelyingParty, unverified_claims

OFFLINE = "openid offline_access"


@pytest.mark.parametrize("more", [{}, {"subject_type": "pairwise"}], ids=["public", "pairwise"])
async def test_all_but_the_time_stays(
    alice: User, add_client: AddClient, tokens: Tokens, clock: Clock, more: dict[str, str]
) -> None:
    """iss, sub, aud, auth_time, acr, amr and sid are those of the first; there is no azp in either.

    It needs no nonce, and is no older than the refresh.
    """
    rp = await add_client(**more)
    issued = await tokens(rp, scope=OFFLINE)
    clock.move(100)

    refreshed = (await rp.refresh(issued["refresh_token"])).json()

    old, new = (unverified_claims(each["id_token"]) for each in (issued, refreshed))
    moved = {"iat", "exp", "at_hash"}
    assert {**old, **dict.fromkeys(moved)} == {
        **new,
        **dict.fromkeys(moved),
        "nonce": old["nonce"],
    }
    assert {"iss", "sub", "aud", "auth_time", "acr", "amr", "sid"} <= new.keys()
    assert "azp" not in new
    assert [new[name] - old[name] for name in ("iat", "exp")] == [100, 100]
    assert new["at_hash"] == half_hash(refreshed["access_token"], "RS256") != old["at_hash"]


async def test_auth_time_is_not_that_of_a_later_sign_in(
    rp: RelyingParty, alice: User, tokens: Tokens, clock: Clock
) -> None:
    """A person who signs in again makes no older grant younger."""
    first = await tokens(rp, scope=OFFLINE)
    clock.move(100)
    again = await tokens(rp, scope=OFFLINE, prompt="login")

    refreshed = (await rp.refresh(first["refresh_token"])).json()

    seen = [unverified_claims(each["id_token"])["auth_time"] for each in (first, again, refreshed)]
    assert seen[0] == seen[2]
    assert seen[1] >= seen[0] + 100


async def test_without_openid_there_is_none(rp: RelyingParty, alice: User, tokens: Tokens) -> None:
    """Neither if it was not granted, nor if the refresh leaves it out."""
    plain = await tokens(rp, scope="email offline_access")
    granted = await tokens(rp, scope="openid email offline_access")

    refreshed = [
        (await rp.refresh(plain["refresh_token"])).json(),
        (await rp.refresh(granted["refresh_token"], scope="email")).json(),
    ]

    assert [each["scope"] for each in refreshed] == ["email offline_access", "email"]
    assert not [each for each in refreshed if "id_token" in each]
