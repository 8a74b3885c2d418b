"""Tokens by way of the browser: the implicit and the hybrid flow (OIDC Core §3.2, §3.3)."""

from urllib.parse import urldefrag, urlsplit

import pytest

from idp.config import Config
from idp.oidc.id_token import half_hash
from idp.storage.grants import list_client_grants
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, PASSWORD, AddClient, Clock, Configure, SignIn
from tests.parties.browser import Browser, Page
from tests.parties.clients import BY_BROWSER
from tests.parties.relying_party import RelyingParty, unverified_claims

TOKEN = {"access_token", "token_type", "expires_in", "scope"}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let clients have tokens by way of the browser."""
    return configure(protocol={"implicit": True})


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that is registered for everything."""
    return await add_client(**BY_BROWSER)


@pytest.mark.parametrize(
    ("response_type", "given"),
    [
        ("id_token", {"id_token"}),
        ("id_token token", {"id_token"} | TOKEN),
        ("token id_token", {"id_token"} | TOKEN),
        ("code id_token", {"code", "id_token"}),
        ("code token", {"code"} | TOKEN),
        ("id_token code token", {"code", "id_token"} | TOKEN),
    ],
)
async def test_response_carries_what_was_asked_for(
    rp: RelyingParty, alice: User, walk: SignIn, response_type: str, given: set[str]
) -> None:
    """All of it is in the fragment, which servers do not see (§3.2.2.5, §3.3.2.5)."""
    arrival = await walk(rp, response_type=response_type)

    assert urlsplit(urldefrag(arrival.url)[0]).query == ""
    assert set(arrival.params) == given | {"state", "iss"}
    assert arrival.params["state"] == rp.state
    assert arrival.params["iss"] == ISSUER


async def test_hashes_tie_the_id_token_to_what_travels_beside_it(
    rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """A client sees that nobody has exchanged the code, the token or the state (§3.3.2.11)."""
    params = (await walk(rp, response_type="code id_token token")).params

    claims = unverified_claims(params["id_token"])
    assert claims["c_hash"] == half_hash(params["code"], "RS256")
    assert claims["at_hash"] == half_hash(params["access_token"], "RS256")
    assert claims["s_hash"] == half_hash(rp.state, "RS256")
    assert claims["nonce"] == rp.nonce
    assert claims["sub"] == alice.user_id
    assert "email" not in claims


async def test_an_id_token_alone_holds_the_claims(
    rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """There is no access token with which to ask for them (§5.4)."""
    params = (await walk(rp, response_type="id_token")).params

    claims = unverified_claims(params["id_token"])
    assert claims["email"] == "alice@example.com"
    assert claims["sub"] == alice.user_id
    assert {"at_hash", "c_hash"}.isdisjoint(claims)


async def test_both_id_tokens_of_the_hybrid_flow_agree(
    rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """The issuer, the subject and the sign-in are the same at both endpoints (§3.3.3.6)."""
    params = (await walk(rp, response_type="code id_token")).params

    tokens = (await rp.exchange(params["code"])).json()
    first, second = (unverified_claims(each["id_token"]) for each in (params, tokens))
    assert all(first[name] == second[name] for name in ("iss", "sub", "aud", "auth_time", "sid"))


async def test_access_token_of_the_browser_is_as_good_as_any(
    rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """UserInfo takes it, until its grant is revoked."""
    params = (await walk(rp, response_type="id_token token")).params

    assert (await rp.userinfo(params["access_token"])).json()["email"] == "alice@example.com"
    await rp.revoke(params["access_token"])
    assert (await rp.userinfo(params["access_token"])).status_code == 401


async def test_no_refresh_token_travels_by_way_of_the_browser(
    rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """Not even with offline_access; the code gives one (RFC 6749 §4.2.2)."""
    params = (
        await walk(rp, response_type="code id_token token", scope="openid offline_access")
    ).params

    assert "refresh_token" not in params
    assert "refresh_token" in (await rp.exchange(params["code"])).json()


@pytest.mark.parametrize("response_type", ["id_token", "id_token token"])
async def test_without_a_code_there_is_no_offline_access(
    rp: RelyingParty,
    alice: User,
    walk: SignIn,
    browser: Browser,
    provider: Provider,
    clock: Clock,
    response_type: str,
) -> None:
    """The wish is ignored (§11): nobody is asked for it, and the grant is as short as any."""
    scope = "openid offline_access"

    shown = await browser.open(rp.authorization_url(response_type=response_type, scope=scope))
    assert isinstance(shown, Page)
    consent = await browser.sign_in(shown, "alice", PASSWORD)
    arrival = await walk(rp, response_type=response_type, scope=scope)

    assert isinstance(consent, Page)
    assert "offline" not in consent.text
    assert arrival.params.get("scope", "openid") == "openid"
    [granted] = await provider.database.run(list_client_grants, alice.user_id)
    assert granted.scope == {"openid"}
    clock.move(3600)
    assert await provider.database.run(list_client_grants, alice.user_id) == []


async def test_access_token_of_the_browser_ends_with_the_login_session(
    rp: RelyingParty, alice: User, walk: SignIn, browser: Browser
) -> None:
    """A client cannot ask for one that outlives a logout (Back-Channel Logout §2.7)."""
    scope = "openid offline_access"
    params = (await walk(rp, response_type="id_token token", scope=scope)).params
    assert (await rp.userinfo(params["access_token"])).status_code == 200

    await browser.open(f"/logout?id_token_hint={params['id_token']}")

    assert (await rp.userinfo(params["access_token"])).status_code == 401


async def test_replay_of_the_code_ends_what_came_beside_it(
    rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """All tokens of one answer are of one grant (RFC 6749 §4.1.2)."""
    params = (await walk(rp, response_type="code id_token token")).params
    assert (await rp.exchange(params["code"])).status_code == 200
    assert (await rp.userinfo(params["access_token"])).status_code == 200

    assert (await rp.exchange(params["code"])).json()["error"] == "invalid_grant"

    assert (await rp.userinfo(params["access_token"])).status_code == 401


@pytest.mark.parametrize("response_type", ["code id_token", "id_token token"])
async def test_claims_asked_for_one_by_one_are_in_the_first_id_token(
    rp: RelyingParty, alice: User, walk: SignIn, response_type: str
) -> None:
    """The claims parameter says where they are to be, whatever else travels (§5.5)."""
    claims = '{"id_token": {"email": {"essential": true}}}'

    params = (await walk(rp, response_type=response_type, scope="openid", claims=claims)).params

    assert unverified_claims(params["id_token"])["email"] == "alice@example.com"


@pytest.mark.parametrize("response_type", ["code", "id_token token", "code id_token"])
async def test_form_carries_it_if_the_client_wants_that(
    rp: RelyingParty, alice: User, walk: SignIn, browser: Browser, response_type: str
) -> None:
    """OAuth 2.0 Form Post Response Mode §2 has a page that sends itself, with a button."""
    await walk(rp)

    url = rp.authorization_url(response_type=response_type, response_mode="form_post")
    shown = await browser.open(url)

    assert isinstance(shown, Page)
    assert "form-post-page" in shown
    assert f'action="{rp.redirect_uri}"' in shown.text
    for word in response_type.replace("token", "access_token").split():
        assert f'name="{word.replace("id_access", "id")}"' in shown.text
