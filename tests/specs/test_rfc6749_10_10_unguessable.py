"""What nobody can guess (RFC 6749 §10.10), made of characters that nobody has to encode."""

import re
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import AddClient, Configure, SignIn
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims
from tests.parties.self_registered import register_itself

# 256 bits of base64url behind a prefix that tells what it is; and 128 bits of it.
SECRET = re.compile(r"(idp_[a-z]+_)?[A-Za-z0-9_-]{43}")
IDENTIFIER = re.compile(r"(client_)?[A-Za-z0-9_-]{22,}")


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let clients register themselves."""
    return configure(client_registration={"mode": "open"})


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client whose access tokens say nothing."""
    return await add_client(access_token_format="opaque")


NewBrowser = Callable[[], Browser]


async def sign_in(rp: RelyingParty, walk: SignIn, browser: Browser) -> dict[str, Any]:
    """Sign in in a new browser, and collect all that is secret and all that has an id."""
    page = await browser.open(rp.authorization_url())
    assert isinstance(page, Page)
    arrival = await walk(rp, browser=browser, scope="openid offline_access")
    issued = (await rp.exchange(arrival.params["code"])).json()
    return {
        "interaction": page.url.rpartition("/")[2],
        "code": arrival.params["code"],
        "access_token": issued["access_token"],
        "refresh_token": issued["refresh_token"],
        # ... but for the one that only says how somebody signed in the last time
        "cookies": {k: v for k, v in browser.cookies.items() if "last-method" not in k},
        "sid": unverified_claims(issued["id_token"])["sid"],
    }


async def test_10_10_secrets_have_256_bits(
    rp: RelyingParty, alice: User, walk: SignIn, new_browser: NewBrowser
) -> None:
    """Codes, tokens, cookies and what stands in addresses; no two are alike."""
    seen = [await sign_in(rp, walk, new_browser()) for _ in range(2)]

    for name in ("interaction", "code", "access_token", "refresh_token"):
        assert [each[name] for each in seen if not SECRET.fullmatch(each[name])] == [], name
        assert seen[0][name] != seen[1][name], name
    cookies = [value for each in seen for value in each["cookies"].values()]
    assert [value for value in cookies if not SECRET.fullmatch(value)] == []
    assert len(set(cookies)) == len(cookies) == 4
    assert seen[0]["sid"] != seen[1]["sid"]
    assert all(IDENTIFIER.fullmatch(each["sid"]) for each in seen)


async def test_10_10_jwts_have_128_bits_of_their_own(
    add_client: AddClient, alice: User, walk: SignIn
) -> None:
    """The jti of an access token, and the id of its grant."""
    rp = await add_client()

    issued = [(await rp.exchange((await walk(rp)).params["code"])).json() for _ in range(2)]

    claims = [unverified_claims(each["access_token"]) for each in issued]
    for name in ("jti", "gid"):
        assert all(IDENTIFIER.fullmatch(each[name]) for each in claims), name
        assert claims[0][name] != claims[1][name], name


async def test_2_3_1_credentials_of_clients_need_no_encoding(http: httpx2.AsyncClient) -> None:
    """Many clients forget it: ids and secrets are made of letters, digits, `_` and `-`."""
    registered = [(await register_itself(http)).information for _ in range(2)]

    for name in ("client_secret", "registration_access_token"):
        assert all(SECRET.fullmatch(each[name]) for each in registered), name
        assert registered[0][name] != registered[1][name], name
    assert all(IDENTIFIER.fullmatch(each["client_id"]) for each in registered)
    assert registered[0]["client_id"] != registered[1]["client_id"]
