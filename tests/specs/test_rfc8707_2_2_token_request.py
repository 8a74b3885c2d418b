"""Resources in the token request, and what the token is then (RFC 8707 §2.2, RFC 9068 §3)."""

from typing import Any

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import ISSUER, PASSWORD, AddClient, Clock, Configure, SignIn, Tokens
from tests.parties.clients import MACHINE, PASSWORD_CLIENT
from tests.parties.relying_party import RelyingParty, unverified_claims, unverified_header

NOTES, MAIL, BANK = "https://notes.example", "https://mail.example/v1", "urn:example:bank"
SCOPE = "openid notes.read notes.write offline_access"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Declare three APIs, one of which wants tokens of its own kind."""
    return configure(
        resources={
            NOTES: {"name": "Example Notes", "scopes": ["notes.read"]},
            MAIL: {"name": "Example Mail", "scopes": ["notes.write", "email"]},
            BANK: {
                "name": "Example Bank",
                "access_token_format": "opaque",
                "access_token_lifetime": 60,
            },
            "https://signed.example": {
                "name": "Example Signatures",
                "access_token_format": "jwt",
                "access_token_signed_response_alg": "ES256",
            },
        }
    )


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that may ask for more than the standard scopes."""
    return await add_client(scope=SCOPE)


def audience_of(response: dict[str, Any]) -> Any:
    """Say whom the access token of an answer is for."""
    return unverified_claims(response["access_token"])["aud"]


