"""The reference of the HTTP interface, for people and for programs."""

import httpx2
import pytest

from idp.app import create_app
from idp.config import Config
from tests.conftest import ISSUER, Configure


@pytest.fixture
def config(configure: Configure) -> Config:
    """Give the configuration of a server that describes itself."""
    return configure(docs={"enabled": True})


async def test_document_is_json_that_any_site_may_read(http: httpx2.AsyncClient) -> None:
    """Tools in browsers may load the OpenAPI document."""
    response = await http.get("/openapi.json")

    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.json()["openapi"] == "3.1.0"
    assert response.json()["servers"] == [{"url": ISSUER}]


async def test_reference_is_a_page_under_the_strict_policy(http: httpx2.AsyncClient) -> None:
    """People read the same, in a page that runs no script."""
    response = await http.get("/docs")

    assert response.status_code == 200
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert response.headers["x-frame-options"] == "DENY"
    assert "<script" not in response.text
    for told in ("/token", "invalid_grant", "code_verifier", "Retry-After", "client_secret_basic"):
        assert told in response.text


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
async def test_server_describes_itself_only_where_it_is_told_to(
    configure: Configure, path: str
) -> None:
    """By default neither is there."""
    app = create_app(configure())
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as http:
        response = await http.get(path)

    assert response.status_code == 404
