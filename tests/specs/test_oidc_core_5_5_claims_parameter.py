"""The claims parameter, from the request to the tokens (OIDC Core §5.5, §5.5.1)."""

import json
from typing import Any

import pytest

from idp.oidc.acr import PASSWORD
from idp.storage.users import User
from tests.conftest import ISSUER, AddClient, AddUser, SignIn, Tokens
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims

OFFLINE = "openid offline_access"
BOTH = {"userinfo": {"email": None, "unknown": None}, "id_token": {"name": {"essential": True}}}


def write(**places: Any) -> str:
    """Write the parameter."""
    return json.dumps(places)


async def test_claims_are_given_where_they_were_asked_for(
    rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """Each claim is in its place and no other, after a refresh too; unknown ones are ignored."""
    body = await tokens(rp, scope=OFFLINE, claims=write(**BOTH))
    refreshed = (await rp.refresh(body["refresh_token"])).json()

    for each in (body, refreshed):
        userinfo = (await rp.userinfo(each["access_token"])).json()
        id_token = unverified_claims(each["id_token"])
        assert userinfo == {"sub": alice.user_id, "email": alice.email}
        assert id_token["name"] == alice.name
        assert "email" not in id_token


async def test_no_claim_of_the_protocol_can_be_asked_away(
    rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """What the ID token says of itself stays true, whatever value is asked for."""
    asked = {"iss": {"value": "https://evil.example"}, "aud": {"value": "other"}, "exp": None}

    claims = unverified_claims((await tokens(rp, claims=write(id_token=asked)))["id_token"])

    assert (claims["iss"], claims["aud"], claims["sub"]) == (ISSUER, rp.client_id, alice.user_id)


async def test_client_gets_no_claim_that_it_is_not_registered_for(
    add_client: AddClient, alice: User, tokens: Tokens
) -> None:
    """A claim whose scope is not the client's is ignored, as the scope itself would be."""
    rp = await add_client(scope="openid profile")

    body = await tokens(rp, scope="openid", claims=write(userinfo={"email": None}))

    assert (await rp.userinfo(body["access_token"])).json() == {"sub": alice.user_id}


async def test_person_is_asked_for_single_claims_once(
    rp: RelyingParty, alice: User, browser: Browser, walk: SignIn
) -> None:
    """The consent page says in words what is wanted beyond the scope, and it is remembered."""
    await walk(rp, scope="openid")
    url = rp.authorization_url(scope="openid", claims=write(userinfo={"email": None}))

    silent = await browser.open(f"{url}&prompt=none")
    page = await browser.open(url)
    assert isinstance(page, Page)
    allowed = await browser.submit(page, "consent-allow")
    again = await browser.open(url)

    assert isinstance(silent, Arrival)
    assert silent.params["error"] == "consent_required"
    assert "See your email address" in page.text
    assert isinstance(allowed, Arrival)
    assert isinstance(again, Arrival)
    assert "code" in again.params


async def test_consent_to_a_scope_covers_its_claims(
    rp: RelyingParty, alice: User, browser: Browser, walk: SignIn
) -> None:
    """Who has allowed email is not asked for the claim email."""
    await walk(rp, scope="openid email")

    arrival = await browser.open(
        rp.authorization_url(scope="openid", claims=write(id_token={"email": None}), prompt="none")
    )

    assert isinstance(arrival, Arrival)
    assert "code" in arrival.params


@pytest.mark.parametrize("place", ["id_token", "userinfo"])
async def test_sub_with_a_value_is_a_requirement(
    rp: RelyingParty,
    alice: User,
    add_user: AddUser,
    browser: Browser,
    walk: SignIn,
    place: str,
) -> None:
    """The person who is asked for is answered for; anybody else has to let that person sign in."""
    bob = await add_user("bob")
    await walk(rp)

    def asking_for(user: User, prompt: str | None) -> str:
        claims = write(**{place: {"sub": {"value": user.user_id}}})
        return rp.authorization_url(claims=claims, prompt=prompt)

    right = await browser.open(asking_for(alice, "none"))
    wrong = await browser.open(asking_for(bob, "none"))
    page = await browser.open(asking_for(bob, None))

    assert isinstance(right, Arrival)
    assert "code" in right.params
    assert isinstance(wrong, Arrival)
    assert wrong.params["error"] == "login_required"
    assert (wrong.params["state"], wrong.params["iss"]) == (rp.state, ISSUER)
    assert isinstance(page, Page)
    assert "login-page" in page


@pytest.mark.parametrize(
    "malformed",
    [
        "not JSON",
        "[]",
        '{"userinfo": []}',
        '{"id_token": null}',
        '{"id_token": {"name": true}}',
        '{"id_token": {"name": {"essential": "yes"}}}',
        '{"id_token": {"acr": {"values": "one"}}}',
        "[" * 1900,
    ],
)
async def test_malformed_claims_are_refused(
    rp: RelyingParty, browser: Browser, malformed: str
) -> None:
    """The client is told, with its state and who says so."""
    arrival = await browser.open(rp.authorization_url(claims=malformed))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "invalid_request"
    assert (arrival.params["state"], arrival.params["iss"]) == (rp.state, ISSUER)


async def test_essential_acr_that_cannot_be_met_is_refused(
    rp: RelyingParty, browser: Browser
) -> None:
    """Before anybody signs in (§5.5.1.1)."""
    asked = {"acr": {"essential": True, "values": ["urn:example:gold", "urn:example:silver"]}}

    arrival = await browser.open(rp.authorization_url(claims=write(id_token=asked)))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "unmet_authentication_requirements"
    assert (arrival.params["state"], arrival.params["iss"]) == (rp.state, ISSUER)


@pytest.mark.parametrize(
    "changes",
    [
        {"acr_values": "urn:example:gold"},
        {"acr_values": f"urn:example:gold {PASSWORD}"},
        {"claims": write(id_token={"acr": {"value": "urn:example:gold"}})},
        {"claims": write(id_token={"acr": {"essential": True}})},
        {
            "claims": write(
                id_token={"acr": {"essential": True, "values": ["urn:example:gold", PASSWORD]}}
            )
        },
    ],
)
async def test_acr_says_what_was_done(
    rp: RelyingParty, alice: User, tokens: Tokens, changes: dict[str, str]
) -> None:
    """A voluntary wish that cannot be met never fails (§3.1.2.1)."""
    body = await tokens(rp, **changes)

    assert unverified_claims(body["id_token"])["acr"] == PASSWORD
