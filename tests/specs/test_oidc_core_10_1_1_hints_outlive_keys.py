"""ID tokens as hints when the key that signed them is published no more (OIDC Core §10.1.1).

People stay signed in for longer than tokens live, and clients keep the ID token of the sign-in.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idp import clock as idp_clock
from idp.config import Config
from idp.signing.algorithms import Algorithm
from idp.signing.files import read_key
from idp.signing.rotation import discard_key, purge_keys, rotate_immediately
from idp.storage.signing_keys import list_signing_keys
from idp.storage.users import User
from idp.upkeep import reload_keys
from idp.web.provider import Provider
from tests.conftest import AddClient, Clock, Tokens
from tests.endpoints.test_end_session import BYE, is_page, is_signed_in, logout_url
from tests.parties.browser import Arrival, Browser
from tests.parties.relying_party import RelyingParty, unverified_claims, unverified_header

HOUR = 3600


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that knows where people go after they have signed out."""
    return await add_client(post_logout_redirect_uris=[BYE])


@pytest.fixture
async def id_token(rp: RelyingParty, alice: User, tokens: Tokens) -> str:
    """Sign a person in; give the ID token that the client keeps."""
    id_token: str = (await tokens(rp))["id_token"]
    return id_token


async def rotate(provider: Provider, config: Config, clock: Clock) -> None:
    """Let other keys sign, and all tokens of those before expire."""
    await provider.database.run(rotate_immediately, config)
    clock.move(2 * HOUR)
    await provider.database.run(purge_keys, config)
    await reload_keys(provider)


async def published(http: httpx2.AsyncClient) -> set[str]:
    """List the keys that clients see."""
    return {key["kid"] for key in (await http.get("/jwks.json")).json()["keys"]}


async def silent(browser: Browser, rp: RelyingParty, hint: str) -> dict[str, str]:
    """Ask without pages for who is hinted."""
    shown = await browser.open(rp.authorization_url(prompt="none", id_token_hint=hint))
    assert isinstance(shown, Arrival)
    return shown.params


async def test_hint_of_a_live_session_is_good(
    provider: Provider,
    config: Config,
    clock: Clock,
    http: httpx2.AsyncClient,
    rp: RelyingParty,
    browser: Browser,
    id_token: str,
) -> None:
    """It says who is meant and signs them out, though nobody could verify it any more but us."""
    await rotate(provider, config, clock)

    answer = await silent(browser, rp, id_token)
    signed_out = await browser.open(
        logout_url(id_token_hint=id_token, post_logout_redirect_uri=BYE)
    )

    assert unverified_header(id_token)["kid"] not in await published(http)
    assert "code" in answer
    assert isinstance(signed_out, Arrival)
    assert signed_out.url == BYE
    assert not await is_signed_in(browser, rp)


async def test_hint_of_a_key_that_was_discarded_is_none(
    provider: Provider,
    config: Config,
    clock: Clock,
    rp: RelyingParty,
    browser: Browser,
    id_token: str,
) -> None:
    """Whoever has stolen a key, even one that signs no more, cannot name anybody by it."""
    kid = unverified_header(id_token)["kid"]
    await rotate(provider, config, clock)

    assert await provider.database.run(discard_key, config, kid)
    await reload_keys(provider)

    assert (await silent(browser, rp, id_token))["error"] == "invalid_request"
    assert is_page(await browser.open(logout_url(id_token_hint=id_token)), "error-page", 400)
    await provider.database.run(purge_keys, config)
    assert kid not in await provider.database.run(kids)


async def test_hint_is_forgotten_when_no_session_can_be_that_old(
    provider: Provider,
    config: Config,
    clock: Clock,
    rp: RelyingParty,
    browser: Browser,
    id_token: str,
) -> None:
    """Then the key is gone."""
    kid = unverified_header(id_token)["kid"]
    await rotate(provider, config, clock)

    clock.move(config.login_sessions.kept_absolute_lifetime)
    await provider.database.run(purge_keys, config)
    await reload_keys(provider)

    assert kid not in await provider.database.run(kids)
    assert (await silent(browser, rp, id_token))["error"] == "invalid_request"


async def test_such_a_key_is_good_for_nothing_else(
    provider: Provider,
    config: Config,
    clock: Clock,
    rp: RelyingParty,
    alice: User,
    tokens: Tokens,
) -> None:
    """A token that claims to be new is refused: the key has no business to sign."""
    issued = await tokens(rp, scope="openid offline_access")
    kid = unverified_header(issued["access_token"])["kid"]
    key = read_key(Path(config.keys.directory), kid, Algorithm.RS256)
    await rotate(provider, config, clock)
    now = idp_clock.now()
    fresh: dict[str, Any] = unverified_claims(issued["access_token"]) | {
        "iat": idp_clock.timestamp(now),
        "exp": idp_clock.timestamp(now + timedelta(minutes=5)),
    }

    forged = key.sign(fresh, typ="at+jwt")
    genuine = provider.signer.sign(fresh, typ="at+jwt", algorithm="RS256")

    assert (await rp.userinfo(genuine)).status_code == 200
    assert (await rp.userinfo(forged)).status_code == 401
    assert (await rp.introspect(forged)).json() == {"active": False}


def kids() -> set[str]:
    """List the keys that are known."""
    return {row.kid for row in list_signing_keys()}
