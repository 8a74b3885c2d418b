"""Clients read, change and remove what they registered (RFC 7592)."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from idp.clients.registration import disable
from idp.config import Config
from idp.storage.audit_events import audit_events
from idp.storage.database import db
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import AddClient, Configure, Tokens
from tests.parties.self_registered import SelfRegistered, register_itself

SHOWN_ONCE = {"client_secret", "client_secret_expires_at"}
MANAGED = ("GET", "PUT", "DELETE")


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let everybody register."""
    return configure(client_registration={"mode": "open"})


@pytest.fixture
async def client(http: httpx2.AsyncClient) -> SelfRegistered:
    """Register a client."""
    return await register_itself(http)


async def test_a_client_lives_registers_changes_and_goes(
    client: SelfRegistered, alice: User, tokens: Tokens
) -> None:
    """The whole life: registered, signed in, changed, removed, and all its tokens with it."""
    rp = client.relying_party
    first = await tokens(rp, scope="openid offline_access")

    changed = await client.update(client_name="New notes", grant_types=["authorization_code"])
    refused = await rp.refresh(first["refresh_token"])
    removed = await client.manage("DELETE")

    assert changed.json()["client_name"] == "New notes"
    assert refused.json()["error"] == "unauthorized_client"
    assert removed.status_code == 204
    assert (await rp.userinfo(first["access_token"])).status_code == 401
    assert (await rp.refresh(first["refresh_token"])).json()["error"] == "invalid_client"


async def test_2_1_a_client_reads_what_it_registered(client: SelfRegistered) -> None:
    """All but the secret, of which only a digest is kept; the token that it sent stays good."""
    response = await client.manage("GET")

    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == {
        name: value for name, value in client.information.items() if name not in SHOWN_ONCE
    }


async def test_2_2_an_update_replaces_everything(client: SelfRegistered) -> None:
    """What is left out gets its default, or goes."""
    await client.update(policy_uri="https://rp.example/policy", scope="openid")

    response = await client.update(client_name=None, grant_types=None)

    body = response.json()
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert {"client_name", "policy_uri"}.isdisjoint(body)
    assert body["grant_types"] == ["authorization_code"]
    assert body["scope"] == "openid profile email address phone offline_access"
    assert body["registration_access_token"] == client.information["registration_access_token"]
    assert (await client.manage("GET")).json() == body


async def test_2_2_an_update_keeps_the_secret(
    client: SelfRegistered, alice: User, tokens: Tokens
) -> None:
    """It is not shown again, and goes on to be good."""
    response = await client.update(client_secret=client.information["client_secret"])

    assert SHOWN_ONCE.isdisjoint(response.json())
    assert (await tokens(client.relying_party))["access_token"]


async def test_2_2_a_secret_comes_and_goes_with_its_need(client: SelfRegistered) -> None:
    """A client that becomes public has none; one that becomes confidential gets a new one."""
    old = client.relying_party

    public = await client.update(token_endpoint_auth_method="none")
    confidential = await client.update()

    assert SHOWN_ONCE.isdisjoint(public.json())
    new = confidential.json()["client_secret"]
    assert new != old.client_secret
    assert confidential.json()["client_secret_expires_at"] == 0
    assert (await old.introspect("t")).status_code == 401
    old.client_secret = new
    assert (await old.introspect("t")).json() == {"active": False}


REFUSED: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"client_id": None}, "invalid_client_metadata", "client_id"),
    ({"client_id": "another"}, "invalid_client_metadata", "client_id"),
    ({"client_secret": "my own wish"}, "invalid_client_metadata", "client_secret"),
    ({"client_secret": 1}, "invalid_client_metadata", "client_secret"),
    ({"registration_access_token": "t"}, "invalid_client_metadata", "registration_access_token"),
    ({"registration_client_uri": "u"}, "invalid_client_metadata", "registration_client_uri"),
    ({"client_secret_expires_at": 0}, "invalid_client_metadata", "client_secret_expires_at"),
    ({"client_id_issued_at": 1}, "invalid_client_metadata", "client_id_issued_at"),
    ({"redirect_uris": []}, "invalid_redirect_uri", "redirect_uris"),
    ({"client_name": 1}, "invalid_client_metadata", "client_name"),
    ({"grant_types": ["password"]}, "invalid_client_metadata", "grant_types"),
    ({"first_party": True}, "invalid_client_metadata", "first_party"),
    ({"software_statement": 1}, "invalid_software_statement", "software_statement"),
)


