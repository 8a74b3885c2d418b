"""The probes."""

from pathlib import Path

import httpx2
import pytest

from idp.app import close, create_app
from tests.conftest import make_config


async def test_server_that_works_says_so(http: httpx2.AsyncClient) -> None:
    """Alive and ready."""
    probes = [await http.get("/livez"), await http.get("/readyz")]

    assert [(each.status_code, each.json()) for each in probes] == [(200, {"status": "ok"})] * 2


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/idp.db",
        "postgresql://idp:secret@127.0.0.1:1/idp",
    ],
    ids=["sqlite", "postgresql"],
)
async def test_without_its_database_a_server_lives_and_is_not_ready(
    tmp_path: Path, url: str
) -> None:
    """Traffic goes elsewhere meanwhile, and nobody restarts the process; nothing is told of it."""
    app = create_app(make_config(tmp_path, url))
    transport = httpx2.ASGITransport(app=app)

    async with httpx2.AsyncClient(transport=transport, base_url="https://idp.example") as http:
        live, ready = await http.get("/livez"), await http.get("/readyz")
    await close(app.state.provider)

    assert live.status_code == 200
    assert ready.status_code == 503
    assert ready.headers["retry-after"]
    assert ready.json()["error"] == "temporarily_unavailable"
    assert "secret" not in ready.text
    assert "nowhere" not in ready.text
