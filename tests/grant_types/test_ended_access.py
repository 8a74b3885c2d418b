"""What ends a person's or a client's access ends codes, refresh tokens and access tokens alike."""

from collections.abc import Awaitable, Callable

import pytest

from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import AddClient, SignIn, Tokens
from tests.parties.clients import MACHINE
from tests.parties.operator import Operator
from tests.parties.relying_party import RelyingParty

OFFLINE = "openid offline_access"

End = Callable[[Operator, User, RelyingParty], Awaitable[None]]

ENDINGS: dict[str, tuple[End, str]] = {
    "user disabled": (lambda o, user, _: o.disable_user(user), "invalid_grant"),
    "password changed": (
        lambda o, user, _: o.change_password(user, "a quite different passphrase"),
        "invalid_grant",
    ),
    "client disconnected": (lambda o, user, rp: o.disconnect(user, rp), "invalid_grant"),
    "client removed": (lambda o, _, rp: o.remove_client(rp), "invalid_client"),
    "client disabled": (lambda o, _, rp: o.disable_client(rp), "invalid_client"),
}

endings = pytest.mark.parametrize(("end", "error"), ENDINGS.values(), ids=ENDINGS)


@endings
async def test_code_is_refused_afterwards(
    end: End, error: str, provider: Provider, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """A code that was issued before is good for nothing."""
    code = (await walk(rp, scope=OFFLINE)).params["code"]
    await end(Operator(provider), alice, rp)

    response = await rp.exchange(code)

    assert response.json()["error"] == error
    assert "access_token" not in response.text


@endings
async def test_refresh_token_is_refused_afterwards(
    end: End, error: str, provider: Provider, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """Nothing can be refreshed any more, however fresh the token."""
    issued = await tokens(rp, scope=OFFLINE)
    rotated = (await rp.refresh(issued["refresh_token"])).json()
    await end(Operator(provider), alice, rp)

    answers = [await rp.refresh(each["refresh_token"]) for each in (rotated, issued)]

    assert [each.json()["error"] for each in answers] == [error, error]


@endings
async def test_tokens_are_inactive_afterwards(
    end: End,
    error: str,
    provider: Provider,
    add_client: AddClient,
    alice: User,
    tokens: Tokens,
) -> None:
    """Introspection and UserInfo know at once; a resource server by JWKS, when the token ends."""
    rp, machine = await add_client(), await add_client(**MACHINE)
    issued = await tokens(rp, scope=OFFLINE)
    await end(Operator(provider), alice, rp)

    answers = [
        (await machine.introspect(issued[name])).json()
        for name in ("access_token", "refresh_token")
    ]

    assert answers == [{"active": False}, {"active": False}]
    assert (await rp.userinfo(issued["access_token"])).status_code == 401


async def test_account_that_is_opened_again_starts_without_tokens(
    provider: Provider, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """What was revoked stays revoked."""
    issued = await tokens(rp, scope=OFFLINE)
    await Operator(provider).disable_user(alice)
    await Operator(provider).enable_user(alice)

    response = await rp.refresh(issued["refresh_token"])

    assert response.json()["error"] == "invalid_grant"


async def test_client_that_lost_a_grant_type_cannot_use_it(
    provider: Provider, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """The registration of today counts, not that of the day of the grant."""
    issued = await tokens(rp, scope=OFFLINE)
    await Operator(provider).change_client(rp, grant_types=["authorization_code"])

    response = await rp.refresh(issued["refresh_token"])

    assert response.json()["error"] == "unauthorized_client"


async def test_client_that_lost_a_scope_does_not_get_it(
    provider: Provider, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """A token never has more than its client is registered for."""
    issued = await tokens(rp, scope="openid email offline_access")
    await Operator(provider).change_client(rp, scope="openid offline_access")

    response = await rp.refresh(issued["refresh_token"])

    assert response.json()["scope"] == "offline_access openid"


async def test_client_that_lost_all_of_the_scope_gets_nothing(
    provider: Provider, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """A token for nothing is none."""
    issued = await tokens(rp, scope=OFFLINE)
    await Operator(provider).change_client(rp, scope="profile")

    response = await rp.refresh(issued["refresh_token"])

    assert response.json()["error"] == "invalid_scope"
