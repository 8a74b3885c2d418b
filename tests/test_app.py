"""The whole application from outside: what is where, and what every answer has in common."""

import re
from urllib.parse import urlsplit

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from idp.app import create_app
from idp.config import Config
from idp.storage.users import User
from tests.conftest import ISSUER, PASSWORD, Configure
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty

PERMISSIONS = "camera=(), geolocation=(), microphone=()"
PASSKEYS = ", publickey-credentials-create=(self), publickey-credentials-get=(self)"
OUR_SCRIPT = re.compile(r'<script src="/static/[\w.]+\.js\?v=\w+" (type="module"|defer)></script>')
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE = {"Accept": "text/html,application/xhtml+xml"}
HOSTS = (
    {"Host": "evil.example"},
    {"Host": "evil.example:99999"},
    {"Host": "idp.example@evil.example"},
    {"Host": "evil.example/path?query#fragment"},
    {"Host": ""},
    {"Host": "[::1"},
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Proto": "http", "X-Forwarded-Port": "99"},
    {"X-Forwarded-Prefix": "/evil.example"},
    {"X-Original-URL": "/evil.example", "X-Rewrite-URL": "/evil.example"},
    {"Forwarded": 'host="evil.example";proto=http'},
    {"X-Forwarded-User": "evil.example", "Remote-User": "evil.example"},
)


@pytest.fixture
def config(configure: Configure) -> Config:
    """Have every page there is."""
    return configure(registration={"mode": "open", "verify_email": False}, docs={"enabled": True})


def paths_of(routes: list[BaseRoute]) -> list[tuple[str, set[str]]]:
    """List the paths and methods of an application, with something in the place of ids."""
    listed = []
    for route in routes:
        if isinstance(route, Route):
            path = route.path.replace("{interaction}", "x" * 43).replace("{token}", "x" * 43)
            listed.append((path, route.methods or set()))
        elif isinstance(route, Mount):
            listed.append((route.path + "/app.css", {"GET", "HEAD"}))
    return listed


async def test_every_answer_is_guarded(app: Starlette, http: httpx2.AsyncClient) -> None:
    """Walk over all routes, with all methods and with no session: each answer has its headers."""
    walked = 0
    for path, allowed in paths_of(app.routes):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
            response = await http.request(method, path, headers=PAGE)
            where = (method, path, response.status_code)
            walked += 1

            assert response.status_code < 500, where
            assert (response.status_code == 405) is (method not in allowed), where
            assert len(response.headers["X-Request-Id"]) == 22, where
            assert response.headers["Strict-Transport-Security"], where
            assert "Access-Control-Allow-Credentials" not in response.headers, where
            if response.status_code == 405:
                assert set(response.headers["Allow"].split(", ")) == allowed, where
            if response.headers.get("Content-Type", "").startswith("text/html"):
                _is_guarded_page(response, where)
    assert walked > 100


def _is_guarded_page(response: httpx2.Response, where: object) -> None:
    policy = response.headers["Content-Security-Policy"]
    assert policy in (POLICY, POLICY + "; script-src 'self'"), where
    assert "Access-Control-Allow-Origin" not in response.headers, where
    expected = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    assert expected.items() <= {k: response.headers.get(k) for k in expected}.items(), where
    allowed = response.headers["Permissions-Policy"].removeprefix(PERMISSIONS)
    assert allowed in ("", PASSKEYS), where
    assert not allowed or policy != POLICY, where
    assert "http://" not in response.text.replace("http://www.w3.org", ""), where


async def test_sign_in_pages_run_no_script_of_others(
    browser: Browser, rp: RelyingParty, alice: User
) -> None:
    """Login, consent and account pages have the strict policy, and nothing that it forbids.

    The login page alone has scripts, which are files of ours.
    """
    login_page = await browser.open(rp.authorization_url())
    assert isinstance(login_page, Page)
    consent_page = await browser.sign_in(login_page, "alice", PASSWORD)
    account_page = await browser.open("/account")

    assert login_page.headers["Content-Security-Policy"] == POLICY + "; script-src 'self'"
    for page in (login_page, consent_page, account_page):
        assert isinstance(page, Page)
        if page is not login_page:
            assert page.headers["Content-Security-Policy"] == POLICY
        assert "<script" not in OUR_SCRIPT.sub("", page.text)
        assert "style=" not in page.text
        assert "https://" not in page.text


async def test_what_is_not_there_is_told_as_it_was_asked(http: httpx2.AsyncClient) -> None:
    """A program reads JSON and a person a page; neither is sent anywhere else."""
    for method, path, status, error in (
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/.well-known/nothing", 404, "not_found"),
        ("GET", "/token/", 404, "not_found"),
        ("POST", "/login/", 404, "not_found"),
        ("GET", "/token", 405, "method_not_allowed"),
        ("POST", "/account", 405, "method_not_allowed"),
    ):
        to_program = await http.request(method, path)
        to_person = await http.request(method, path, headers=PAGE)

        assert (to_program.status_code, to_person.status_code) == (status, status), path
        assert to_program.json()["error"] == error, path
        assert 'id="error-page"' in to_person.text, path
        assert to_person.headers["X-Request-Id"] in to_person.text, path


async def test_files_outside_of_the_static_ones_are_not_served(http: httpx2.AsyncClient) -> None:
    """No way of writing a path leads out of the directory (CVE-2023-29159)."""
    for path in ("../config.toml", "%2e%2e/config.toml", "..%2fconfig.toml", "/etc/passwd", "."):
        assert (await http.get(f"/static/{path}")).status_code == 404, path


async def test_no_header_decides_where_links_lead(
    browser: Browser, rp: RelyingParty, http: httpx2.AsyncClient
) -> None:
    """Issuer, endpoints and redirects come from the configuration (CVE-2025-64101)."""
    urls = (
        rp.authorization_url(),
        rp.authorization_url(redirect_uri="https://evil.example/"),
        rp.authorization_url(prompt="none"),
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/login",
        "/login/",
        "/static",
        "/account",
        "/account/",
        "/favicon.ico",
        "/nothing",
    )
    expected = {url: await http.get(url, headers=PAGE) for url in urls}

    for spoofed in HOSTS:
        for url in urls:
            response = await http.get(url, headers=PAGE | spoofed)
            assert response.status_code == expected[url].status_code, (url, spoofed)
            assert "evil" not in response.text.replace("https://evil.example/", ""), (url, spoofed)
            location = response.headers.get("Location", "")
            assert urlsplit(location).netloc in ("", "rp.example"), (url, spoofed)
    assert expected["/.well-known/openid-configuration"].json()["issuer"] == ISSUER


async def test_what_every_site_is_asked_for(http: httpx2.AsyncClient) -> None:
    """Browsers find the icon, and crawlers that there is nothing for them."""
    icon = await http.get("/favicon.ico", follow_redirects=True)
    robots = await http.get("/robots.txt")

    assert icon.headers["Content-Type"] == "image/svg+xml"
    assert robots.text == "User-agent: *\nDisallow: /\n"
    assert robots.headers["Content-Type"].startswith("text/plain")


async def test_nothing_more_is_served_unless_it_is_switched_on(configure: Configure) -> None:
    """No API reference, no playground and no registration by default."""
    app = create_app(configure())
    transport = httpx2.ASGITransport(app)

    async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as http:
        answers = [await http.get(path) for path in ("/docs", "/openapi.json", "/playground")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
