"""A client that is held to FAPI 2.0, from its pushed request to its refresh (§5.3.2, §5.4.1)."""

import pytest
from joserfc.jwk import RSAKey

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, AddClient, Clock, Configure
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.dpop import Holder
from tests.parties.fapi import SECURITY, FAPIParty
from tests.parties.pushing import push, pushed_url
from tests.parties.relying_party import unverified_claims, unverified_header

OFFLINE = "openid offline_access"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let codes of other clients live for longer."""
    return configure(tokens={"authorization_code_lifetime": 600})


@pytest.fixture
async def rp(add_client: AddClient, config: Config) -> FAPIParty:
    """Add a client of the security profile."""
    return FAPIParty(await add_client(**SECURITY), config.issuer)


async def code_of(rp: FAPIParty, browser: Browser) -> str:
    """Let alice allow a pushed request, and give the code."""
    shown = await browser.open(await pushed_url(rp, scope=OFFLINE))
    if isinstance(shown, Page) and "login-page" in shown:
        shown = await browser.sign_in(shown, "alice", PASSWORD)
    if isinstance(shown, Page) and "consent-page" in shown:
        shown = await browser.submit(shown, "consent-allow")
    assert isinstance(shown, Arrival), getattr(shown, "text", "")
    return shown.params["code"]


async def test_the_whole_way(rp: FAPIParty, alice: User, browser: Browser) -> None:
    """It gets tokens of its key, signed by no RS256, and keeps its refresh token (§5.3.2.1)."""
    tokens = (await rp.exchange(await code_of(rp, browser))).json()
    refreshed = (await rp.refresh(tokens["refresh_token"])).json()
    userinfo = await rp.userinfo(refreshed["access_token"])

    assert tokens["token_type"] == refreshed["token_type"] == "DPoP"
    assert unverified_claims(tokens["access_token"])["cnf"] == {"jkt": rp.holder.jkt}
    assert unverified_header(tokens["access_token"])["alg"] == "ES256"
    assert unverified_header(tokens["id_token"])["alg"] == "ES256"
    assert refreshed["refresh_token"] == tokens["refresh_token"]
    assert userinfo.json()["sub"] == alice.user_id


async def test_request_must_be_pushed(rp: FAPIParty, browser: Browser) -> None:
    """What a browser brings whole is not answered with a code."""
    shown = await browser.open(rp.authorization_url())

    assert isinstance(shown, Arrival)
    assert shown.params["error"] == "invalid_request"


async def test_redirect_uri_must_be_pushed(rp: FAPIParty) -> None:
    """Though the client has only one, and OpenID Connect is not asked for (§5.3.2.2)."""
    response = await push(rp, scope="profile", redirect_uri=None)

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    assert (await push(rp, scope="profile")).status_code == 201


@pytest.mark.parametrize("missing", ["code_challenge", "code_challenge_method"])
async def test_pkce_is_needed_whatever_the_nonce(rp: FAPIParty, missing: str) -> None:
    """A nonce does not stand in for PKCE."""
    dropped = {"code_challenge": None, "code_challenge_method": None, missing: None}

    response = await push(rp, **dropped)

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_audience_is_the_issuer_alone(rp: FAPIParty, config: Config) -> None:
    """Not the endpoint, and not a list, though the issuer is in it."""
    for audience in (f"{config.issuer}/token", [config.issuer], f"{config.issuer}/par"):
        rp.assertion = rp.asserting.sign(rp.asserting.claims(aud=audience))
        response = await push(rp)
        assert (response.status_code, response.json()["error"]) == (401, "invalid_client")

    rp.assertion = rp.asserting.sign(rp.asserting.claims(aud=config.issuer))
    assert (await push(rp)).status_code == 201


async def test_rs256_is_refused(add_client: AddClient, config: Config) -> None:
    """Neither an assertion nor a proof is taken that is signed by it, whatever keys there are."""
    key = RSAKey.generate_key(2048, {"kid": "rsa"})
    metadata = SECURITY | {"jwks": {"keys": [key.as_dict(private=False)]}}
    rp = FAPIParty(await add_client(**metadata), config.issuer)

    rp.assertion = rp.asserting.sign(key=key, alg="RS256")
    by_assertion = await push(rp)
    rp.assertion = rp.asserting.sign(key=key, alg="PS256")
    rp.holder = Holder(config.issuer, key, "RS256")
    by_proof = await rp.token(grant_type="authorization_code", code="x", code_verifier="y" * 43)

    assert by_assertion.json()["error"] == "invalid_client"
    assert by_proof.json()["error"] == "invalid_dpop_proof"


async def test_rs256_is_refused_at_resources(
    rp: FAPIParty, alice: User, browser: Browser, config: Config
) -> None:
    """A token that is bound to an RSA key is not taken with a proof by RS256 either (§5.4.1)."""
    key = RSAKey.generate_key(2048)
    rp.holder = Holder(config.issuer, key, "PS256")
    tokens = (await rp.exchange(await code_of(rp, browser))).json()

    rp.holder = Holder(config.issuer, key, "RS256")
    refused = await rp.userinfo(tokens["access_token"])
    rp.holder = Holder(config.issuer, key, "PS256")
    taken = await rp.userinfo(tokens["access_token"])

    assert refused.status_code == 401
    assert 'error="invalid_dpop_proof"' in refused.headers["www-authenticate"]
    assert taken.status_code == 200


async def test_code_lives_for_a_minute_at_most(
    rp: FAPIParty, alice: User, browser: Browser, clock: Clock
) -> None:
    """However long codes of other clients live."""
    code = await code_of(rp, browser)

    clock.move(61)
    response = await rp.exchange(code)

    assert response.json()["error"] == "invalid_grant"


async def test_token_request_without_a_proof_is_refused(
    rp: FAPIParty, alice: User, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no token that is not bound; the code is still good for a request with a proof."""
    code = await code_of(rp, browser)

    monkeypatch.setattr(FAPIParty, "headers_for", lambda *_: {})
    refused = await rp.exchange(code)
    monkeypatch.undo()

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
    assert (await rp.exchange(code)).status_code == 200
