"""Tokens that are bound to a key, at our own resources (RFC 9449 §4.3, §7)."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from idp.clients.registration import register
from idp.config import Config
from idp.oauth2 import dpop
from idp.storage.users import User
from idp.vocabulary import ADMIN_SCOPE
from idp.web.provider import Provider
from tests.conftest import AddClient, SignIn, Tokens
from tests.parties.clients import MACHINE
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.relying_party import RelyingParty

ALGS = 'algs="RS256 PS256 ES256 Ed25519 EdDSA"'
BOTH = f'Bearer realm="idp", DPoP {ALGS}'


@pytest.fixture
def holder(config: Config) -> Holder:
    """Hold a key."""
    return Holder(config.issuer)


@pytest.fixture
async def proving(rp: RelyingParty, holder: Holder) -> ProvingParty:
    """Add a client, with a key."""
    return ProvingParty(rp, holder)


@pytest.fixture
async def token(proving: ProvingParty, alice: User, tokens: Tokens) -> str:
    """Get an access token that is bound to the key."""
    issued: str = (await tokens(proving))["access_token"]
    return issued


def with_proof(token: str, *proofs: str, scheme: str = "DPoP") -> list[tuple[str, str]]:
    """Write header fields."""
    return [("Authorization", f"{scheme} {token}"), *(("DPoP", each) for each in proofs)]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("scheme", ["DPoP", "dpop"])
async def test_7_1_holder_is_answered(
    http: httpx2.AsyncClient, holder: Holder, alice: User, token: str, method: str, scheme: str
) -> None:
    """By a proof of this request and for this token; the name of the scheme has no case."""
    proof = holder.prove(method, "/userinfo", access_token=token)

    headers = with_proof(token, proof, scheme=scheme)
    response = await http.request(method, "/userinfo", headers=headers)

    assert response.json()["sub"] == alice.user_id


async def test_opaque_token_is_bound_too(
    add_client: AddClient, holder: Holder, alice: User, tokens: Tokens
) -> None:
    """Its row knows the key."""
    rp = ProvingParty(await add_client(access_token_format="opaque"), holder)
    issued = (await tokens(rp))["access_token"]

    right = await rp.userinfo(issued)
    rp.holder = Holder(holder.issuer)
    wrong = await rp.userinfo(issued)

    assert (right.status_code, wrong.status_code) == (200, 401)


MakeProof = Callable[[Holder, str], str]

REFUSED: dict[str, tuple[MakeProof, str]] = {
    "for another request": (
        lambda h, token: h.prove("POST", "/userinfo", access_token=token),
        dpop.FOR_ANOTHER_REQUEST,
    ),
    "for another endpoint": (
        lambda h, token: h.prove("GET", "/token", access_token=token),
        dpop.FOR_ANOTHER_REQUEST,
    ),
    "for no token": (lambda h, token: h.prove("GET", "/userinfo"), dpop.FOR_ANOTHER_TOKEN),
    "for another token": (
        lambda h, token: h.prove("GET", "/userinfo", access_token=token + "x"),
        dpop.FOR_ANOTHER_TOKEN,
    ),
    "ath is a list": (
        lambda h, token: h.prove("GET", "/userinfo", ath=[token]),
        dpop.FOR_ANOTHER_TOKEN,
    ),
    "no proof at all": (lambda h, token: "proof", dpop.NO_PROOF),
}


@pytest.mark.parametrize(("make", "text"), REFUSED.values(), ids=REFUSED)
async def test_7_1_proof_is_refused(
    http: httpx2.AsyncClient, holder: Holder, token: str, make: MakeProof, text: str
) -> None:
    """In JSON and in a challenge, with the algorithms that are supported."""
    headers = with_proof(token, make(holder, token))

    response = await http.get("/userinfo", headers=headers)

    assert (response.status_code, response.json()) == (
        401,
        {"error": "invalid_dpop_proof", "error_description": text},
    )
    assert response.headers["www-authenticate"] == (
        f'DPoP realm="idp", error="invalid_dpop_proof", error_description="{text}", {ALGS}'
    )


async def test_proof_of_another_key_is_refused(
    http: httpx2.AsyncClient, config: Config, token: str
) -> None:
    """It is the token that is not good in these hands (§7.1)."""
    proof = Holder(config.issuer).prove("GET", "/userinfo", access_token=token)

    response = await http.get("/userinfo", headers=with_proof(token, proof))

    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith(
        'DPoP realm="idp", error="invalid_token"'
    )


async def test_missing_and_repeated_proofs_are_refused(
    http: httpx2.AsyncClient, holder: Holder, token: str
) -> None:
    """There is exactly one (§4.3)."""
    two = [holder.prove("GET", "/userinfo", access_token=token) for _ in range(2)]

    answers = [
        await http.get("/userinfo", headers=with_proof(token, *proofs)) for proofs in ([], two)
    ]

    assert [(each.status_code, each.json()["error_description"]) for each in answers] == [
        (401, dpop.NEEDED_BY_TOKEN),
        (401, dpop.SEVERAL),
    ]


async def test_11_1_proof_is_good_once(
    http: httpx2.AsyncClient, holder: Holder, token: str
) -> None:
    """A second request needs another one."""
    headers = with_proof(token, holder.prove("GET", "/userinfo", access_token=token))

    answers = [await http.get("/userinfo", headers=headers) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 401]
    assert answers[1].json()["error_description"] == dpop.USED


async def test_7_2_bound_token_is_no_bearer_token(
    http: httpx2.AsyncClient, holder: Holder, token: str
) -> None:
    """Not in the header, not in the form, not with a proof beside it (§7.2)."""
    proof = holder.prove("GET", "/userinfo", access_token=token)

    answers = [
        await http.get("/userinfo", headers=with_proof(token, scheme="Bearer")),
        await http.get("/userinfo", headers=with_proof(token, proof, scheme="Bearer")),
        await http.post("/userinfo", data={"access_token": token}, headers={"DPoP": proof}),
    ]

    for response in answers:
        assert (response.status_code, response.json()["error"]) == (401, "invalid_token")
        challenge = response.headers["www-authenticate"]
        assert challenge.startswith('Bearer realm="idp", error="invalid_token"')
        assert challenge.endswith(f", DPoP {ALGS}")


async def test_bearer_token_is_no_bound_token(
    rp: RelyingParty, proving: ProvingParty, alice: User, tokens: Tokens
) -> None:
    """Whoever sends it as one believes that it is bound to a key (§7.1)."""
    issued = (await tokens(rp))["access_token"]

    response = await proving.userinfo(issued)

    assert (response.status_code, response.json()["error"]) == (401, "invalid_token")
    assert (await rp.userinfo(issued)).status_code == 200


async def test_who_sends_no_token_is_told_of_both_kinds(http: httpx2.AsyncClient) -> None:
    """Without an error (§7.1)."""
    answers = [
        await http.get("/userinfo"),
        await http.get("/userinfo", headers={"Authorization": "DPoP"}),
        await http.get("/userinfo", headers={"Authorization": "DPoP "}),
    ]

    assert {(each.status_code, each.headers["www-authenticate"]) for each in answers} == {
        (401, BOTH)
    }


async def test_revoked_token_is_refused_before_its_proof_is_looked_at(
    proving: ProvingParty, token: str
) -> None:
    """The error is that of the token."""
    await proving.revoke(token)

    response = await proving.userinfo(token)

    assert response.headers["www-authenticate"].startswith(
        'DPoP realm="idp", error="invalid_token"'
    )


async def test_scope_is_told_by_the_scheme_that_was_used(
    proving: ProvingParty, alice: User, walk: SignIn
) -> None:
    """A challenge for tokens of the same kind (RFC 6750 §3.1, RFC 9449 §7.1)."""
    arrival = await walk(proving, scope="profile")
    issued = (await proving.exchange(arrival.params["code"])).json()["access_token"]

    response = await proving.userinfo(issued)

    assert response.status_code == 403
    challenge = response.headers["www-authenticate"]
    assert challenge.startswith('DPoP realm="idp", error="insufficient_scope"')


async def test_administration_takes_bound_tokens(
    provider: Provider, http: httpx2.AsyncClient, config: Config, holder: Holder
) -> None:
    """Whoever rotates the keys had better hold one; a thief of the token does not."""

    def add() -> Any:
        metadata = MACHINE | {"scope": ADMIN_SCOPE}
        return register(metadata, config, reserved_scopes=[ADMIN_SCOPE])

    registered = await provider.database.run(add)
    secret = registered.client_secret.reveal()
    machine = ProvingParty(RelyingParty(http, registered.client.client_id, secret), holder)
    issued = (await machine.token(grant_type="client_credentials")).json()["access_token"]
    path = "/admin/keys/rotate"

    stolen = await http.post(path, headers=with_proof(issued, scheme="Bearer"))
    proof = holder.prove("POST", path, access_token=issued)
    right = await http.post(path, headers=with_proof(issued, proof))

    assert stolen.status_code == 401
    assert right.status_code in (200, 503)  # the next keys may be too young


async def test_scripts_may_send_proofs_and_read_nonces(http: httpx2.AsyncClient) -> None:
    """Of any site (Fetch §3.2)."""
    for path in ("/token", "/userinfo"):
        preflight = await http.options(path, headers={"Origin": "https://app.example"})
        answer = await http.post(path, headers={"Origin": "https://app.example"})

        assert "DPoP" in preflight.headers["access-control-allow-headers"].split(", ")
        assert "DPoP-Nonce" in answer.headers["access-control-expose-headers"].split(", ")
