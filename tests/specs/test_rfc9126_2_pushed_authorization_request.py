"""What a client may push, and how it is answered (RFC 9126 §2)."""

import time
import uuid

import httpx2
import pytest
from joserfc import jwt

from tests.conftest import ISSUER, AddClient, Clock
from tests.parties.browser import Browser, Page
from tests.parties.pushing import parameters_of, push, url_of
from tests.parties.relying_party import RelyingParty
from tests.parties.request_objects import JWKS, KEYS

PREFIX = "urn:ietf:params:oauth:request_uri:"


def told(response: httpx2.Response) -> tuple[int, str]:
    """Read how a client is refused."""
    body = response.json()
    assert body["error_description"]
    assert "request_uri" not in body
    return response.status_code, body["error"]


async def test_answer_names_the_request(rp: RelyingParty) -> None:
    """201, JSON that nobody keeps, a URN, and for how long it is good (§2.2)."""
    response = await push(rp)

    assert response.status_code == 201
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert body.keys() == {"request_uri", "expires_in"}
    assert body["request_uri"].startswith(PREFIX)
    assert body["expires_in"] == 60


async def test_name_cannot_be_guessed(rp: RelyingParty) -> None:
    """It has 256 random bits, and is another each time, whatever is pushed (§2.2, §7.1)."""
    names = {(await push(rp)).json()["request_uri"].removeprefix(PREFIX) for _ in range(3)}

    assert len(names) == 3
    assert {len(name) for name in names} == {43}


async def test_name_is_good_until_it_expires(
    rp: RelyingParty, browser: Browser, clock: Clock
) -> None:
    """To the second, and the person is told what to do then (§2.2, §4)."""
    body = (await push(rp)).json()
    url = url_of(rp, body["request_uri"])

    clock.move(body["expires_in"] - 5)
    in_time = await browser.open(url)
    clock.move(6)
    late = await browser.open(url)

    assert isinstance(in_time, Page)
    assert "login-page" in in_time
    assert isinstance(late, Page)
    assert "error-page" in late
    assert late.status == 400
    assert "start again" in late.text


async def test_client_authenticates_as_at_the_token_endpoint(add_client: AddClient) -> None:
    """By what it is registered for, and by nothing else (§2.1)."""
    basic = await add_client()
    post = await add_client(token_endpoint_auth_method="client_secret_post")
    public = await add_client(token_endpoint_auth_method="none")
    asked = parameters_of(post) | {"client_secret": post.client_secret}

    accepted = [
        await push(basic),
        await RelyingParty(post.http, post.client_id).post("/par", **asked),
        await push(public),
    ]
    refused = [
        await push(RelyingParty(basic.http, basic.client_id, "wrong")),
        await push(RelyingParty(basic.http, basic.client_id)),
        await push(post),
        await push(RelyingParty(public.http, "nobody")),
    ]

    assert [each.status_code for each in accepted] == [201, 201, 201]
    assert [told(each) for each in refused] == [(401, "invalid_client")] * 4
    assert "www-authenticate" in refused[0].headers


@pytest.mark.parametrize("audience", [ISSUER, f"{ISSUER}/token", f"{ISSUER}/par"])
async def test_assertion_may_name_any_of_three_audiences(
    add_client: AddClient, audience: str
) -> None:
    """The issuer, the token endpoint or this one; and an assertion is good once (§2)."""
    rp = await add_client(token_endpoint_auth_method="private_key_jwt", jwks=JWKS)
    asked = parameters_of(rp) | assertion_of(rp, audience)

    response = await RelyingParty(rp.http, rp.client_id).post("/par", **asked)
    again = await RelyingParty(rp.http, rp.client_id).post("/par", **asked)

    assert response.status_code == 201, response.text
    assert told(again) == (401, "invalid_client")


async def test_assertion_for_another_endpoint_is_refused(add_client: AddClient) -> None:
    """What was meant for elsewhere is not taken here."""
    rp = await add_client(token_endpoint_auth_method="private_key_jwt", jwks=JWKS)
    asked = parameters_of(rp) | assertion_of(rp, f"{ISSUER}/introspect")

    response = await RelyingParty(rp.http, rp.client_id).post("/par", **asked)

    assert told(response) == (401, "invalid_client")


def assertion_of(rp: RelyingParty, audience: str) -> dict[str, str | None]:
    """Sign an assertion (RFC 7523 §2.2)."""
    now = int(time.time())
    claims = {"iss": rp.client_id, "sub": rp.client_id, "aud": audience, "jti": str(uuid.uuid4())}
    signed = jwt.encode({"alg": "ES256", "kid": "ec"}, claims | {"exp": now + 60}, KEYS["ES256"])
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    return {"client_assertion": signed, "client_assertion_type": kind}


