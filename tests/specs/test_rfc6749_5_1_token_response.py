"""What a token response says of the token (RFC 6749 §5.1), and how long a code lives (§4.1.2)."""

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, AddClient, Clock, Configure, SignIn, Tokens
from tests.parties.clients import MACHINE, PASSWORD_CLIENT
from tests.parties.relying_party import RelyingParty, unverified_claims


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let tokens and codes live as long as somebody has chosen."""
    return configure(tokens={"access_token_lifetime": 420, "authorization_code_lifetime": 20})


@pytest.mark.parametrize("grant_type", ["authorization_code", "refresh_token"])
async def test_5_1_lifetime_is_that_of_the_token(
    rp: RelyingParty, alice: User, tokens: Tokens, grant_type: str
) -> None:
    """`expires_in` is a number of seconds, after which the token is good no more."""
    body = await tokens(rp, scope="openid offline_access")
    if grant_type == "refresh_token":
        body = (await rp.refresh(body["refresh_token"])).json()

    claims = unverified_claims(body["access_token"])
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == claims["exp"] - claims["iat"] == 420


async def test_5_1_of_a_client_itself_and_by_password(add_client: AddClient, alice: User) -> None:
    """The other grant types say the same."""
    machine, app = await add_client(**MACHINE), await add_client(**PASSWORD_CLIENT)
    typed = {"username": "alice", "password": PASSWORD}

    answers = [
        await machine.token(grant_type="client_credentials"),
        await app.token(grant_type="password", scope="openid", **typed),
    ]

    for answer in answers:
        body, claims = answer.json(), unverified_claims(answer.json()["access_token"])
        assert answer.headers["cache-control"] == "no-store"
        assert body["token_type"] == "Bearer"
        assert body["expires_in"] == claims["exp"] - claims["iat"] == 420


async def test_5_1_scope_that_differs_is_told(rp: RelyingParty, alice: User, walk: SignIn) -> None:
    """What the client is not registered for is not granted, and the client reads so (§3.3)."""
    arrival = await walk(rp, scope="openid email nothing:registered")

    body = (await rp.exchange(arrival.params["code"])).json()

    assert body["scope"] == "email openid"
    assert unverified_claims(body["access_token"])["scope"] == "email openid"


@pytest.mark.parametrize(("seconds", "status"), [(15, 200), (21, 400)])
async def test_4_1_2_lifetime_of_a_code_is_a_setting(
    rp: RelyingParty, alice: User, walk: SignIn, clock: Clock, seconds: int, status: int
) -> None:
    """`tokens.authorization_code_lifetime` says it."""
    code = (await walk(rp)).params["code"]
    clock.move(seconds)

    response = await rp.exchange(code)

    assert response.status_code == status