@pytest.mark.parametrize(("changes", "error", "member"), REFUSED)
async def test_2_2_an_update_is_refused(
    client: SelfRegistered, changes: dict[str, Any], error: str, member: str
) -> None:
    """Nothing of it counts."""
    before = (await client.manage("GET")).json()

    response = await client.update(**{"client_name": "Other"} | changes)

    assert (response.status_code, response.json()["error"]) == (400, error)
    assert response.json()["error_description"].startswith(member)
    assert (await client.manage("GET")).json() == before


@pytest.mark.parametrize("body", [None, [], "text", {}])
async def test_2_2_an_update_without_metadata_is_refused(
    client: SelfRegistered, body: object
) -> None:
    """It is not taken for one that leaves everything out."""
    response = await client.manage("PUT", body)

    assert (response.status_code, response.json()["error"]) == (400, "invalid_client_metadata")


async def test_2_3_a_client_is_removed_once(client: SelfRegistered) -> None:
    """204 without a body; from then on, it is unknown."""
    removed = await client.manage("DELETE")
    again = [await client.manage(method) for method in MANAGED]

    assert (removed.status_code, removed.content) == (204, b"")
    assert removed.headers["cache-control"] == "no-store"
    assert "content-type" not in removed.headers
    assert [response.status_code for response in again] == [401] * 3


@pytest.mark.parametrize("method", MANAGED)
async def test_3_a_wrong_token_is_refused(
    client: SelfRegistered, http: httpx2.AsyncClient, method: str
) -> None:
    """Another's token, none, and a client that is not there look alike (RFC 6750 §3)."""
    other = await register_itself(http)
    body = {"client_id": client.client_id} if method == "PUT" else None
    unknown = SelfRegistered(
        http,
        client.information | {"registration_client_uri": "https://idp.example/clients/unknown"},
    )

    refused = [
        await client.manage(method, body, token="wrong"),
        await client.manage(method, body, token=other.information["registration_access_token"]),
        await client.manage(method, body, token=client.information["client_secret"]),
        await unknown.manage(method, body),
    ]
    without = await http.request(method, client.information["registration_client_uri"])

    for response in refused:
        assert (response.status_code, response.json()["error"]) == (401, "invalid_token")
        assert 'error="invalid_token"' in response.headers["www-authenticate"]
        assert response.headers["cache-control"] == "no-store"
    assert {response.text for response in refused} == {refused[0].text}
    assert without.status_code == 401
    assert without.headers["www-authenticate"] == 'Bearer realm="idp"'
    assert (await client.manage("GET")).status_code == 200


async def test_a_disabled_client_manages_nothing(
    client: SelfRegistered, provider: Provider
) -> None:
    """The operator has the last word."""
    await provider.database.run(disable, client.client_id)

    responses = [await client.manage(method) for method in MANAGED]

    assert [response.status_code for response in responses] == [401] * 3


async def test_a_client_of_an_operator_has_no_such_token(
    http: httpx2.AsyncClient, add_client: AddClient
) -> None:
    """Nobody but the operator manages it."""
    rp = await add_client()
    headers = {"Authorization": f"Bearer {rp.client_secret}"}

    response = await http.get(f"/clients/{rp.client_id}", headers=headers)

    assert response.status_code == 401


async def test_scripts_may_manage(client: SelfRegistered, http: httpx2.AsyncClient) -> None:
    """The browser is told which methods there are."""
    preflight = await http.options(client.information["registration_client_uri"])

    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-methods"] == "GET, PUT, DELETE"
    assert "Authorization" in preflight.headers["access-control-allow-headers"]


async def test_management_is_audited(client: SelfRegistered, provider: Provider) -> None:
    """What a client changed of itself is told apart from what an operator did."""
    await client.manage("GET")
    await client.update()
    await client.manage("DELETE")

    columns = (audit_events.c.name, audit_events.c.client_id, audit_events.c.detail)
    ordered = select(*columns).order_by(audit_events.c.occurred_at)
    rows = await provider.database.run(lambda: db().execute(ordered).all())
    assert [tuple(row) for row in rows][1:] == [
        ("client_changed", client.client_id, {"by": "itself"}),
        ("client_removed", client.client_id, {"by": "itself"}),
    ]