async def test_two_methods_at_once_are_refused(rp: RelyingParty) -> None:
    """A secret in the header and in the form (RFC 6749 §2.3)."""
    response = await rp.post("/par", client_secret=rp.client_secret)

    assert told(response) == (400, "invalid_request")


async def test_client_id_is_that_of_who_authenticates(
    rp: RelyingParty, add_client: AddClient
) -> None:
    """It is a parameter of the request, which must be there and must not be another's (§2.1)."""
    other = await add_client()

    missing = await rp.post("/par", **{**parameters_of(rp), "client_id": None})
    another = await rp.post("/par", **{**parameters_of(rp), "client_id": other.client_id})

    assert told(missing) == (400, "invalid_request")
    assert told(another) == (401, "invalid_client")


@pytest.mark.parametrize("request_uri", [f"{PREFIX}a", "https://rp.example/request.jwt"])
async def test_request_uri_is_refused(rp: RelyingParty, request_uri: str) -> None:
    """A name cannot be pushed, in whatever form (§2.1)."""
    response = await rp.post("/par", **parameters_of(rp), request_uri=request_uri)

    assert told(response) == (400, "invalid_request")


REFUSED: dict[str, tuple[dict[str, str | None], str]] = {
    "another redirect_uri": ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
    "no redirect_uri": ({"redirect_uri": None}, "invalid_request"),
    "no response_type": ({"response_type": None}, "invalid_request"),
    "another response_type": ({"response_type": "token"}, "unsupported_response_type"),
    "no scope that it may have": ({"scope": "notes.write"}, "invalid_scope"),
    "plain PKCE": ({"code_challenge_method": "plain"}, "invalid_request"),
    "an unknown prompt": ({"prompt": "please"}, "invalid_request"),
    "a foreign hint": ({"id_token_hint": "e.e.e"}, "invalid_request"),
    "an endless parameter": ({"login_hint": "x" * 2001}, "invalid_request"),
}


@pytest.mark.parametrize(("changes", "error"), REFUSED.values(), ids=REFUSED)
async def test_whole_request_is_checked_at_once(
    rp: RelyingParty, changes: dict[str, str | None], error: str
) -> None:
    """The client is told in JSON what would otherwise be told by way of the browser (§2.3)."""
    assert told(await push(rp, **changes)) == (400, error)


async def test_public_client_needs_pkce(public_rp: RelyingParty) -> None:
    """Pushing is no substitute for it (§2.1, RFC 7636)."""
    response = await push(public_rp, code_challenge=None, code_challenge_method=None)

    assert told(response) == (400, "invalid_request")


async def test_repeated_parameter_is_refused(public_rp: RelyingParty) -> None:
    """As by way of the browser (RFC 6749 §3.1)."""
    query = public_rp.authorization_url().partition("?")[2]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    async def push_also(more: str) -> httpx2.Response:
        return await public_rp.http.post("/par", content=f"{query}&{more}", headers=headers)

    assert told(await push_also("state=twice")) == (400, "invalid_request")
    assert told(await push_also("redirect_uri=https://rp.example/other")) == (
        400,
        "invalid_request",
    )


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_only_post_is_taken(rp: RelyingParty, method: str) -> None:
    """405 (§2.3)."""
    response = await rp.http.request(method, "/par")

    assert response.status_code == 405
    assert "POST" in response.headers["allow"]


async def test_body_is_a_form_of_some_length(public_rp: RelyingParty) -> None:
    """413 if it is too long (§2.3), 400 if it is something else."""
    much = await push(public_rp, login_hint="x" * 70_000)
    json = await public_rp.http.post("/par", json=parameters_of(public_rp))

    assert told(much) == (413, "invalid_request")
    assert told(json) == (400, "invalid_request")


async def test_parameters_of_the_address_do_not_count(rp: RelyingParty) -> None:
    """Whoever pushes sends a body (§2.1)."""
    auth = (rp.client_id, rp.client_secret or "")
    path = rp.authorization_url().replace("/authorize?", "/par?")

    response = await rp.http.post(path, auth=auth)

    assert told(response) == (400, "invalid_request")


async def test_disabled_grant_is_refused(add_client: AddClient) -> None:
    """A client that has no codes has nothing to ask a person for."""
    machine = await add_client(
        grant_types=["client_credentials"], response_types=[], scope="", redirect_uris=[]
    )

    assert told(await push(machine)) == (400, "invalid_request")
