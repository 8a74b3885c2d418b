"""Revocation: what ends with a token, and for whom (RFC 7009)."""

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from idp.storage.audit_events import audit_events
from idp.storage.database import db
from idp.web.provider import Provider
from tests.conftest import AddClient, Tokens
from tests.parties.clients import MACHINE
from tests.parties.relying_party import RelyingParty

OFFLINE = "openid offline_access"

pytestmark = pytest.mark.usefixtures("alice")


async def active(add_client: AddClient, *tokens: str) -> list[bool]:
    """Ask as a resource server which tokens are good."""
    machine = await add_client(**MACHINE)
    return [(await machine.introspect(token)).json()["active"] for token in tokens]


@pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])
async def test_revoked_access_token_ends_alone(
    add_client: AddClient, tokens: Tokens, access_token_format: str
) -> None:
    """A client gives one access token back, and goes on with the others."""
    rp = await add_client(access_token_format=access_token_format)
    first = await tokens(rp, scope=OFFLINE)
    second = (await rp.refresh(first["refresh_token"])).json()

    response = await rp.revoke(first["access_token"])

    assert (response.status_code, response.json()) == (200, {})
    asked = (first["access_token"], second["access_token"], second["refresh_token"])
    assert await active(add_client, *asked) == [False, True, True]
    assert (await rp.userinfo(first["access_token"])).status_code == 401


@pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])
async def test_revoked_refresh_token_ends_its_grant(
    add_client: AddClient, tokens: Tokens, access_token_format: str
) -> None:
    """With a refresh token goes all that came of its grant (RFC 7009 §2.1)."""
    rp = await add_client(access_token_format=access_token_format)
    first = await tokens(rp, scope=OFFLINE)
    second = (await rp.refresh(first["refresh_token"])).json()

    response = await rp.revoke(second["refresh_token"])

    assert response.status_code == 200
    asked = (first["access_token"], second["access_token"], second["refresh_token"])
    assert await active(add_client, *asked) == [False, False, False]
    assert (await rp.refresh(second["refresh_token"])).json()["error"] == "invalid_grant"


async def test_refresh_token_that_was_replaced_ends_the_grant_too(
    rp: RelyingParty, add_client: AddClient, tokens: Tokens
) -> None:
    """A client that lost the answer to its last refresh can still sign out."""
    first = await tokens(rp, scope=OFFLINE)
    second = (await rp.refresh(first["refresh_token"])).json()

    await rp.revoke(first["refresh_token"])

    assert await active(add_client, second["access_token"]) == [False]


async def test_public_client_may_revoke(public_rp: RelyingParty, tokens: Tokens) -> None:
    """Who has the token and names the client may end it."""
    issued = await tokens(public_rp, scope=OFFLINE)

    await public_rp.revoke(issued["refresh_token"])

    assert (await public_rp.userinfo(issued["access_token"])).status_code == 401


async def test_tokens_of_others_stay_good(
    rp: RelyingParty, add_client: AddClient, tokens: Tokens
) -> None:
    """Only the client of a token may revoke it, a resource server neither."""
    issued = await tokens(rp, scope=OFFLINE)
    others = [await add_client(), await add_client(**MACHINE)]
    kinds = ("access_token", "refresh_token")

    answers = [await other.revoke(issued[kind]) for other in others for kind in kinds]

    assert [(each.status_code, each.json()["error"]) for each in answers] == [
        (400, "invalid_grant")
    ] * 4
    assert await active(add_client, *(issued[kind] for kind in kinds)) == [True, True]


async def test_what_is_no_token_is_as_good_as_revoked(rp: RelyingParty, tokens: Tokens) -> None:
    """An unknown token is no error (RFC 7009 §2.2), nor is a wrong hint."""
    issued = await tokens(rp, scope=OFFLINE)

    answers = [
        await rp.revoke("x"),
        await rp.revoke("\u00e9"),
        await rp.revoke("idp_rt_x"),
        await rp.revoke("x", token_type_hint="unknown"),
        await rp.revoke(issued["id_token"]),
        await rp.revoke(issued["access_token"], token_type_hint="refresh_token"),
        await rp.revoke(issued["access_token"]),
        await rp.revoke(issued["refresh_token"], token_type_hint="access_token"),
        await rp.revoke(issued["refresh_token"]),
    ]

    assert {each.status_code for each in answers} == {200}


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])
async def test_revoking_again_is_no_event(
    add_client: AddClient, tokens: Tokens, provider: Provider, access_token_format: str, kind: str
) -> None:
    """What is revoked already is not revoked again, so it cannot fill the table."""
    rp = await add_client(access_token_format=access_token_format)
    issued = await tokens(rp, scope=OFFLINE)

    answers = [await rp.revoke(issued[kind]) for _ in range(3)]

    assert [each.status_code for each in answers] == [200] * 3
    assert await provider.database.run(count_revocations) == 1


def count_revocations() -> int:
    """Count the events that tell of a revoked token."""
    is_revocation = audit_events.c.name == "token_revoked"
    return db().scalar(select(func.count()).select_from(audit_events).where(is_revocation)) or 0


async def test_failing_database_is_not_taken_for_success(
    rp: RelyingParty, add_client: AddClient, tokens: Tokens, provider: Provider
) -> None:
    """A client must not believe that a token is revoked when it is not (RFC 7009 §2.2.1)."""
    token = (await tokens(rp, scope=OFFLINE))["refresh_token"]
    engine = provider.database.engine.sync_engine

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE grants"):
            raise OperationalError(statement, None, Exception("no space left"))

    event.listen(engine, "before_cursor_execute", fail)
    response = await rp.revoke(token)
    event.remove(engine, "before_cursor_execute", fail)

    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
    assert await active(add_client, token) == [True]


async def test_token_must_be_there(rp: RelyingParty) -> None:
    """A request without a token is malformed."""
    response = await rp.post("/revoke")

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
