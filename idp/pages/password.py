"""The password page, where a person changes their own."""

from starlette.responses import Response

from idp import log, paths
from idp.authenticators import password as password_authenticator
from idp.authenticators.proof import InvalidCredentials, Method, amr_of
from idp.pages.interaction import who_is_signed_in
from idp.pages.sign_in import sign_in
from idp.storage.users import User
from idp.users import accounts
from idp.users.accounts import SignedOutMeanwhile
from idp.users.login_sessions import SignedIn
from idp.users.names import ValidationFailed
from idp.users.throttle import Throttled
from idp.web import csrf
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect
from idp.words import N_

CURRENT, NEW = "current_password", "new_password"
WRONG = N_("This is not your current password.")


def password(provider: Provider, http: HttpRequest) -> Response:
    """Show the page, or change the password and go back to the account."""
    if http.method == "POST":
        csrf.check(http, provider.config.issuer)
    signed_in = who_is_signed_in(provider, http)
    if signed_in is None:
        return redirect(provider, http, provider.url(paths.LOGIN))
    if http.method == "GET":
        return _show(provider, http, signed_in.user, {}, status=200)
    return _submit(provider, http, signed_in)


def _submit(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    try:
        user = _change(provider, http, signed_in)
    except (InvalidCredentials, SignedOutMeanwhile):  # it was changed, or all was signed out
        return _show(provider, http, signed_in.user, {CURRENT: WRONG}, status=401)
    except ValidationFailed as failure:
        errors = {NEW: failure.errors["password"]}
        return _show(provider, http, signed_in.user, errors, status=422)
    except Throttled as throttled:
        user, retry_after = signed_in.user, throttled.retry_after
        return _show(provider, http, user, {}, status=429, retry_after=retry_after)
    response = redirect(provider, http, provider.url(paths.ACCOUNT))
    amr = amr_of({Method.PASSWORD}).union(signed_in.login_session.amr)
    sign_in(provider, http, response, user, amr)
    return response


def _change(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> User:
    """Ask for the current password first: a browser that was left open must not be enough."""
    user = password_authenticator.verify(
        provider.hasher,
        provider.config.throttle,
        signed_in.user.username,
        http.form.get(CURRENT) or "",
        log.client_address() or "",
    )
    accounts.change_password(
        provider.hasher,
        provider.config,
        user,
        http.form.get(NEW) or "",
        current_sid=signed_in.login_session.sid,
    )
    return user


def _show(
    provider: Provider,
    http: HttpRequest,
    user: User,
    errors: dict[str, str],
    *,
    status: int,
    retry_after: int = 0,
) -> Response:
    return page(
        provider,
        http,
        "password.html",
        status=status,
        user=user,
        errors=errors,
        retry_after=retry_after,
        min_length=provider.config.passwords.min_length,
    )
