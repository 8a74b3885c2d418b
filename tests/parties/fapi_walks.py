"""What the certification plans for FAPI 2.0 do in each of their modules, and look at on the way."""

import time
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import KeySet

from idp import paths
from idp.clients.registration import register
from idp.web.provider import Provider
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.certification import (
    ERROR_PARAMETERS,
    check_entropy,
    check_error_answer,
    check_id_token,
    check_jwks,
    check_token_response,
    json_of,
)
from tests.parties.fapi_variants import DETAILS, FAPIClient, Variant

PERSON = ("ada", "ada in the laboratory")
ALGORITHM = "ES256"  # by which the server signs for clients of a profile that say nothing of it
LONGEST_JARM = 600  # seconds, which JARM §2.1 recommends
DUMMIES = {"dummy1", "dummy2"}  # in a registered redirect URI


class Server(Protocol):
    """A server that runs."""

    @property
    def provider(self) -> Provider:
        """Its parts."""

    @property
    def transport(self) -> httpx2.ASGITransport:
        """The way to it."""


class FAPIPair:
    """The two clients of a plan, and the person's browser."""

    def __init__(self, first: FAPIClient, second: FAPIClient, browser: Browser) -> None:
        self.first, self.second, self.browser = first, second, browser

    @classmethod
    async def of(cls, server: Server, variant: Variant) -> "FAPIPair":
        """Register two clients, which come by way of the proxy that is believed."""
        transport = httpx2.ASGITransport(app=server.transport.app, client=("127.0.0.1", 50000))
        config, database = server.provider.config, server.provider.database
        # Where certificates are asked for, whoever has one goes (RFC 8705 §5).
        is_aliased = variant.by_certificate or not variant.by_proof
        base_url = config.server.mtls_url if is_aliased else config.issuer
        assert base_url is not None
        http = httpx2.AsyncClient(transport=transport, base_url=base_url)
        clients = []
        for which in (0, 1):
            metadata = variant.metadata(which)
            registered = await database.run(partial(register, metadata, config))
            client_id = registered.client.client_id
            clients.append(FAPIClient(http, client_id, variant, which, issuer=config.issuer))
        return cls(clients[0], clients[1], Browser(transport, config.issuer))


def check_pushed(response: httpx2.Response) -> str:
    """Look at the answer to a pushed request; give its request_uri (RFC 9126 §2.2)."""
    answer = json_of(response, 201)
    assert "error" not in answer
    assert type(answer["expires_in"]) is int
    assert 0 < answer["expires_in"] < 600  # FAPI 2.0 Security Profile §5.3.2.2
    request_uri: str = answer["request_uri"]
    check_entropy(request_uri.rpartition(":")[2])
    return request_uri


def url_of(client: FAPIClient, request_uri: str, **beside: str) -> str:
    """Send a browser with the name of a request, and what OAuth and OpenID Connect want beside."""
    named = {"client_id": client.client_id, "request_uri": request_uri}
    usual = {"response_type": "code", "scope": client.scope, "redirect_uri": client.redirect_uri}
    return "/authorize?" + urlencode(usual | named | beside)


async def allow(browser: Browser, shown: Page | Arrival) -> Page | Arrival:
    """Sign in and allow what is asked, where that is wanted."""
    if isinstance(shown, Page) and "login-page" in shown:
        shown = await browser.sign_in(shown, *PERSON)
    if isinstance(shown, Page) and "consent-page" in shown:
        shown = await browser.submit(shown, "consent-allow")
    return shown


async def answer_of(client: FAPIClient, shown: Page | Arrival) -> dict[str, Any]:
    """Look at where an answer is, and at the signature if there must be one; give what it says."""
    assert isinstance(shown, Arrival), shown.text
    sent_to, registered = urlsplit(shown.url), urlsplit(client.redirect_uri)
    assert (sent_to.netloc, sent_to.path) == (registered.netloc, registered.path)
    assert not sent_to.fragment
    assert sent_to.query.startswith(registered.query)
    params = {name: each for name, each in shown.params.items() if name not in DUMMIES}
    if client.variant.is_jarm:
        assert set(params) == {"response"}
        params = await _opened(client, params["response"])
    assert params["iss"] == client.issuer
    return params


