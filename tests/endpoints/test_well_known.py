"""Documents that anybody may keep for a while: the metadata and the keys."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.endpoints.well_known import jwks
from idp.signing.rotation import rotate_immediately
from idp.upkeep import prepare
from idp.web.headers import Headers
from idp.web.provider import Provider
from tests.conftest import ISSUER, Configure

OPENID = "/.well-known/openid-configuration"
OAUTH = "/.well-known/oauth-authorization-server"
JWKS = "/jwks.json"

PUBLIC = {
    "RSA": {"kty", "n", "e", "kid", "use", "alg"},
    "EC": {"kty", "crv", "x", "y", "kid", "use", "alg"},
    "OKP": {"kty", "crv", "x", "kid", "use", "alg"},
}


async def test_both_metadata_documents_are_one(http: httpx2.AsyncClient) -> None:
    """OpenID Connect and OAuth clients read the same."""
    openid, oauth = await http.get(OPENID), await http.get(OAUTH)

    assert openid.content == oauth.content
    assert openid.json()["issuer"] == ISSUER


@pytest.mark.parametrize(("path", "max_age"), [(OPENID, 300), (OAUTH, 300), (JWKS, 3600)])
async def test_document_may_be_kept_and_read_by_scripts(
    http: httpx2.AsyncClient, path: str, max_age: int
) -> None:
    """JSON, for every origin, for a while, and not again if it has not changed."""
    first = await http.get(path)
    etag = first.headers["etag"]

    kept = [etag, f"W/{etag}", f'"other", {etag}', "*"]
    again = [await http.get(path, headers={"If-None-Match": each}) for each in kept]
    changed = await http.get(path, headers={"If-None-Match": '"other"'})

    assert first.headers["content-type"] == "application/json"
    assert first.headers["cache-control"] == f"public, max-age={max_age}"
    assert first.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in first.headers
    assert {(each.status_code, each.content) for each in again} == {(304, b"")}
    assert {each.headers["etag"] for each in again} == {etag}
    assert changed.content == first.content


async def test_how_long_keys_are_kept_is_a_setting(
    provider: Provider, configure: Configure
) -> None:
    """The longer they are, the longer a new key has to wait before it signs."""
    never_kept = replace(provider, config=configure(keys={"jwks_max_age": 0}))

    response = jwks(never_kept, Headers([]))

    assert response.headers["cache-control"] == "public, max-age=0"


async def test_jwks_has_public_keys_with_distinct_names(http: httpx2.AsyncClient) -> None:
    """An active and a next key for each algorithm; the RSA key that signs stands first."""
    keys = (await http.get(JWKS)).json()["keys"]

    assert [set(key) for key in keys] == [PUBLIC[key["kty"]] for key in keys]
    assert {key["use"] for key in keys} == {"sig"}
    assert len({key["kid"] for key in keys}) == len(keys) == 6
    assert keys[0]["alg"] == "RS256"
    assert sorted(key["alg"] for key in keys) == sorted(["RS256", "ES256", "Ed25519"] * 2)


async def test_retired_key_stays_published(
    http: httpx2.AsyncClient, provider: Provider, config: Config
) -> None:
    """What it has signed must be verifiable until it expires; the ETag tells of the change."""
    before = await http.get(JWKS)

    await provider.database.run(rotate_immediately, config)
    await prepare(provider)

    after = await http.get(JWKS)
    assert _kids(after) > _kids(before)
    assert after.headers["etag"] != before.headers["etag"]


def _kids(response: httpx2.Response) -> set[str]:
    return {key["kid"] for key in response.json()["keys"]}


class TestIssuerWithPath:
    """An issuer with a path has its metadata in two places (RFC 8414 §3.1, Discovery §4)."""

    @pytest.fixture
    def config(self, configure: Configure) -> Config:
        """Give the issuer a path."""
        return configure(issuer=f"{ISSUER}/tenant")

    async def test_path_is_inserted_or_appended(self, transport: Any) -> None:
        """OAuth clients insert the well-known path, OpenID clients append it."""
        async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as http:
            found = [await http.get(path) for path in (f"{OAUTH}/tenant", f"/tenant{OPENID}")]
            lost = await http.get(OPENID)

        assert [each.json()["issuer"] for each in found] == [f"{ISSUER}/tenant"] * 2
        assert lost.status_code == 404
