"""Signed authentication requests: all that a client asks is in a JWT (CIBA Core §7.1.1)."""

from typing import Any

import pytest
from joserfc.jwk import ECKey

from idp import clock
from idp.clients.errors import RegistrationRefused
from idp.config import Config
from idp.storage.users import User
from tests.conftest import ISSUER, AddClient, Configure
from tests.parties.backchannel import BANK, SIGNING, ask, opened, sign, signed_request
from tests.parties.browser import Browser, Page
from tests.parties.letters import Inbox
from tests.parties.relying_party import RelyingParty, unverified_claims

OTHER_KEY = ECKey.generate_key("P-256", {"kid": "ec"})
HOUR = 3600


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let a client ask often."""
    return configure(throttle={"enabled": False})


@pytest.fixture
async def bank(add_client: AddClient) -> RelyingParty:
    """Add a client that signs what it asks."""
    return await add_client(**SIGNING)


async def refused(rp: RelyingParty, **parameters: str | None) -> str:
    """Ask, and give the description of the invalid_request that comes."""
    response = await rp.post("/bc-authorize", **parameters)
    assert response.status_code == 400, response.text
    assert response.json()["error"] == "invalid_request"
    description: str = response.json()["error_description"]
    return description


async def test_what_is_signed_is_asked(
    bank: RelyingParty, alice: User, browser: Browser, letters: Inbox
) -> None:
    """The person sees the message that is in it, and the tokens are of the scope that is in it."""
    waiting = await signed_request(
        bank, scope="openid email", binding_message="W4SCT", requested_expiry=60
    )
    letter = await letters.letter_to("alice@example.com", "asks you to confirm")
    page = await opened(browser, letter.link)
    assert isinstance(page, Page)
    await browser.submit(page, "consent-allow")
    tokens = (await waiting.poll()).json()

    assert waiting.expires_in == 60
    assert "W4SCT" in page.text
    assert unverified_claims(tokens["id_token"])["sub"] == alice.user_id
    assert set(tokens["scope"].split()) == {"openid", "email"}


@pytest.mark.parametrize("typ", [None, "JWT", "oauth-authz-req+jwt"])
@pytest.mark.parametrize("expiry", [60, "60"])
async def test_it_may_be_written_in_several_ways(
    bank: RelyingParty, alice: User, typ: str | None, expiry: int | str
) -> None:
    """With the type of a request object or without one, numbers as numbers or as strings."""
    waiting = await signed_request(bank, typ=typ, requested_expiry=expiry)

    assert waiting.expires_in == 60


@pytest.mark.parametrize("beside", ["scope", "login_hint", "binding_message", "user_code"])
async def test_nothing_is_asked_beside_it(bank: RelyingParty, alice: User, beside: str) -> None:
    """What is not signed must not be there at all."""
    description = await refused(bank, request=sign(bank), **{beside: "openid"})

    assert "Beside request" in description


@pytest.mark.parametrize("missing", ["iss", "aud", "exp", "iat", "nbf", "jti"])
async def test_each_claim_is_needed(bank: RelyingParty, alice: User, missing: str) -> None:
    """It says who asks whom, from when until when it is good, and which of them it is."""
    await refused(bank, request=sign(bank, **{missing: None}))


WRONG: dict[str, dict[str, Any]] = {
    "another key": {"key": OTHER_KEY},
    "another algorithm": {"alg": "PS256"},
    "the typ of an access token": {"typ": "at+jwt"},
    "iss of another": {"iss": "another"},
    "aud of another": {"aud": "https://another.example"},
    "the endpoint as aud": {"aud": f"{ISSUER}/bc-authorize"},
    "exp in words": {"exp": "soon"},
    "jti is a number": {"jti": 7},
    "jti is empty": {"jti": ""},
    "a request in the request": {"request": "e.e.e"},
    "NUL": {"binding_message": "\0"},
    "scope twice": {"scope": ["openid", "email"]},
    "no scope": {"scope": None},
    "no hint": {"login_hint": None},
    "two hints": {"login_hint_token": "t"},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
async def test_what_does_not_hold_is_refused(
    bank: RelyingParty, alice: User, letters: Inbox, changes: dict[str, Any]
) -> None:
    """The error is invalid_request, whatever is wrong (§13), and nobody is asked."""
    await refused(bank, request=sign(bank, **changes))

    assert letters.unread == []


@pytest.mark.parametrize(
    ("nbf", "exp"),
    [(-600, -60), (600, 900), (0, HOUR + 600), (-HOUR - 600, 60), (-2 * HOUR, HOUR)],
    ids=["expired", "not yet", "for too long", "for too long already", "for hours"],
)
async def test_it_is_good_for_an_hour_at_most(
    bank: RelyingParty, alice: User, nbf: int, exp: int
) -> None:
    """From its nbf to its exp, which are neither long past nor yet to come."""
    now = int(clock.timestamp(clock.now()))

    await refused(bank, request=sign(bank, nbf=now + nbf, exp=now + exp))


async def test_it_could_be_an_assertion(bank: RelyingParty, alice: User) -> None:
    """What names the client as subject is for something else (RFC 9101 §10.8)."""
    description = await refused(bank, request=sign(bank, sub=bank.client_id))

    assert "sub" in description


@pytest.mark.parametrize("malformed", ["gibberish", "e30.e30.e30.e30.e30", "eA.eA.eA"])
async def test_what_is_no_signed_jwt_is_refused(
    bank: RelyingParty, alice: User, malformed: str
) -> None:
    """Neither is it read as something else."""
    await refused(bank, request=malformed)


async def test_it_is_good_once(bank: RelyingParty, alice: User, add_client: AddClient) -> None:
    """Whoever sees it cannot send it again, but another client may use the same jti."""
    other = await add_client(**SIGNING)
    first = await bank.post("/bc-authorize", request=sign(bank, jti="one"))

    again = await refused(bank, request=sign(bank, jti="one"))

    assert first.status_code == 200
    assert "jti" in again
    assert (await other.post("/bc-authorize", request=sign(other, jti="one"))).status_code == 200


async def test_it_is_spent_though_it_was_refused(bank: RelyingParty, alice: User) -> None:
    """A request that fails for something else cannot be sent again when that has changed."""
    request = sign(bank, login_hint="nobody")
    first = await bank.post("/bc-authorize", request=request)

    assert first.json()["error"] == "unknown_user_id"
    assert "jti" in await refused(bank, request=request)


async def test_4_who_is_registered_to_sign_signs(
    bank: RelyingParty, add_client: AddClient, alice: User
) -> None:
    """And nobody else does."""
    plain = await add_client(**BANK | {"jwks": SIGNING["jwks"]})

    unsigned = await ask(bank)
    signed = await plain.post("/bc-authorize", request=sign(plain))

    for response in (unsigned, signed):
        assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"jwks": None},
            "jwks or jwks_uri must be there if there is a"
            " backchannel_authentication_request_signing_alg.",
        ),
        (
            {"backchannel_authentication_request_signing_alg": "none"},
            "backchannel_authentication_request_signing_alg must be one of: RS256, PS256, ES256,"
            " Ed25519, EdDSA.",
        ),
    ],
)
async def test_4_registration_is_refused(
    add_client: AddClient, changes: dict[str, Any], text: str
) -> None:
    """Whoever signs has keys, and signs by an algorithm that is one."""
    with pytest.raises(RegistrationRefused) as told:
        await add_client(**SIGNING | changes)

    assert str(told.value) == text
