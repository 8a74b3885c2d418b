"""Registering with an initial access token (RFC 7591 §3); quotas; and registration off."""

import anyio
import httpx2
import pytest

from idp.app import create_app
from idp.clients import initial_access_token
from idp.config import Config
from idp.storage.initial_access_tokens import list_initial_access_tokens
from idp.web.provider import Provider
from tests.conftest import Clock, Configure
from tests.parties.self_registered import send_registration

HOUR = 3600


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let those register who have a token, few of them."""
    return configure(client_registration={"mode": "token", "max_clients": 3, "per_address": 1})


async def make_token(provider: Provider, *, uses: int = 1) -> str:
    """Make a token as the operator does."""
    _, secret = await provider.database.run(
        lambda: initial_access_token.make(uses=uses, lifetime=HOUR)
    )
    return secret.reveal()


async def uses_left(provider: Provider) -> list[int]:
    """Read what is left of each token."""
    return [each.uses_left for each in await provider.database.run(list_initial_access_tokens)]


async def test_a_token_is_good_for_its_uses(http: httpx2.AsyncClient, provider: Provider) -> None:
    """Then it is refused like one that never was; its clients stay, and no address counts."""
    token = await make_token(provider, uses=2)

    statuses = [(await send_registration(http, token=token)).status_code for _ in range(3)]

    assert statuses == [201, 201, 401]


async def test_without_a_good_token_nobody_registers(
    http: httpx2.AsyncClient, provider: Provider, clock: Clock
) -> None:
    """A missing one has a bare challenge (RFC 6750 §3.1)."""
    token = await make_token(provider)
    clock.move(HOUR + 1)

    missing = await send_registration(http)
    wrong = await send_registration(http, token="idp_iat_wrong")
    expired = await send_registration(http, token=token)

    assert missing.headers["www-authenticate"] == 'Bearer realm="idp"'
    for response in (missing, wrong, expired):
        assert (response.status_code, response.json()["error"]) == (401, "invalid_token")
    assert 'error="invalid_token"' in expired.headers["www-authenticate"]


async def test_who_is_refused_may_try_again(http: httpx2.AsyncClient, provider: Provider) -> None:
    """Metadata that is wrong spends nothing."""
    token = await make_token(provider)

    refused = await send_registration(http, token=token, redirect_uris=[])
    registered = await send_registration(http, token=token)

    assert (refused.status_code, registered.status_code) == (400, 201)
    assert await uses_left(provider) == [0]


async def test_a_token_is_spent_once_by_many_at_once(
    http: httpx2.AsyncClient, provider: Provider
) -> None:
    """However many come together with it, as many register as it has uses."""
    token = await make_token(provider)
    statuses: list[int] = []

    async def register() -> None:
        statuses.append((await send_registration(http, token=token)).status_code)

    async with anyio.create_task_group() as tasks:
        for _ in range(6):
            tasks.start_soon(register)

    assert sorted(statuses) == [201] + [401] * 5


async def test_a_token_that_was_removed_is_good_no_more(
    http: httpx2.AsyncClient, provider: Provider
) -> None:
    """The operator takes it back by its id."""
    token = await make_token(provider)
    (kept,) = await provider.database.run(initial_access_token.list_all)

    assert await provider.database.run(initial_access_token.remove, kept.token_id) is True
    assert await provider.database.run(initial_access_token.remove, kept.token_id) is False

    assert (await send_registration(http, token=token)).status_code == 401


async def test_there_are_so_many_clients_and_no_more(
    http: httpx2.AsyncClient, provider: Provider
) -> None:
    """A token does not help, and is not spent; a client that goes makes room."""
    token = await make_token(provider, uses=5)
    registered = [await send_registration(http, token=token) for _ in range(3)]

    refused = await send_registration(http, token=token)
    body = registered[0].json()
    headers = {"Authorization": f"Bearer {body['registration_access_token']}"}
    await http.delete(body["registration_client_uri"], headers=headers)
    later = await send_registration(http, token=token)

    assert (refused.status_code, refused.json()["error"]) == (503, "temporarily_unavailable")
    assert refused.headers["retry-after"] == "3600"
    assert later.status_code == 201
    assert await uses_left(provider) == [1]


async def test_in_open_mode_a_token_is_optional_but_not_ignored(
    configure: Configure, app: object, provider: Provider
) -> None:
    """A wrong one is refused; a good one frees from the quota of the address."""
    open_app = create_app(configure(client_registration={"mode": "open", "per_address": 1}))
    transport = httpx2.ASGITransport(app=open_app, client=("203.0.113.7", 50000))
    token = await make_token(provider)

    async with httpx2.AsyncClient(transport=transport, base_url="https://idp.example") as http:
        statuses = [
            (await send_registration(http, token=each)).status_code
            for each in (None, None, "wrong", token)
        ]
    await open_app.state.provider.database.dispose()
    open_app.state.provider.hasher.close()

    assert statuses == [201, 429, 401, 201]


async def test_off_there_is_nothing(configure: Configure) -> None:
    """Neither endpoint, nor its name in the metadata."""
    off = create_app(configure())

    transport = httpx2.ASGITransport(app=off)
    async with httpx2.AsyncClient(transport=transport, base_url="https://idp.example") as http:
        document = (await http.get("/.well-known/openid-configuration")).json()
        statuses = {
            (await http.post("/clients", json={})).status_code,
            (await http.get("/clients/c")).status_code,
        }
    off.state.provider.hasher.close()

    assert "registration_endpoint" not in document
    assert statuses == {404}
