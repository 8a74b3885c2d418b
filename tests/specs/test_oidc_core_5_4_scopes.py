"""Claims by scope (OIDC Core §5.1, §5.4), from what is kept of a person to what a client gets."""

import httpx2
import pytest

from idp.storage.users import User
from idp.users.accounts import set_claims
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddClient, Tokens
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims

KEPT = {
    "given_name": "Alice",
    "family_name": "Archer",
    "birthdate": "1990-12-31",
    "zoneinfo": "Europe/Paris",
    "locale": "en-GB",
    "website": "https://alice.example/",
    "address": {"locality": "Paris", "country": "FR"},
    "phone_number": "+33 1 23 45 67 89",
    "phone_number_verified": True,
    "email_verified": True,
}
PHONE = {name: KEPT[name] for name in ("phone_number", "phone_number_verified")}
ADDRESS = {"address": KEPT["address"]}
EVERYTHING = "openid profile email address phone"


@pytest.fixture
async def known(alice: User, provider: Provider) -> User:
    """Say of a person what there is to say."""
    await provider.database.run(set_claims, alice, KEPT)
    return alice


@pytest.mark.parametrize(("scope", "claims"), [("phone", PHONE), ("address", ADDRESS)])
async def test_5_4_address_and_phone(
    rp: RelyingParty, known: User, tokens: Tokens, scope: str, claims: dict[str, object]
) -> None:
    """An address is an object, a number text, and whether it was verified true or false."""
    token = (await tokens(rp, scope=f"openid {scope}"))["access_token"]

    assert (await rp.userinfo(token)).json() == {"sub": known.user_id} | claims


async def test_5_1_types(rp: RelyingParty, known: User, tokens: Tokens) -> None:
    """updated_at is a number, the rest as it is kept; nothing is there without a value."""
    token = (await tokens(rp, scope=EVERYTHING))["access_token"]

    claims = (await rp.userinfo(token)).json()

    assert isinstance(claims["updated_at"], int)
    assert {name: claims[name] for name in KEPT} == KEPT
    assert claims.keys() == KEPT.keys() | {
        "sub",
        "name",
        "preferred_username",
        "updated_at",
        "email",
    }


async def test_5_4_claims_are_at_userinfo(rp: RelyingParty, known: User, tokens: Tokens) -> None:
    """Where an access token is issued, the ID token has none of them."""
    id_token = unverified_claims((await tokens(rp, scope=EVERYTHING))["id_token"])

    assert id_token.keys().isdisjoint({*KEPT, "name", "email", "updated_at"})


@pytest.mark.parametrize(
    ("scope", "words"),
    [("address", "See your postal address"), ("phone", "See your phone number")],
)
async def test_a_person_is_asked(
    add_client: AddClient, known: User, browser: Browser, scope: str, words: str
) -> None:
    """The consent page says what the client would see."""
    rp = await add_client()
    shown = await browser.open(rp.authorization_url(scope=f"openid {scope}"))
    assert isinstance(shown, Page)

    shown = await browser.sign_in(shown, "alice", PASSWORD)

    assert isinstance(shown, Page)
    assert words in shown.text


async def test_consent_to_less_takes_nothing_back(
    rp: RelyingParty, known: User, tokens: Tokens, browser: Browser
) -> None:
    """What a person has allowed adds up over requests, whichever comes last."""
    await tokens(rp, scope="openid profile")
    await tokens(rp, scope="openid phone")
    await tokens(rp, scope="openid", prompt="consent")

    shown = await browser.open(rp.authorization_url(scope="openid profile phone", prompt="none"))

    assert isinstance(shown, Arrival)
    assert "code" in shown.params


async def test_3_the_metadata_lists_them(http: httpx2.AsyncClient) -> None:
    """Scopes and claims, all of which this server says itself (OIDC Core §5.6)."""
    document = (await http.get("/.well-known/openid-configuration")).json()

    assert set(EVERYTHING.split()) <= set(document["scopes_supported"])
    assert {*KEPT, "sub", "name", "email"} <= set(document["claims_supported"])
    assert document["claim_types_supported"] == ["normal"]
