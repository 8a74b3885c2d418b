"""Software statements: what an issuer that is believed says of a client (RFC 7591 §2.3, §3.1.1)."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from idp import clock as idp_clock
from idp.config import Config
from idp.fetch import Fetcher
from idp.storage.clients import list_client_rows
from idp.web.provider import Provider
from tests.conftest import ISSUER, Configure
from tests.parties.self_registered import register_itself, send_registration

STORE = "https://store.example"
BY_URL = "https://store-by-url.example"
LOST = "https://lost.example"
KEY = ECKey.generate_key("P-256", parameters={"kid": "store"})
OTHER = ECKey.generate_key("P-256", parameters={"kid": "store"})
URI = "https://approved.example/callback"


@pytest.fixture
def config(configure: Configure, tmp_path: Path) -> Config:
    """Believe a store, whose keys are in a file, and one whose keys are at a URL."""
    file = tmp_path / "store.json"
    file.write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}))
    issuers = {
        STORE: str(file),
        BY_URL: "https://127.0.0.1:9/jwks.json",
        LOST: str(tmp_path / "lost.json"),
    }
    return configure(client_registration={"mode": "open", "software_statements": issuers})


def state(key: ECKey | OctKey = KEY, alg: str = "ES256", **changes: Any) -> str:
    """Make a statement."""
    claims = {"iss": STORE, "redirect_uris": [URI], "software_id": "approved"} | changes
    return jwt.encode({"alg": alg, "kid": "store"}, claims, key)


async def test_what_a_statement_says_wins(http: httpx2.AsyncClient) -> None:
    """Its members come before those of the request, and it comes back unchanged."""
    now = idp_clock.timestamp(idp_clock.now())
    statement = state(
        client_name="Approved", sub="x", jti="j", aud=[ISSUER], exp=now + 60, iat=now, nonsense=1
    )

    client = await register_itself(
        http, client_name="Something else", software_statement=statement, software_version="2"
    )

    assert client.information["client_name"] == "Approved"
    assert client.information["redirect_uris"] == [URI]
    assert client.information["software_id"] == "approved"
    assert client.information["software_version"] == "2"
    assert client.information["software_statement"] == statement
    assert (await client.manage("GET")).json()["software_statement"] == statement
    assert {"iss", "jti", "nonsense"}.isdisjoint(client.information)


async def test_an_update_may_bring_a_statement(http: httpx2.AsyncClient) -> None:
    """It wins there, too; without one, its members go."""
    client = await register_itself(http)

    with_it = (await client.update(software_statement=state(client_id="evil"))).json()
    without = (await client.update()).json()

    assert with_it["redirect_uris"] == [URI]
    assert with_it["client_id"] == client.client_id
    assert {"software_id", "software_statement"}.isdisjoint(without)


NOW = idp_clock.timestamp(idp_clock.now())
UNTRUE: tuple[tuple[object, str, str], ...] = (
    (1, "invalid_software_statement", "must be a signed JWT"),
    ("", "invalid_software_statement", "must be a signed JWT"),
    ("e.e.e", "invalid_software_statement", "must be a signed JWT"),
    ("eyJhbGciOiJub25lIn0.W10.", "invalid_software_statement", "must be a signed JWT"),
    ("a" * 20_000, "invalid_software_statement", "must be a signed JWT"),
    (state(iss=None), "invalid_software_statement", "must be a signed JWT"),
    (state(iss=[STORE]), "invalid_software_statement", "must be a signed JWT"),
    (state(iss="https://evil.example"), "unapproved_software_statement", "must come from"),
    (state(OTHER), "invalid_software_statement", "must be signed"),
    (
        state(OctKey.import_key("s" * 32), "HS256"),
        "invalid_software_statement",
        "must be signed",
    ),
    (state()[:-4] + "AAAA", "invalid_software_statement", "must be signed"),
    (state(iss=LOST), "invalid_software_statement", "must be signed"),
    (state(iss=BY_URL), "invalid_software_statement", "must be signed"),
    (state(exp=NOW - 1), "invalid_software_statement", "must be valid now"),
    (state(exp="soon"), "invalid_software_statement", "must be valid now"),
    (state(exp=True), "invalid_software_statement", "must be valid now"),
    (state(nbf=NOW + 3600), "invalid_software_statement", "must be valid now"),
    (state(iat=NOW + 3600), "invalid_software_statement", "must be valid now"),
    (state(aud="https://other.example"), "invalid_software_statement", "must have the issuer"),
    (state(redirect_uris=["http://a.example"]), "invalid_redirect_uri", "redirect_uris"),
    (state(first_party=True), "invalid_client_metadata", "first_party"),
)


@pytest.mark.parametrize(("statement", "error", "text"), UNTRUE)
async def test_a_statement_is_refused(
    http: httpx2.AsyncClient, provider: Provider, statement: object, error: str, text: str
) -> None:
    """Each with its registered code (RFC 7591 §3.2.2), and no client comes of it."""
    response = await send_registration(http, software_statement=statement)

    assert (response.status_code, response.json()["error"]) == (400, error)
    assert text in response.json()["error_description"]
    assert await provider.database.run(list_client_rows) == []


async def test_keys_may_be_at_a_url(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are fetched as those of clients are."""
    asked = []

    async def get(self: Fetcher, url: str, **_: Any) -> Any:
        asked.append(url)
        body = json.dumps(KeySet([KEY]).as_dict(private=False)).encode()
        return type("Fetched", (), {"body": body})()

    monkeypatch.setattr(Fetcher, "get", get)

    client = await register_itself(http, software_statement=state(iss=BY_URL))

    assert asked == ["https://127.0.0.1:9/jwks.json"]
    assert client.information["software_id"] == "approved"
