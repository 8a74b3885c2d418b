"""Which answers scripts of other sites may read (Fetch §3.2), at every address that there is."""

import re
from collections.abc import Iterator

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from idp.config import Config
from tests.conftest import Configure

OTHER_SITE = {"Origin": "https://other.example"}

# What programs call, and what is public. Everything else is for people, and this site alone.
READABLE = {
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/admin/keys/rotate",
    "/bc-authorize",
    "/clients",
    "/clients/{client_id}",
    "/introspect",
    "/device_authorization",
    "/jwks.json",
    "/livez",
    "/openapi.json",
    "/par",
    "/readyz",
    "/revoke",
    "/token",
    "/userinfo",
}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Switch on all that has an address."""
    return configure(
        registration={"mode": "open", "verify_email": False},
        client_registration={"mode": "open"},
        protocol={"session_management": True},
        docs={"enabled": True},
    )


def addresses(app: Starlette) -> Iterator[tuple[str, str]]:
    """List every method and path that is routed."""
    for route in app.routes:
        if isinstance(route, Route):
            yield from ((method, route.path) for method in sorted(route.methods or ()))


async def test_only_programs_may_be_read(app: Starlette, http: httpx2.AsyncClient) -> None:
    """By anybody, since no cookie counts there; pages, and above all /authorize, by nobody."""
    answers = [
        (path, await http.request(method, re.sub(r"{\w+}", "x", path), headers=OTHER_SITE))
        for method, path in addresses(app)
    ]

    read = {path for path, each in answers if "access-control-allow-origin" in each.headers}
    assert len(answers) > 50
    assert read == READABLE
    origins = {
        each.headers["access-control-allow-origin"] for path, each in answers if path in read
    }
    assert origins == {"*"}
    assert [p for p, each in answers if "access-control-allow-credentials" in each.headers] == []


async def test_readable_answers_are_all_readable(app: Starlette, http: httpx2.AsyncClient) -> None:
    """Whatever the method and the outcome: a script reads why it was refused."""
    unreadable = [
        (method, path)
        for method, path in addresses(app)
        if path in READABLE
        and "access-control-allow-origin"
        not in (await http.request(method, re.sub(r"{\w+}", "x", path), headers=OTHER_SITE)).headers
    ]

    assert unreadable == []
