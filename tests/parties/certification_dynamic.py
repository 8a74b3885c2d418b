"""A client that registers itself, signs people in and signs out as a certification suite's does.

What it publishes is at a server of its own, if it needs one (OpenID Connect Registration 1.0).
"""

import json
import secrets
import ssl
import string
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import Key, RSAKey

from idp.vocabulary import CLIENT_ASSERTION_TYPE
from tests.certification.conftest import Laboratory, lab_config, running
from tests.fetch.certificates import tls_of
from tests.parties.browser import Arrival, Page
from tests.parties.certification import (
    check_error_answer,
    check_jwks,
    check_signature,
    json_of,
)
from tests.parties.databases import Prepared
from tests.parties.documented import HOST, Publisher, publishing
from tests.parties.relying_party import unverified_claims, unverified_header
from tests.parties.suite import CLIENT_SECRET_BASIC, Answer, Suite, Variant, Walk
from tests.parties.suite_browser import SuiteBrowser

BASE = "https://localhost.emobix.co.uk:8443/test/a/idp"
REDIRECT_URI = f"{BASE}/callback"
# Where clients of the suite publish things: each module at the same address as the one before.
JWKS_PATH = "/test/a/idp/client1_jwks"
SECTOR_PATH = "/test/a/idp/redirect_uris.json"
LOGO_PATH = "/images/openid.png"
POST_LOGOUT_REDIRECT_URI = f"{BASE}/post_logout_redirect"
PRIVATE_KEY_JWT = "private_key_jwt"
# The keys of the suite have no names, but for those that it publishes.
KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=False)
NEEDS_PAGES = (
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
)
# Whatever a state may be made of (RFC 6749 §A.5), but for what the suite does not send.
PRINTABLE = "".join(chr(each) for each in range(0x21, 0x7F)).replace("+", "")


class DynamicSuite(Suite):
    """A client of the suite that has registered itself."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        browser: SuiteBrowser,
        registered: dict[str, Any],
        *,
        key: Key = KEY,
        **more: Any,
    ) -> None:
        super().__init__(http, browser, {"client_secret": None} | registered, **more)
        self.registered = registered
        self.key = key
        self.audience = self.metadata["token_endpoint"]

    def read(self, shown: Page | Arrival) -> Answer:
        """Read an authorization response; what is registered of the query must be in it."""
        _, _, registered = self.redirect_uri.partition("?")
        if not registered or isinstance(shown, Page):
            return super().read(shown)
        assert shown.url.startswith((f"{self.redirect_uri}&", f"{self.redirect_uri}#"))
        place = "fragment" if "#" in shown.url else "query"
        kept = parse_qsl(registered)
        params = {name: value for name, value in shown.params.items() if (name, value) not in kept}
        return Answer(place, params)

    async def take_userinfo(self, walk: Walk) -> None:
        """Ask who this is; a client that has registered so is told in a JWT (OIDC Core §5.3.2)."""
        if "userinfo_signed_response_alg" not in self.registered:
            await super().take_userinfo(walk)
            return
        response = await self.userinfo(walk.access_token)
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/jwt"
        header, claims = unverified_header(response.text), unverified_claims(response.text)
        assert header["alg"] == "RS256"
        check_signature(response.text, self.jwks, header["kid"], "RS256")
        assert (claims["iss"], claims["aud"]) == (self.metadata["issuer"], self.client_id)
        assert "nonce" not in claims
        assert all(claims["sub"] == each["sub"] for each in walk.id_tokens)
        walk.userinfo = claims

    async def post(self, path: str, **parameters: str | list[str] | None) -> httpx2.Response:
        """Call an endpoint, authenticated as this client is."""
        if self.method != PRIVATE_KEY_JWT:
            return await super().post(path, **parameters)
        assertion = {
            "client_assertion": self.assertion(),
            "client_assertion_type": CLIENT_ASSERTION_TYPE,
        }
        data = assertion | {name: value for name, value in parameters.items() if value is not None}
        return await self.http.post(path, data=data)

    def assertion(self) -> str:
        """Make a client assertion (OIDC Core §9)."""
        now = int(time.time())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.audience,
            "jti": secrets.token_urlsafe(15),
            "iat": now,
            "exp": now + 60,
        }
        header = {"alg": "RS256"} | ({"kid": self.key.kid} if self.key.kid else {})
        return jwt.encode(header, claims, self.key)

    async def manage(self, method: str) -> httpx2.Response:
        """Call the client configuration endpoint (RFC 7592)."""
        uri = self.registered["registration_client_uri"]
        token = self.registered["registration_access_token"]
        return await self.http.request(method, uri, headers={"Authorization": f"Bearer {token}"})

    async def log_out(self, **parameters: str | None) -> Page | Arrival:
        """Send a logout request; None leaves a parameter out."""
        sent = {name: value for name, value in parameters.items() if value is not None}
        return await self.browser.get(f"{self.metadata['end_session_endpoint']}?{urlencode(sent)}")

    async def check_signed_out(self) -> None:
        """Look whether nobody is signed in any more (OIDC Core §3.1.2.6)."""
        answer = await self.ask(prompt="none")
        issuer = self.metadata["issuer"]
        check_error_answer(answer.params, NEEDS_PAGES, issuer=issuer, state=self.state)
        assert answer.place == self.variant.place


def registration(
    variant: Variant, *, method: str = PRIVATE_KEY_JWT, key: Key = KEY, **changes: Any
) -> dict[str, Any]:
    """Say what a client of the suite registers; None leaves a member out."""
    grant_types = ["authorization_code"] if "code" in variant.words else []
    grant_types += ["implicit"] if variant.words & {"token", "id_token"} else []
    members = {
        "client_name": f"Laboratory {random_name(15)}",
        "grant_types": grant_types,
        "jwks": {"keys": [key.as_dict(private=False)]},
        "token_endpoint_auth_method": method,
        "response_types": [variant.response_type],
        "redirect_uris": [REDIRECT_URI],
        "contacts": ["certification@lab.example"],
    } | changes
    return {name: value for name, value in members.items() if value is not None}


def random_name(length: int) -> str:
    """Make up letters and digits."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))


