"""The pages of the playground, in the order of a walk (RFC 6749 §4.1, RFC 9126, OIDC Core §4)."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

import httpx2
from starlette.responses import Response

from idp.clients.registration import find_client
from idp.pages.playground import proof
from idp.pages.playground.run import CLIENT_ID, Run
from idp.pages.playground.visit import Action, Visit
from idp.pages.playground.wire import (
    Check,
    Exchange,
    arrived,
    curl,
    error_of,
    exchange_of,
    request_text,
)
from idp.paths import OPENID_CONFIGURATION, PLAYGROUND
from idp.vocabulary import Prompt, ResponseMode, ResponseType
from idp.web.responses import PAGE_HEADERS, page, redirect

INITIATE = f"{PLAYGROUND}/initiate"
CHOICES = ("scope", "prompt", "response_mode", "login_hint", "max_age")
# A fragment stays in the browser, and this client is a server.
RESPONSE_MODES = (ResponseMode.QUERY, ResponseMode.FORM_POST)
DEFAULTS = {"scope": "openid profile email offline_access"}
NOT_REGISTERED = "The client playground is not registered. Start the server with idp serve --dev."
STRAY_LINK = "This link comes from another provider than ours: a client does not follow it."
NOT_OURS = "This answer does not belong to the request: a client has to throw it away."


async def start(visit: Visit) -> Response:
    """Show what can be asked for, and the metadata of the server."""
    is_back = visit.http.query.get("state") is not None
    if is_back and visit.run is not None and visit.run.logout_state is not None:
        return _signed_out(visit, visit.run)
    response = await visit.wire.get(visit.provider.config.issuer + OPENID_CONFIGURATION)
    client = await visit.provider.database.run(find_client, CLIENT_ID)
    return page(
        visit.provider,
        visit.http,
        "playground/index.html",
        error=None if client else NOT_REGISTERED,
        values=visit.run.chosen if visit.run else DEFAULTS,
        prompts=[str(prompt) for prompt in Prompt],
        response_modes=[str(mode) for mode in RESPONSE_MODES],
        actions=[visit.action("Send the request", "authorize", primary=True)],
        open_url=visit.provider.url(f"{INITIATE}?{_encode({'iss': visit.provider.config.issuer})}"),
        facts=[("client_id", CLIENT_ID), ("redirect_uri", f"{visit.home}/callback")],
        exchanges=[exchange_of("Metadata of the server", response)],
    )


async def authorize(visit: Visit) -> Response:
    """Send the browser to the authorization endpoint."""
    chosen = {name: visit.http.form.get(name) or "" for name in CHOICES}
    return await _send(visit, await _begin(visit, chosen))


async def initiate(visit: Visit) -> Response:
    """Begin a sign-in that somebody else has asked for, such as the account page (OIDC Core §4)."""
    pairs = dict(visit.http.parameters.pairs)
    if visit.http.method == "POST":  # from another site, and so without our cookies: a GET has them
        url = visit.provider.url(f"{INITIATE}?{_encode(pairs)}")
        return Response(status_code=303, headers=PAGE_HEADERS | {"Location": url})
    scope = (visit.run.chosen if visit.run else DEFAULTS)["scope"]
    run = await _begin(visit, {"scope": scope, "login_hint": pairs.get("login_hint", "")})
    received = arrived("Third-party initiated login", "GET", visit.home + "/initiate", pairs)
    check = Check("iss is the issuer", pairs.get("iss") == run.metadata["issuer"])
    run = run.with_exchange(replace(received, checks=(check,)))
    if not check.passed:
        return visit.go_on(replace(run, title="A stray link", error=STRAY_LINK))
    return await _send(visit, run)


async def _begin(visit: Visit, chosen: Mapping[str, str]) -> Run:
    response = await visit.wire.get(visit.provider.config.issuer + OPENID_CONFIGURATION)
    return Run(response.json(), f"{visit.home}/callback", chosen)


async def _send(visit: Visit, run: Run) -> Response:
    """Send the request by way of the browser, or its name if it must be pushed."""
    parameters = _authorization_request(run)
    if run.metadata["require_pushed_authorization_requests"]:
        response = await _push(visit, run, parameters)
        run = run.with_exchange(exchange_of("Pushed authorization request", response))
        if not response.is_success:
            error = error_of(response.json())
            return visit.go_on(replace(run, title="The request was refused", error=error))
        request_uri = response.json()["request_uri"]
        parameters = {"client_id": CLIENT_ID, "request_uri": request_uri}
    url = f"{run.metadata['authorization_endpoint']}?{_encode(parameters)}"
    visit.runs.keep(visit.http.browser, run.with_exchange(_sent("Authorization request", url)))
    return redirect(visit.provider, visit.http, url)


async def _push(visit: Visit, run: Run, parameters: Mapping[str, str]) -> httpx2.Response:
    given = {name: value for name, value in parameters.items() if value}
    return await visit.wire.post(run.metadata["pushed_authorization_request_endpoint"], given)


async def callback(visit: Visit) -> Response:
    """Receive the answer of the authorization endpoint."""
    run, parameters = visit.run, visit.http.parameters
    if run is None:
        return visit.start_over()
    received = arrived(
        "Authorization response", visit.http.method, run.redirect_uri, dict(parameters.pairs)
    )
    checks = proof.check_answer(run, parameters)
    run = run.with_exchange(replace(received, checks=checks))
    if not all(check.passed for check in checks):
        return visit.go_on(replace(run, title="A stray answer", error=NOT_OURS, code=None))
    if error := error_of(dict(parameters.pairs)):
        return visit.go_on(replace(run, title="The request was refused", error=error, code=None))
    return visit.go_on(replace(run, title="A code came back", code=parameters.get("code")))


async def show(visit: Visit) -> Response:
    """Show the walk so far, and what can be done next."""
    run = visit.run
    if run is None:
        return visit.start_over()
    return page(
        visit.provider,
        visit.http,
        "playground/step.html",
        title=run.title,
        error=run.error,
        actions=_actions(visit, run),
        facts=[
            ("issuer", run.metadata["issuer"]),
            ("client_id", CLIENT_ID),
            ("redirect_uri", run.redirect_uri),
            ("state", run.state),
            ("nonce", run.nonce),
            ("code_verifier", run.code_verifier),
            ("code_challenge", run.code_challenge),
        ],
        exchanges=run.exchanges,
    )


async def log_out(visit: Visit) -> Response:
    """Send the browser to the end session endpoint."""
    run = visit.run
    if run is None:
        return visit.start_over()
    state = secrets.token_urlsafe(16)
    parameters = {
        "id_token_hint": run.tokens.get("id_token", ""),
        "client_id": CLIENT_ID,
        "post_logout_redirect_uri": visit.home,
        "state": state,
    }
    url = f"{run.metadata['end_session_endpoint']}?{_encode(parameters)}"
    sent = _sent("Logout request", url)
    run = replace(run.with_exchange(sent), title="On the way", error=None, logout_state=state)
    visit.runs.keep(visit.http.browser, run)
    return redirect(visit.provider, visit.http, url)


async def restart(visit: Visit) -> Response:
    """Begin another walk."""
    return visit.start_over()


def _signed_out(visit: Visit, run: Run) -> Response:
    """Receive the browser back from the end session endpoint."""
    parameters = dict(visit.http.query.pairs)
    received = arrived("Back from logging out", "GET", visit.home, parameters)
    check = Check("state is the one that was sent", parameters.get("state") == run.logout_state)
    run = run.with_exchange(replace(received, checks=(check,)))
    title, error = ("You are signed out", None) if check.passed else ("A stray answer", NOT_OURS)
    run = replace(run, title=title, error=error, code=None, tokens={}, logout_state=None)
    return visit.go_on(run)


def _authorization_request(run: Run) -> Mapping[str, str]:
    return {
        "response_type": ResponseType.CODE,
        "client_id": CLIENT_ID,
        "redirect_uri": run.redirect_uri,
        "state": run.state,
        "nonce": run.nonce,
        "code_challenge": run.code_challenge,
        "code_challenge_method": "S256",
        **run.chosen,
    }


def _sent(title: str, url: str) -> Exchange:
    request = httpx2.Request("GET", url)
    return Exchange(title, request_text(request), curl=curl(request))


def _encode(parameters: Mapping[str, str]) -> str:
    return urlencode({k: v for k, v in parameters.items() if v}, quote_via=quote)


def _actions(visit: Visit, run: Run) -> list[Action]:
    over = visit.action("Start over", "restart")
    if run.code is not None:
        return [visit.action("Exchange the code", "exchange", primary=True), over]
    if not run.tokens:
        return [visit.action("Start over", "restart", primary=True)]
    refreshing = [visit.action("Refresh", "refresh")] if "refresh_token" in run.tokens else []
    return [
        visit.action("UserInfo", "userinfo", primary=True),
        *refreshing,
        visit.action("Introspect", "introspect"),
        visit.action("Revoke", "revoke"),
        visit.action("Log out", "logout"),
        over,
    ]
