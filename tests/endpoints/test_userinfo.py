"""UserInfo: the person's claims for a token that covers them, and RFC 6750 for all else."""

import asyncio
from collections.abc import Callable

import httpx2
import pytest

from idp.storage.clients import set_client_metadata
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import AddUser, Clock, Tokens
from tests.parties.browser import Browser
from tests.parties.relying_party import RelyingParty

BARE = 'Bearer realm="idp"'


def bearer(token: str) -> dict[str, str]:
    """Write an Authorization header."""
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_claims_of_the_scope(
    rp: RelyingParty, alice: User, tokens: Tokens, http: httpx2.AsyncClient, method: str
) -> None:
    """By GET and by POST, typed, and for nobody to keep (OIDC Core §5.3)."""
    token = (await tokens(rp, scope="openid profile email"))["access_token"]

    response = await http.request(method, "/userinfo", headers=bearer(token))

    assert response.json() == {
        "sub": alice.user_id,
        "name": "Alice",
        "preferred_username": "alice",
        "updated_at": int(alice.updated_at.timestamp()),
        "email": "alice@example.com",
        "email_verified": False,
    }
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["access-control-allow-origin"] == "*"


async def test_openid_alone_gives_the_subject(
    rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """Nothing that was not asked for is given."""
    token = (await tokens(rp, scope="openid"))["access_token"]

    response = await rp.userinfo(token)

    assert response.json() == {"sub": alice.user_id}


async def test_token_may_come_in_header_or_body(
    rp: RelyingParty, alice: User, tokens: Tokens, http: httpx2.AsyncClient
) -> None:
    """Both places of RFC 6750 §2.1 and §2.2; the name of the scheme has no case."""
    token = (await tokens(rp))["access_token"]

    answers = [
        await http.post("/userinfo", data={"access_token": token}),
        await http.get("/userinfo", headers={"Authorization": f"bearer {token}"}),
        await http.get("/userinfo", headers={"Authorization": f"BEARER  {token}"}),
        await http.post("/userinfo", headers=bearer(token), data={"access_token": ""}),
    ]

    assert [each.status_code for each in answers] == [200] * 4


async def test_token_in_two_places_is_refused(
    rp: RelyingParty, alice: User, tokens: Tokens, http: httpx2.AsyncClient
) -> None:
    """One place only (RFC 6750 §2), and once."""
    token = (await tokens(rp))["access_token"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    both = await http.post("/userinfo", headers=bearer(token), data={"access_token": token})
    twice = await http.post(
        "/userinfo", headers=form, content=f"access_token={token}&access_token={token}"
    )

    assert [(each.status_code, each.json()["error"]) for each in (both, twice)] == [
        (400, "invalid_request")
    ] * 2
    assert both.headers["www-authenticate"].startswith(f'{BARE}, error="invalid_request"')


async def test_token_in_the_url_is_not_read(
    rp: RelyingParty, alice: User, tokens: Tokens, http: httpx2.AsyncClient
) -> None:
    """URLs end up in logs and histories (RFC 9700 §4.3.2)."""
    token = (await tokens(rp))["access_token"]

    answers = [
        await http.request(method, "/userinfo", params={"access_token": token})
        for method in ("GET", "POST")
    ]

    assert [each.status_code for each in answers] == [401, 401]


async def test_who_sends_no_token_is_challenged_without_an_error(http: httpx2.AsyncClient) -> None:
    """A client that did not know gets no error code in the challenge (RFC 6750 §3.1)."""
    answers = [
        await http.get("/userinfo"),
        await http.post("/userinfo"),
        await http.get("/userinfo", headers={"Authorization": "Bearer "}),
        await http.get("/userinfo", headers={"Authorization": "Bearer"}),
        await http.get("/userinfo", headers={"Authorization": "Basic YTpi"}),
        await http.post("/userinfo", data={"access_token": ""}),
    ]

    assert {(each.status_code, each.headers["www-authenticate"]) for each in answers} == {
        (401, f'{BARE}, DPoP algs="RS256 PS256 ES256 Ed25519 EdDSA"')
    }


async def test_bad_tokens_get_one_answer(
    rp: RelyingParty,
    alice: User,
    tokens: Tokens,
    http: httpx2.AsyncClient,
    clock: Clock,
) -> None:
    """Expired, damaged, of another kind or from elsewhere: the answer is the same."""
    issued = await tokens(rp, scope="openid offline_access")
    token = issued["access_token"]
    header, claims, signature = token.split(".")
    bad = [
        "x",
        "x.y.z",
        token[:-1],
        token + "A",
        f"{header}.{claims}.",
        f"eyJhbGciOiJub25lIn0.{claims}.",
        f"{header}.{claims}.{signature} {token}",
        issued["id_token"],
        issued["refresh_token"],
        "idp_at_x",
        "x" * 20_000,
    ]

    answers = [await http.get("/userinfo", headers=bearer(each)) for each in bad]
    latin = [(b"Authorization", b"Bearer \xe9\xff")]
    answers.append(await http.get("/userinfo", headers=latin))
    clock.move(601)
    answers.append(await http.get("/userinfo", headers=bearer(token)))

    assert len({each.text for each in answers}) == 1
    assert {each.status_code for each in answers} == {401}
    assert all('error="invalid_token"' in each.headers["www-authenticate"] for each in answers)


async def test_token_without_openid_is_not_enough(
    rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """UserInfo belongs to OpenID Connect; a plain OAuth token does not open it."""
    token = (await tokens(rp, scope="email"))["access_token"]

    response = await rp.userinfo(token)

    assert (response.status_code, response.json()["error"]) == (403, "insufficient_scope")
    assert 'error="insufficient_scope"' in response.headers["www-authenticate"]


async def test_people_who_ask_at_once_each_get_their_own_claims(
    rp: RelyingParty, add_user: AddUser, tokens: Tokens, new_browser: Callable[[], Browser]
) -> None:
    """Nothing is shared between requests that run side by side."""
    users = [await add_user(f"user{number}") for number in range(5)]
    issued = [await tokens(rp, username=user.username, browser=new_browser()) for user in users]

    answers = await asyncio.gather(*(rp.userinfo(each["access_token"]) for each in issued * 4))

    assert [each.json()["sub"] for each in answers] == [user.user_id for user in users] * 4


async def test_algorithm_that_was_withdrawn(
    rp: RelyingParty, alice: User, tokens: Tokens, provider: Provider
) -> None:
    """Nothing is sent unsigned to who wants it signed; the client is told what is wrong."""
    token = (await tokens(rp))["access_token"]
    metadata = {"userinfo_signed_response_alg": "PS256"}
    await provider.database.run(set_client_metadata, rp.client_id, metadata, None)

    response = await rp.userinfo(token)

    assert response.status_code == 400
    assert response.json() == {
        "error": "unauthorized_client",
        "error_description": "The client is registered for a signature algorithm that is not on"
        " offer.",
    }
