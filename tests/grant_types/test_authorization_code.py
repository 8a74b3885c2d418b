"""Codes at the token endpoint: each is redeemed once, by its client, with the right values."""

import asyncio
from typing import Any

import httpx2
import pytest

from idp.storage.users import User
from tests.conftest import AddClient, Clock, SignIn
from tests.parties.clients import MACHINE
from tests.parties.relying_party import RelyingParty, unverified_claims

OFFLINE = "openid offline_access"
OTHER_VERIFIER = "v" * 43

pytestmark = pytest.mark.usefixtures("alice")


async def is_active(add_client: AddClient, token: str) -> bool:
    """Ask as a resource server whether a token is good."""
    machine = await add_client(**MACHINE)
    active: bool = (await machine.introspect(token)).json()["active"]
    return active


def outcome(response: httpx2.Response) -> tuple[int, Any]:
    """Give what a client acts on."""
    return response.status_code, response.json().get("error")


async def test_code_is_exchanged_for_what_was_granted(
    rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """The answer has the tokens of this scope, and nobody may keep it."""
    arrival = await walk(rp, scope=OFFLINE)

    response = await rp.exchange(arrival.params["code"])

    body = response.json()
    assert response.status_code == 200
    assert set(body) == {
        "access_token",
        "token_type",
        "expires_in",
        "scope",
        "refresh_token",
        "id_token",
    }
    assert (body["token_type"], body["expires_in"], body["scope"]) == (
        "Bearer",
        600,
        "offline_access openid",
    )
    assert response.headers["cache-control"] == "no-store"
    assert unverified_claims(body["access_token"])["sub"] == alice.user_id


async def test_no_refresh_token_without_offline_access(rp: RelyingParty, walk: SignIn) -> None:
    """A refresh token needs the scope offline_access, which the person has seen."""
    arrival = await walk(rp, scope="openid email")

    body = (await rp.exchange(arrival.params["code"])).json()

    assert "refresh_token" not in body


async def test_no_refresh_token_for_a_client_without_that_grant_type(
    add_client: AddClient, walk: SignIn
) -> None:
    """A client that may not refresh gets nothing to refresh with."""
    rp = await add_client(grant_types=["authorization_code"])
    arrival = await walk(rp, scope=OFFLINE)

    body = (await rp.exchange(arrival.params["code"])).json()

    assert "refresh_token" not in body


async def test_no_id_token_without_openid(rp: RelyingParty, walk: SignIn) -> None:
    """A plain OAuth request gets an access token alone."""
    arrival = await walk(rp, scope="email")

    body = (await rp.exchange(arrival.params["code"])).json()

    assert "id_token" not in body


async def test_refusals_do_not_cost_the_right_client_its_code(
    rp: RelyingParty, public_rp: RelyingParty, add_client: AddClient, walk: SignIn
) -> None:
    """A wrong verifier, redirect_uri or client is refused, and the code is still good."""
    other = await add_client()
    code = (await walk(rp)).params["code"]
    tried: list[tuple[RelyingParty, dict[str, str | None], str]] = [
        (rp, {"code_verifier": OTHER_VERIFIER}, "invalid_grant"),
        (rp, {"code_verifier": rp.code_challenge}, "invalid_grant"),
        (rp, {"code_verifier": "short"}, "invalid_grant"),
        (rp, {"code_verifier": None}, "invalid_request"),
        (rp, {"code_verifier": ""}, "invalid_request"),
        (rp, {"redirect_uri": None}, "invalid_grant"),
        (rp, {"redirect_uri": rp.redirect_uri + "/"}, "invalid_grant"),
        (rp, {"redirect_uri": rp.redirect_uri.upper()}, "invalid_grant"),
        (rp, {"redirect_uri": "https://evil.example/\"'\\\u00e9"}, "invalid_grant"),
        (rp, {"code": code[:-1]}, "invalid_grant"),
        (rp, {"code": code + "a"}, "invalid_grant"),
        (rp, {"code": "\u00e9\"'"}, "invalid_grant"),
        (rp, {"code": None}, "invalid_request"),
        (rp, {"grant_type": "refresh_token"}, "invalid_request"),
        (rp, {"grant_type": "client_credentials"}, "unauthorized_client"),
        (other, {"code_verifier": rp.code_verifier}, "invalid_grant"),
        (public_rp, {"code_verifier": rp.code_verifier}, "invalid_grant"),
    ]

    answers = [
        outcome(await each.exchange(**({"code": code} | changes))) for each, changes, _ in tried
    ]

    assert answers == [(400, error) for _, _, error in tried]
    assert (await rp.exchange(code)).status_code == 200


async def test_five_wrong_verifiers_burn_the_code(rp: RelyingParty, walk: SignIn) -> None:
    """Nobody gets to guess a verifier for as long as a code lives."""
    code = (await walk(rp)).params["code"]
    for _ in range(5):
        await rp.exchange(code, code_verifier=OTHER_VERIFIER)

    response = await rp.exchange(code)

    assert outcome(response) == (400, "invalid_grant")


async def test_four_wrong_verifiers_do_not(rp: RelyingParty, walk: SignIn) -> None:
    """A client that mixed up its tabs still gets its tokens."""
    code = (await walk(rp)).params["code"]
    for _ in range(4):
        await rp.exchange(code, code_verifier=OTHER_VERIFIER)

    response = await rp.exchange(code)

    assert response.status_code == 200


async def test_verifier_without_a_challenge_is_refused(rp: RelyingParty, walk: SignIn) -> None:
    """Somebody took the challenge out of the request (RFC 9700 §4.8.2)."""
    without = {"code_challenge": None, "code_challenge_method": None}
    code = (await walk(rp, **without)).params["code"]

    refused = await rp.exchange(code)

    assert outcome(refused) == (400, "invalid_grant")
    assert (await rp.exchange(code, code_verifier=None)).status_code == 200


async def test_code_of_a_public_client_is_bound_to_its_challenge(
    public_rp: RelyingParty, walk: SignIn
) -> None:
    """A public client has nothing else to show, so it must show the verifier."""
    code = (await walk(public_rp)).params["code"]

    refused = await public_rp.exchange(code, code_verifier=None)

    assert outcome(refused) == (400, "invalid_request")
    assert (await public_rp.exchange(code)).status_code == 200


async def test_redirect_uri_that_was_not_sent_need_not_be_repeated(
    rp: RelyingParty, walk: SignIn
) -> None:
    """Only what the authorization request named has to be named again (RFC 6749 §4.1.3)."""
    code = (await walk(rp, scope="email", redirect_uri=None)).params["code"]

    response = await rp.exchange(code, redirect_uri=None)

    assert response.status_code == 200


@pytest.mark.parametrize(("seconds", "outcome_then"), [(55, 200), (61, 400)])
async def test_code_lives_for_a_minute(
    rp: RelyingParty, walk: SignIn, clock: Clock, seconds: int, outcome_then: int
) -> None:
    """An old code is refused as an unknown one is."""
    code = (await walk(rp)).params["code"]
    clock.move(seconds)

    response = await rp.exchange(code)

    assert response.status_code == outcome_then


async def test_replay_ends_all_that_came_of_the_code(
    rp: RelyingParty, add_client: AddClient, walk: SignIn
) -> None:
    """Who presents a code again, with all the right values, has a copy (RFC 6749 §4.1.2)."""
    code = (await walk(rp, scope=OFFLINE)).params["code"]
    tokens = (await rp.exchange(code)).json()

    replay = await rp.exchange(code)

    assert outcome(replay) == (400, "invalid_grant")
    assert not await is_active(add_client, tokens["access_token"])
    assert (await rp.userinfo(tokens["access_token"])).status_code == 401
    assert outcome(await rp.refresh(tokens["refresh_token"])) == (400, "invalid_grant")


async def test_replay_after_the_code_has_expired_is_seen_too(
    rp: RelyingParty, add_client: AddClient, walk: SignIn, clock: Clock
) -> None:
    """A copy is a copy, however late it turns up."""
    code = (await walk(rp, scope=OFFLINE)).params["code"]
    tokens = (await rp.exchange(code)).json()
    clock.move(120)

    await rp.exchange(code)

    assert not await is_active(add_client, tokens["access_token"])


async def test_replay_with_anything_wrong_ends_nothing(
    rp: RelyingParty, public_rp: RelyingParty, add_client: AddClient, walk: SignIn
) -> None:
    """A code that leaked without its verifier is no lever to sign somebody out."""
    code = (await walk(rp)).params["code"]
    tokens = (await rp.exchange(code)).json()

    await rp.exchange(code, code_verifier=OTHER_VERIFIER)
    await rp.exchange(code, redirect_uri="https://evil.example/")
    await public_rp.exchange(code, code_verifier=rp.code_verifier)

    assert await is_active(add_client, tokens["access_token"])


async def test_one_of_twenty_parallel_exchanges_wins_and_the_grant_ends(
    rp: RelyingParty, add_client: AddClient, walk: SignIn
) -> None:
    """One code, one token response; the others are replays, so its tokens are revoked."""
    code = (await walk(rp, scope=OFFLINE)).params["code"]

    answers = await asyncio.gather(*(rp.exchange(code) for _ in range(20)))

    won = [each.json() for each in answers if each.status_code == 200]
    lost = [outcome(each) for each in answers if each.status_code != 200]
    assert (len(won), lost) == (1, [(400, "invalid_grant")] * 19)
    assert not await is_active(add_client, won[0]["access_token"])
    assert outcome(await rp.refresh(won[0]["refresh_token"])) == (400, "invalid_grant")


async def test_replay_of_one_code_leaves_the_others_alone(
    rp: RelyingParty, add_client: AddClient, walk: SignIn
) -> None:
    """Only the grant of that code ends, not all that the person allowed the client."""
    first = (await walk(rp)).params["code"]
    await rp.exchange(first)
    second = (await rp.exchange((await walk(rp)).params["code"])).json()

    await rp.exchange(first)

    assert await is_active(add_client, second["access_token"])
