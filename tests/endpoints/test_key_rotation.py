"""Rotation of the keys by a client that administers the server."""

from collections.abc import Awaitable, Callable
from functools import partial

import httpx2
import pytest
from sqlalchemy import select

from idp.clients.registration import register
from idp.signing.rotation import describe_keys
from idp.storage.audit_events import audit_events
from idp.storage.database import db
from idp.storage.users import User
from idp.vocabulary import ADMIN_SCOPE
from idp.web.provider import Provider
from tests.conftest import AddClient, Clock, Tokens
from tests.parties.clients import MACHINE
from tests.parties.relying_party import RelyingParty, unverified_header

ROTATE = "/admin/keys/rotate"
LONG_ENOUGH = 65 * 60

Rotate = Callable[[str | None], Awaitable[httpx2.Response]]


@pytest.fixture
async def operator(provider: Provider, http: httpx2.AsyncClient) -> RelyingParty:
    """Add a client of an operator, as the command line does."""
    metadata = MACHINE | {"scope": ADMIN_SCOPE}
    add = partial(register, metadata, provider.config, reserved_scopes=[ADMIN_SCOPE])
    registered = await provider.database.run(add)
    assert registered.client_secret is not None
    return RelyingParty(http, registered.client.client_id, registered.client_secret.reveal())


@pytest.fixture
def rotate(http: httpx2.AsyncClient) -> Rotate:
    """Rotate the keys with an access token."""

    async def rotate(token: str | None) -> httpx2.Response:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return await http.post(ROTATE, headers=headers)

    return rotate


async def token_of(rp: RelyingParty, **parameters: str) -> str:
    """Get an access token of a client's own."""
    answer = await rp.token(grant_type="client_credentials", **parameters)
    token: str = answer.json()["access_token"]
    return token


async def kids(provider: Provider, state: str) -> set[str]:
    """List the keys in a state."""
    return {row.kid for row in await provider.database.run(describe_keys) if row.state == state}


async def test_the_next_keys_sign_at_once(
    operator: RelyingParty, rotate: Rotate, provider: Provider, clock: Clock
) -> None:
    """This server signs with them in its next answer, and still takes what it signed before."""
    following = await kids(provider, "next")
    clock.move(LONG_ENOUGH)
    old = await token_of(operator)

    answer = await rotate(old)

    new = await token_of(operator)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert unverified_header(new)["kid"] in following
    assert (await operator.introspect(old)).json()["active"] is True
    assert await kids(provider, "active") == following


async def test_it_tells_what_each_key_does(
    operator: RelyingParty, rotate: Rotate, provider: Provider, clock: Clock
) -> None:
    """All that are published are listed, and nothing else is told of them."""
    clock.move(LONG_ENOUGH)

    answer = await rotate(await token_of(operator))

    keys = answer.json()["keys"]
    assert {frozenset(key) for key in keys} == {frozenset({"kid", "alg", "state"})}
    for state in ("active", "next", "retired"):
        assert {key["kid"] for key in keys if key["state"] == state} == await kids(provider, state)


async def test_who_did_it_is_remembered(
    operator: RelyingParty, rotate: Rotate, provider: Provider, clock: Clock
) -> None:
    """The event names the client."""
    clock.move(LONG_ENOUGH)
    await rotate(await token_of(operator))

    def clients_named() -> list[str]:
        match = audit_events.c.name == "keys_rotated"
        return [*db().execute(select(audit_events.c.client_id).where(match)).scalars()]

    assert await provider.database.run(clients_named) == [operator.client_id]


async def test_it_waits_for_clients_as_an_operator_has_to(
    operator: RelyingParty, rotate: Rotate, provider: Provider, clock: Clock
) -> None:
    """Soon after the last rotation it is refused, and says for how long."""
    clock.move(LONG_ENOUGH)
    token = await token_of(operator)
    await rotate(token)
    active = await kids(provider, "active")
    clock.move(60)

    refused = await rotate(token)

    assert (refused.status_code, refused.json()["error"]) == (503, "temporarily_unavailable")
    assert LONG_ENOUGH - 120 < int(refused.headers["retry-after"]) <= LONG_ENOUGH
    assert await kids(provider, "active") == active


@pytest.mark.parametrize(
    ("token", "status", "challenge"),
    [(None, 401, 'Bearer realm="idp"'), ("made-up", 401, 'error="invalid_token"')],
)
async def test_without_a_good_token_nothing_happens(
    rotate: Rotate, provider: Provider, token: str | None, status: int, challenge: str
) -> None:
    """The challenge says what is missing (RFC 6750 §3)."""
    before = await kids(provider, "active")

    refused = await rotate(token)

    assert refused.status_code == status
    assert challenge in refused.headers["www-authenticate"]
    assert await kids(provider, "active") == before


async def test_another_scope_is_not_enough(
    add_client: AddClient, rotate: Rotate, provider: Provider, clock: Clock
) -> None:
    """A client with other words is refused (RFC 6750 §3.1)."""
    clock.move(LONG_ENOUGH)
    machine = await add_client(**MACHINE)
    before = await kids(provider, "active")

    refused = await rotate(await token_of(machine))

    assert (refused.status_code, refused.json()["error"]) == (403, "insufficient_scope")
    assert 'error="insufficient_scope"' in refused.headers["www-authenticate"]
    assert await kids(provider, "active") == before


async def test_no_person_can_give_it_away(
    rp: RelyingParty, alice: User, tokens: Tokens, rotate: Rotate
) -> None:
    """What a person allowed an app is refused, and the word does not reach the consent page."""
    issued = await tokens(rp, scope=f"openid {ADMIN_SCOPE}")

    refused = await rotate(issued["access_token"])

    assert ADMIN_SCOPE not in issued.get("scope", "openid")
    assert (refused.status_code, refused.json()["error"]) == (403, "insufficient_scope")


async def test_a_client_without_the_word_cannot_ask_for_it(add_client: AddClient) -> None:
    """It is a scope like any other at the token endpoint (RFC 6749 §5.2)."""
    machine = await add_client(**MACHINE)

    refused = await machine.token(grant_type="client_credentials", scope=ADMIN_SCOPE)

    assert refused.json()["error"] == "invalid_scope"


async def test_reading_changes_nothing(http: httpx2.AsyncClient, operator: RelyingParty) -> None:
    """A GET is not allowed."""
    headers = {"Authorization": f"Bearer {await token_of(operator)}"}

    assert (await http.get(ROTATE, headers=headers)).status_code == 405


async def test_the_metadata_does_not_offer_it(provider: Provider) -> None:
    """Nobody is told of a word that they cannot have."""
    assert ADMIN_SCOPE not in provider.metadata.decode()
