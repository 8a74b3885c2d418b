"""The page where a person types the code that their device shows (RFC 8628 §3.3)."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from idp import audit, log, paths
from idp.oauth2 import user_code as user_codes
from idp.pages.interaction import who_is_signed_in
from idp.pages.request import begin
from idp.storage.polled_requests import PolledRequest, find_by_user_code
from idp.users import throttle
from idp.users.throttle import Throttled
from idp.web import csrf
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page
from idp.words import N_

OUTCOMES = frozenset({"allowed", "denied"})


def device(provider: Provider, http: HttpRequest) -> Response:
    """Show the page, or begin to ask the person about the device whose code they have typed."""
    if http.method == "GET":  # an address with the code in it still needs a button (§3.3.1)
        return _show(provider, http, typed=http.query.get("user_code") or "")
    csrf.check(http, provider.config.issuer)
    typed = http.form.get("user_code") or ""
    try:
        polled = _find(provider, http, typed)
    except Throttled as throttled:
        return _show(provider, http, typed=typed, status=429, retry_after=throttled.retry_after)
    if polled is None:
        return _show(provider, http, typed=typed, status=422, is_wrong=True)
    return begin(provider, http, polled)


def device_done(provider: Provider, http: HttpRequest) -> Response:
    """Say what was decided; whoever opens the address by themselves learns of nobody."""
    outcome = http.path_params["outcome"]
    if outcome not in OUTCOMES:
        raise HTTPException(404, N_("There is nothing of this name to say of a device."))
    account_url = provider.url(paths.CONNECTIONS)
    return page(provider, http, "device_done.html", outcome=outcome, account_url=account_url)


def _find(provider: Provider, http: HttpRequest, typed: str) -> PolledRequest | None:
    """Find whose code it is; each guess is counted before it is looked at (§5.1).

    Raises Throttled.
    """
    signed_in = who_is_signed_in(provider, http)
    user, address = signed_in.user if signed_in else None, log.client_address() or ""
    throttle.take_user_code(user, address, provider.config.throttle)
    user_code = user_codes.read(typed)
    polled = find_by_user_code(user_code) if user_code else None
    if polled is not None:
        throttle.forgive_user_code(user, address)
    else:
        user_id = user.user_id if user else None
        audit.record(audit.EventName.USER_CODE_WRONG, user_id=user_id)
    return polled


def _show(
    provider: Provider,
    http: HttpRequest,
    *,
    typed: str,
    status: int = 200,
    is_wrong: bool = False,
    retry_after: int = 0,
) -> Response:
    return page(
        provider,
        http,
        "device.html",
        status=status,
        typed=typed[: user_codes.MAX_READ],
        is_wrong=is_wrong,
        retry_after=retry_after,
    )