async def test_a_token_is_for_some_of_what_was_granted(
    rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """The exchange of the code narrows, each refresh anew, and none narrows the next."""
    arrival = await walk(rp, scope=SCOPE, resource=[NOTES, MAIL])

    exchanged = (await rp.exchange(arrival.params["code"], resource=NOTES)).json()
    other = (await rp.refresh(exchanged["refresh_token"], resource=MAIL)).json()
    both = (await rp.refresh(other["refresh_token"])).json()

    assert [audience_of(each) for each in (exchanged, other, both)] == [NOTES, MAIL, [MAIL, NOTES]]
    assert [each["scope"] for each in (exchanged, other, both)] == [
        "notes.read",
        "notes.write",
        "notes.read notes.write",
    ]


@pytest.mark.parametrize("granted", [None, NOTES])
@pytest.mark.parametrize(
    "asked", [MAIL, [NOTES, MAIL], "https://unknown.example", "no URI", f"{NOTES}#part"]
)
async def test_no_token_is_for_more(
    rp: RelyingParty, alice: User, walk: SignIn, granted: Any, asked: Any
) -> None:
    """invalid_target, and the code and the refresh token are as good as before."""
    code = (await walk(rp, scope=SCOPE, resource=granted)).params["code"]

    refused = await rp.exchange(code, resource=asked)
    issued = (await rp.exchange(code)).json()
    refused_again = await rp.refresh(issued["refresh_token"], resource=asked)
    refreshed = await rp.refresh(issued["refresh_token"])

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_target")
    assert (refused_again.status_code, refused_again.json()["error"]) == (400, "invalid_target")
    assert audience_of(refreshed.json()) == (granted or ISSUER)


async def test_login_and_api_in_one_grant(rp: RelyingParty, alice: User, walk: SignIn) -> None:
    """The ID token comes with each; UserInfo takes the token that is for it alone."""
    code = (await walk(rp, scope=SCOPE, resource=[NOTES, ISSUER])).params["code"]

    first = (await rp.exchange(code, resource=NOTES)).json()
    second = (await rp.refresh(first["refresh_token"], resource=ISSUER)).json()
    refused = await rp.userinfo(first["access_token"])
    told = await rp.userinfo(second["access_token"])

    assert unverified_claims(first["id_token"])["aud"] == rp.client_id
    assert (first["scope"], second["scope"]) == ("notes.read", "offline_access openid")
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    assert told.json()["sub"] == alice.user_id


async def test_a_token_with_openid_for_others_is_not_for_userinfo(
    rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """An API that gets a token cannot ask who the person is, whatever the scope says."""
    opaque = await tokens(rp, scope=SCOPE, resource=BANK)

    answer = await rp.userinfo(opaque["access_token"])

    assert "openid" in opaque["scope"]
    assert answer.status_code == 401
    assert "name the issuer" in answer.json()["error_description"]


async def test_one_api_may_want_another_kind_of_token(
    rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """Format, algorithm and lifetime are those of the API; one token is of one kind."""
    everything = [NOTES, BANK, "https://signed.example"]
    code = (await walk(rp, scope=SCOPE, resource=everything)).params["code"]

    refused = await rp.exchange(code)
    bank = (await rp.exchange(code, resource=BANK)).json()
    notes = (await rp.refresh(bank["refresh_token"], resource=NOTES)).json()
    signed = (await rp.refresh(notes["refresh_token"], resource="https://signed.example")).json()

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_target")
    assert refused.json()["error_description"].startswith("The resources take different kinds")
    assert bank["access_token"].startswith("idp_at_")
    assert (bank["expires_in"], notes["expires_in"]) == (60, 600)
    assert unverified_header(notes["access_token"])["alg"] == "RS256"
    assert unverified_header(signed["access_token"])["alg"] == "ES256"


async def test_a_token_for_an_api_ends_when_that_wants(
    rp: RelyingParty, alice: User, tokens: Tokens, clock: Clock
) -> None:
    """Its lifetime is not only told."""
    issued = await tokens(rp, scope=SCOPE, resource=BANK)

    clock.move(61)

    assert (await rp.introspect(issued["access_token"])).json() == {"active": False}


@pytest.mark.parametrize(
    ("resource", "audience", "scope"),
    [
        (NOTES, NOTES, "notes.read"),
        ([NOTES, MAIL], [MAIL, NOTES], "notes.read notes.write"),
        (None, ISSUER, "notes.read notes.write"),
    ],
)
async def test_client_credentials(
    add_client: AddClient, resource: Any, audience: Any, scope: str
) -> None:
    """A client that acts for itself names what it wants."""
    machine = await add_client(**MACHINE)

    issued = (await machine.token(grant_type="client_credentials", resource=resource)).json()

    assert audience_of(issued) == audience
    assert issued["scope"] == scope
    assert unverified_claims(issued["access_token"])["scope"] == scope


async def test_client_credentials_for_nothing_that_there_is(add_client: AddClient) -> None:
    """invalid_target: unknown, or not for this client."""
    machine = await add_client(**MACHINE, resources=[NOTES])

    unknown = await machine.token(grant_type="client_credentials", resource="https://a.example")
    others = await machine.token(grant_type="client_credentials", resource=MAIL)

    assert {unknown.json()["error"], others.json()["error"]} == {"invalid_target"}


async def test_password(add_client: AddClient, alice: User) -> None:
    """What was named is what was granted: a refresh is for no more."""
    mail = await add_client(**PASSWORD_CLIENT, scope=SCOPE)
    typed = {"grant_type": "password", "username": "alice", "password": PASSWORD}

    issued = (await mail.token(**typed, scope=SCOPE, resource=NOTES)).json()
    refreshed = (await mail.refresh(issued["refresh_token"])).json()
    refused = await mail.refresh(refreshed["refresh_token"], resource=MAIL)

    assert [audience_of(issued), audience_of(refreshed)] == [NOTES, NOTES]
    assert refused.json()["error"] == "invalid_target"


async def test_a_token_without_any_scope(rp: RelyingParty, alice: User, tokens: Tokens) -> None:
    """An API may have tokens although no word of the scope means anything to it."""
    issued = await tokens(rp, scope="openid", resource=NOTES)

    assert "scope" not in unverified_claims(issued["access_token"])
    assert "scope" not in issued
    assert "id_token" in issued