def check_registered(response: httpx2.Response, metadata: dict[str, Any]) -> dict[str, Any]:
    """Look at what a client is told that has registered (RFC 7591 §3.2.1)."""
    registered: dict[str, Any] = json_of(response, 201)
    assert registered["client_id"]
    assert registered["registration_client_uri"].startswith(f"{metadata['issuer']}/")
    assert registered["registration_access_token"]
    if "client_secret" in registered:
        assert type(registered["client_secret_expires_at"]) is int
    return registered


@pytest.fixture(scope="module", name="lab")
async def lab_that_fetches(
    tmp_path_factory: pytest.TempPathFactory, prepared_sqlite: Prepared
) -> AsyncIterator[Laboratory]:
    """Run a server of the laboratory that believes the certificate of the suite.

    A file that imports this has it in place of the usual one.
    """
    directory = tmp_path_factory.mktemp("lab")
    tls_of(HOST, directory)
    config = lab_config(directory, prepared_sqlite, ca_file=str(directory / "ca.pem"))
    async with running(config) as lab:
        yield lab


@pytest.fixture
async def publisher(lab: Laboratory) -> AsyncIterator[Publisher]:
    """Run the server of the suite, for what it publishes."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(Path(lab.provider.config.fetch.ca_file).parent / "server.pem")
    async with publishing(tls) as publisher:
        yield publisher


def publish_new_key(publisher: Publisher) -> RSAKey:
    """Publish a key in place of all others."""
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": random_name(9)})
    publisher.answer(json.dumps({"keys": [key.as_dict(private=False)]}))
    return key


Join = Callable[..., Awaitable[DynamicSuite]]


@pytest.fixture
async def join(lab: Laboratory) -> Join:
    """Let the suite register as a client, for a variant and with what a module says."""
    browser, metadata = lab.new_browser(), await lab.read_metadata()
    jwks = check_jwks(await lab.http.get(metadata["jwks_uri"]))

    async def join(variant: Variant, *, key: Key = KEY, **changes: Any) -> DynamicSuite:
        members = registration(variant, key=key, **changes)
        response = await lab.http.post(metadata["registration_endpoint"], json=members)
        return DynamicSuite(
            lab.http,
            browser,
            check_registered(response, metadata),
            key=key,
            variant=variant,
            metadata=metadata,
            jwks=jwks,
        )

    return join


async def refused(lab: Laboratory, members: dict[str, Any], *errors: str) -> None:
    """Register with what must be refused, and look at the answer (RFC 7591 §3.2.2)."""
    metadata = await lab.read_metadata()
    response = await lab.http.post(metadata["registration_endpoint"], json=members)
    assert json_of(response, 400)["error"] in errors


async def leave(suite: DynamicSuite) -> None:
    """Remove the client, as the suite does at the end of each module (RFC 7592 §2.3)."""
    assert (await suite.manage("DELETE")).status_code == 204


__all__ = ["CLIENT_SECRET_BASIC", "join"]
