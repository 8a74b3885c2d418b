"""Metadata that is true: what it promises is there and works (RFC 8414, OIDC Discovery)."""

import base64
import hashlib
import json
import re
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import ISSUER, AddClient, Configure, Tokens
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.clients import KEY
from tests.parties.relying_party import RelyingParty
from tests.parties.self_registered import send_registration

PATHS = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
URLS = re.compile(r".*(_endpoint|_uri|_iframe)")

# A language, its script, where it is spoken (RFC 5646 §2.1.1, §4.5).
CANONICAL = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")

# The members of which a key's name is made (RFC 7638 §3.2, RFC 8037 §2).
OF_THE_THUMBPRINT = {
    "RSA": ("e", "kty", "n"),
    "EC": ("crv", "kty", "x", "y"),
    "OKP": ("crv", "kty", "x"),
}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Switch on whatever the metadata tells of."""
    return configure(
        registration={"mode": "open", "verify_email": False},
        client_registration={"mode": "open"},
        protocol={"implicit": True, "session_management": True},
    )


@pytest.fixture
async def document(http: httpx2.AsyncClient) -> dict[str, Any]:
    """Read the metadata."""
    document: dict[str, Any] = (await http.get(PATHS[0])).json()
    return document


@pytest.mark.parametrize("path", PATHS)
async def test_3_2_response(http: httpx2.AsyncClient, path: str) -> None:
    """200 and JSON with the issuer letter for letter, absolute URLs below it, nothing empty."""
    response = await http.get(path)

    document = response.json()
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert document["issuer"] == ISSUER
    urls = [value for name, value in document.items() if URLS.fullmatch(name)]
    assert len(urls) == 12
    assert [url for url in urls if not url.startswith(f"{ISSUER}/")] == []
    assert [name for name, value in document.items() if value in ([], "", None)] == []


async def test_3_algorithms_have_keys(http: httpx2.AsyncClient, document: dict[str, Any]) -> None:
    """Whatever tokens may be signed with can be verified; RS256 can, and `none` is nowhere."""
    keys = (await http.get(document["jwks_uri"])).json()["keys"]

    algorithms = {name: set(value) for name, value in document.items() if "_alg_values" in name}
    for kind in ("id_token", "userinfo"):
        assert algorithms[f"{kind}_signing_alg_values_supported"] == {key["alg"] for key in keys}
    assert "RS256" in algorithms["id_token_signing_alg_values_supported"]
    signing = {name: value for name, value in algorithms.items() if "_signing_" in name}
    assert len(signing) == 10
    assert not [name for name, value in signing.items() if value & {"none", "HS256"}]


async def test_3_keys_are_named_by_their_thumbprints(
    http: httpx2.AsyncClient, document: dict[str, Any]
) -> None:
    """A name says what it names, so it is never given to another key (RFC 7638 §3)."""
    keys = (await http.get(document["jwks_uri"])).json()["keys"]

    assert [key["kid"] for key in keys] == [thumbprint(key) for key in keys]


def thumbprint(jwk: dict[str, str]) -> str:
    """Compute the name of a key (RFC 7638 §3.1)."""
    members = {name: jwk[name] for name in OF_THE_THUMBPRINT[jwk["kty"]]}
    canonical = json.dumps(members, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


async def test_2_each_client_authentication_method_can_be_registered(
    http: httpx2.AsyncClient, document: dict[str, Any]
) -> None:
    """All that are listed, and no other that has a name (RFC 7591 §2, OIDC Core §9)."""
    listed = document["token_endpoint_auth_methods_supported"]
    jwks = {"keys": [KEY.as_dict(private=False)]}

    answers = {
        method: await send_registration(http, token_endpoint_auth_method=method, jwks=jwks)
        for method in (*listed, "client_secret_jwt", "tls_client_auth")
    }

    assert [name for name, each in answers.items() if each.status_code == 201] == listed


async def test_2_each_scope_can_be_had(
    alice: User, add_client: AddClient, tokens: Tokens, document: dict[str, Any]
) -> None:
    """By a client that is registered for it."""
    listed = " ".join(document["scopes_supported"])
    rp = await add_client(scope=listed)

    issued = await tokens(rp, scope=listed)

    assert set(issued["scope"].split()) == set(listed.split())


async def test_3_each_prompt_is_known(
    rp: RelyingParty, browser: Browser, document: dict[str, Any]
) -> None:
    """`none` has its answer at once, all others a page (Initiating User Registration §4.1)."""
    listed = document["prompt_values_supported"]

    shown = {each: await browser.open(rp.authorization_url(prompt=each)) for each in listed}

    silent = shown.pop("none")
    assert isinstance(silent, Arrival)
    assert silent.params["error"] == "login_required"
    assert {"login", "consent", "select_account", "create"} == shown.keys()
    assert [each for each, page in shown.items() if not isinstance(page, Page)] == []


async def test_3_languages_are_canonical(document: dict[str, Any]) -> None:
    """As BCP 47 writes them, each once."""
    listed = document["ui_locales_supported"]

    assert [tag for tag in listed if not CANONICAL.fullmatch(tag)] == []
    assert len(set(listed)) == len(listed) > 0
