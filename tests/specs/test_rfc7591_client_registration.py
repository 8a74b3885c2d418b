"""Clients register themselves over HTTP (RFC 7591 §3, OIDC Registration §3)."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from idp.config import Config
from idp.storage.audit_events import audit_events
from idp.storage.clients import list_client_rows
from idp.storage.database import db
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import Clock, Configure, Tokens
from tests.parties.relying_party import REDIRECT_URI
from tests.parties.self_registered import METADATA, register_itself, send_registration

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def config(configure: Configure, request: pytest.FixtureRequest) -> Config:
    """Let everybody register, with what else a test says."""
    changes: dict[str, Any] = getattr(request, "param", {})
    return configure(client_registration={"mode": "open"} | changes)


async def test_the_metadata_names_the_endpoint(http: httpx2.AsyncClient) -> None:
    """registration_endpoint is there if it is on (RFC 8414 §2)."""
    document = (await http.get("/.well-known/openid-configuration")).json()

    assert document["registration_endpoint"] == f"{document['issuer']}/clients"


async def test_3_2_1_the_response_says_all_that_was_registered(
    http: httpx2.AsyncClient,
) -> None:
    """201, never cached, with the defaults, the secret and the way to manage the client."""
    response = await send_registration(http, client_name="Shop", software_id="shop", nonsense=1)

    body = response.json()
    assert response.status_code == 201
    assert response.headers["cache-control"] == "no-store"
    assert body["client_secret"].startswith("idp_cs_")
    assert body["client_secret_expires_at"] == 0
    assert body["client_id_issued_at"] > 0
    assert body["registration_client_uri"] == f"https://idp.example/clients/{body['client_id']}"
    assert body["registration_access_token"].startswith("idp_rat_")
    assert (body["client_name"], body["software_id"]) == ("Shop", "shop")
    assert body["redirect_uris"] == [REDIRECT_URI]
    assert body["response_types"] == ["code"]
    assert body["token_endpoint_auth_method"] == "client_secret_basic"
    assert body["id_token_signed_response_alg"] == "RS256"
    assert body["application_type"] == "web"
    assert "nonsense" not in body


async def test_a_public_client_gets_no_secret(http: httpx2.AsyncClient) -> None:
    """It could not keep one."""
    client = await register_itself(http, token_endpoint_auth_method="none")

    assert "client_secret" not in client.information
    assert "client_secret_expires_at" not in client.information


async def test_a_client_that_registered_itself_signs_people_in(
    http: httpx2.AsyncClient, alice: User, tokens: Tokens
) -> None:
    """It can do at once what it registered for."""
    rp = (await register_itself(http)).relying_party

    issued = await tokens(rp, scope="openid email offline_access")

    assert (await rp.userinfo(issued["access_token"])).json()["email"] == alice.email
    assert (await rp.refresh(issued["refresh_token"])).status_code == 200


# Metadata, the error, and the member that the description begins with
REFUSED: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"redirect_uris": None}, "invalid_redirect_uri", "redirect_uris"),
    ({"redirect_uris": []}, "invalid_redirect_uri", "redirect_uris"),
    ({"redirect_uris": "https://rp.example/"}, "invalid_redirect_uri", "redirect_uris"),
    ({"redirect_uris": ["http://rp.example/"]}, "invalid_redirect_uri", "redirect_uris"),
    ({"redirect_uris": ["https://rp.example/#f"]}, "invalid_redirect_uri", "redirect_uris"),
    ({"redirect_uris": ["https://*.rp.example/"]}, "invalid_redirect_uri", "redirect_uris"),
    ({"redirect_uris": ["https://u@rp.example/"]}, "invalid_redirect_uri", "redirect_uris"),
    ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri", "redirect_uris"),
    ({"redirect_uris": ["data:text/html,x"]}, "invalid_redirect_uri", "redirect_uris"),
    ({"redirect_uris": ["com.example.app:/cb"]}, "invalid_redirect_uri", "redirect_uris"),
    ({"client_name": ""}, "invalid_client_metadata", "client_name"),
    ({"client_name#de": 1}, "invalid_client_metadata", "client_name"),
    ({"initiate_login_uri": "http://rp.example/"}, "invalid_client_metadata", "initiate_login_uri"),
    ({"software_version": 2}, "invalid_client_metadata", "software_version"),
    ({"jwks_uri": "http://rp.example/jwks"}, "invalid_client_metadata", "jwks_uri"),
    ({"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata", "jwks"),
    ({"grant_types": ["password"]}, "invalid_client_metadata", "grant_types"),
    (
        {"grant_types": ["client_credentials"], "redirect_uris": None},
        "invalid_client_metadata",
        "grant_types",
    ),
    ({"scope": "openid nonsense"}, "invalid_client_metadata", "scope"),
    ({"scope": "openid notes.read"}, "invalid_client_metadata", "scope"),
    ({"first_party": True}, "invalid_client_metadata", "first_party"),
    ({"resource_server": True}, "invalid_client_metadata", "resource_server"),
    ({"require_pkce": False}, "invalid_client_metadata", "require_pkce"),
    ({"dpop_bound_access_tokens": 1}, "invalid_client_metadata", "dpop_bound_access_tokens"),
    ({"software_statement": "e.e.e"}, "invalid_software_statement", "software_statement"),
)


@pytest.mark.parametrize(("changes", "error", "member"), REFUSED)
async def test_3_2_2_metadata_is_refused(
    http: httpx2.AsyncClient, provider: Provider, changes: dict[str, Any], error: str, member: str
) -> None:
    """The registered error code, the member in the description, and no client."""
    response = await send_registration(http, **changes)

    assert response.status_code == 400
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["error"] == error
    assert response.json()["error_description"].startswith(member)
    assert await provider.database.run(list_client_rows) == []


@pytest.mark.parametrize(
    ("content", "headers", "status", "error"),
    [
        (b"[]", JSON, 400, "invalid_client_metadata"),
        (b"null", JSON, 400, "invalid_client_metadata"),
        (b"", JSON, 400, "invalid_client_metadata"),
        (b"{", JSON, 400, "invalid_request"),
        (b'{"a": NaN}', JSON, 400, "invalid_request"),
        (b'{"client_name": "a", "client_name": "b"}', JSON, 400, "invalid_request"),
        (b'{"client_name": "\xff"}', JSON, 400, "invalid_request"),
        (b"[" * 30_000, JSON, 400, "invalid_request"),
        (b'{"default_max_age": ' + b"9" * 9000 + b"}", JSON, 400, "invalid_request"),
        (b'{"client_name": "' + b"a" * 70_000 + b'"}', JSON, 413, "invalid_request"),
        (b"client_name=a", {}, 400, "invalid_request"),
        (b"client_name=a", {"Content-Type": "application/x-www-form-urlencoded"}, 400, ""),
    ],
)
async def test_what_is_no_metadata_is_refused(
    http: httpx2.AsyncClient,
    provider: Provider,
    content: bytes,
    headers: dict[str, str],
    status: int,
    error: str,
) -> None:
    """A body that is broken leaves nothing behind."""
    response = await http.post("/clients", content=content, headers=headers)

    assert response.status_code == status
    assert response.json()["error"] == (error or "invalid_request")
    assert await provider.database.run(list_client_rows) == []


async def test_scripts_of_any_site_may_register(http: httpx2.AsyncClient) -> None:
    """Clients in browsers do so, without cookies."""
    preflight = await http.options("/clients")
    response = await send_registration(http)

    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-methods"] == "POST"
    assert "access-control-allow-credentials" not in preflight.headers
    assert response.headers["access-control-allow-origin"] == "*"


async def test_2_2_members_have_languages(http: httpx2.AsyncClient) -> None:
    """What is said in several languages is kept under the names that it came with."""
    said = {"client_name#ja-Jpan-JP": "\u30ce\u30fc\u30c8", "client_name#en": "Notebook"}

    client = await register_itself(http, **said, **{"client_name#not a tag": "x"})
    page = await http.get(client.relying_party.authorization_url(), follow_redirects=True)

    assert said.items() <= client.information.items()
    assert "client_name#not a tag" not in client.information
    assert "Notebook" in page.text


async def test_one_address_registers_so_many(
    http: httpx2.AsyncClient, config: Config, clock: Clock
) -> None:
    """More have to wait, whether they were good or not."""
    for number in range(config.client_registration.per_address):
        assert (
            await send_registration(http, client_name="x" * (1 + number * 10))
        ).is_client_error is (number > 9)

    refused = await send_registration(http)
    clock.move(config.client_registration.window + 1)
    later = await send_registration(http)

    assert (refused.status_code, refused.json()["error"]) == (429, "temporarily_unavailable")
    assert int(refused.headers["retry-after"]) <= config.client_registration.window
    assert later.status_code == 201


@pytest.mark.parametrize("config", [{"max_clients": 3}], indirect=True)
async def test_those_who_come_together_find_no_more_places_than_there_are(
    http: httpx2.AsyncClient, provider: Provider
) -> None:
    """However many ask at once, as many are registered as the operator allows."""
    responses = await asyncio.gather(*(send_registration(http) for _ in range(12)))

    refused = [each for each in responses if each.status_code != 201]
    assert len(await provider.database.run(list_client_rows)) == 3
    assert len(refused) == 9
    assert {each.status_code for each in refused} == {503}
    assert all("retry-after" in each.headers for each in refused)


async def test_registrations_are_audited(http: httpx2.AsyncClient, provider: Provider) -> None:
    """Who came, and that nobody invited them."""
    client = await register_itself(http)

    columns = (audit_events.c.name, audit_events.c.client_id, audit_events.c.detail)
    rows = await provider.database.run(lambda: db().execute(select(*columns)).all())
    assert [tuple(row) for row in rows] == [
        ("client_added", client.client_id, {"invited_by": "anybody"})
    ]


async def test_tokens_of_a_client_are_kept_as_digests(
    http: httpx2.AsyncClient, provider: Provider
) -> None:
    """Neither the secret nor the registration access token is in the database."""
    client = await register_itself(http)

    (row,) = await provider.database.run(list_client_rows)
    assert client.information["client_secret"] not in repr(row)
    assert client.information["registration_access_token"] not in repr(row)
    assert METADATA.items() <= row.metadata.items()
