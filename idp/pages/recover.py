"""The page of who has forgotten the password (OWASP Forgot Password)."""

import math

from starlette.responses import Response

from idp import paths
from idp.pages.interaction import Waiting, find_waiting
from idp.users.recovery import ask_for_recovery
from idp.users.throttle import Throttled
from idp.web import csrf
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect


def recover(provider: Provider, http: HttpRequest) -> Response:
    """Show the page, or mail whose name was typed, if there is such a person."""
    return _recover(provider, http, None)


def recover_for_request(provider: Provider, http: HttpRequest) -> Response:
    """Do the same for a person whom a client waits for."""
    return _recover(provider, http, find_waiting(provider, http))


def _recover(provider: Provider, http: HttpRequest, waiting: Waiting | None) -> Response:
    if http.method == "GET":
        return _show(provider, http, waiting)
    csrf.check(http, provider.config.issuer)
    typed = http.form.get("username") or ""
    if not typed.strip():
        return _show(provider, http, waiting, status=422, error="missing")
    try:
        flow = ask_for_recovery(provider.config, http.browser, typed)
    except Throttled as error:
        minutes = math.ceil(error.retry_after / 60)
        response = _show(
            provider, http, waiting, status=429, username=typed, error="throttled", minutes=minutes
        )
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    segments = [http.path_params["interaction"]] if waiting else []
    return redirect(provider, http, provider.url(paths.CHECK_MAIL, flow.reveal(), *segments))


def _show(
    provider: Provider,
    http: HttpRequest,
    waiting: Waiting | None,
    *,
    status: int = 200,
    username: str = "",
    error: str | None = None,
    minutes: int = 0,
) -> Response:
    segments = [http.path_params["interaction"]] if waiting else []
    return page(
        provider,
        http,
        "recover.html",
        status=status,
        client=waiting.client if waiting else None,
        username=username,
        error=error,
        retry_after_minutes=minutes,
        login_url=provider.url(paths.LOGIN, *segments),
    )