async def _opened(client: FAPIClient, response: str) -> dict[str, Any]:
    """Verify a response that is a JWT (JARM §2.4)."""
    jwks = check_jwks(await client.http.get(paths.JWKS))
    token = jwt.decode(response, KeySet.import_key_set(jwks), algorithms=[ALGORITHM])
    assert token.header["kid"] in {key["kid"] for key in jwks["keys"]}
    claims = dict(token.claims)
    assert claims.pop("aud") == client.client_id
    assert time.time() < claims.pop("exp") <= time.time() + LONGEST_JARM
    return claims


async def code_of(
    client: FAPIClient, browser: Browser, *, answered: str | None = "", **changes: Any
) -> str:
    """Get a code; `answered` is the state of the answer, if not that of the client."""
    request_uri = check_pushed(await client.push(**changes))
    shown = await allow(browser, await browser.open(url_of(client, request_uri)))
    return check_answer(client, await answer_of(client, shown), state=answered)


def check_answer(client: FAPIClient, answer: Mapping[str, Any], *, state: str | None = "") -> str:
    """Look at an answer that grants something; give its code."""
    assert answer.get("state") == (client.state if state == "" else state)
    assert set(answer) <= {"code", "state", "iss", "session_state"}
    check_entropy(answer["code"])
    code: str = answer["code"]
    return code


def check_refused(
    client: FAPIClient,
    answer: Mapping[str, Any],
    errors: Collection[str],
    *,
    state: str | None = "",
) -> None:
    """Look at an answer that refuses something."""
    assert set(answer) <= ERROR_PARAMETERS
    expected = client.state if state == "" else state
    check_error_answer(answer, errors, issuer=client.issuer, state=expected)


async def exchange(client: FAPIClient, code: str, **changes: Any) -> httpx2.Response:
    """Send a code; keyword arguments change the request, as those of `send` do."""
    usual: dict[str, Any] = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "code_verifier": client.code_verifier,
    }
    return await client.send("/token", **(usual | changes))


async def check_tokens(
    client: FAPIClient, response: httpx2.Response, *, nonce: str | None = ""
) -> dict[str, Any]:
    """Look at tokens as each walk does; give them, with the claims of the ID token."""
    token_type = "DPoP" if client.variant.by_proof else "Bearer"
    tokens = check_token_response(response, token_type=token_type)
    assert tokens["refresh_token"]
    assert tokens.get("authorization_details") == (DETAILS if client.variant.is_rich else None)
    if not client.variant.is_openid:
        assert "id_token" not in tokens
        return tokens
    jwks = check_jwks(await client.http.get(paths.JWKS))
    tokens["id_token_claims"] = check_id_token(
        tokens["id_token"],
        jwks,
        issuer=client.issuer,
        client_id=client.client_id,
        nonce=client.nonce if nonce == "" else nonce,
        algorithm=ALGORITHM,
    )
    return tokens


async def tokens_of(client: FAPIClient, browser: Browser, **changes: Any) -> dict[str, Any]:
    """Walk all the way to tokens, and to the resource that they are for."""
    code = await code_of(client, browser, **changes)
    tokens = await check_tokens(client, await exchange(client, code))
    check_accepted(client, await client.userinfo(tokens["access_token"]))
    return tokens


def check_accepted(client: FAPIClient, response: httpx2.Response) -> None:
    """Look whether UserInfo takes a token for one that is good and in the right hands.

    It is the one resource of this server, and tells nothing to who did not ask for OpenID Connect.
    """
    if client.variant.is_openid:
        assert response.status_code == 200, response.text
    else:
        assert response.status_code == 403
        assert 'error="insufficient_scope"' in response.headers["www-authenticate"]


def check_not_accepted(response: httpx2.Response) -> None:
    """Look whether a token was refused for itself, or for who sends it (RFC 6750 §3.1)."""
    assert response.status_code in (400, 401), response.text


def check_client_refused(response: httpx2.Response) -> None:
    """Look whether a client was not believed to be who it says."""
    refusal = json_of(response, response.status_code)
    assert (response.status_code, refusal["error"]) in (
        (401, "invalid_client"),
        (400, "invalid_client"),
        (400, "invalid_request"),
    )
