"""Signing in once more before a change to an account (OWASP ASVS 7.5.1).

A browser that was left open must not be enough to take over the account of whoever left it.
"""

from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response

from idp import clock, log, paths
from idp.authenticators import password as password_authenticator
from idp.authenticators.enrolled import find_enrolled
from idp.authenticators.proof import InvalidCredentials, Method
from idp.pages import passkey_form
from idp.pages.interaction import who_is_signed_in
from idp.pages.sign_in import Destination, proven
from idp.pages.tasks import PATHS, Task
from idp.storage.users import User
from idp.users.login_sessions import SignedIn
from idp.users.throttle import Throttled
from idp.web import csrf
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import allow_passkeys, page, redirect
from idp.words import N_

RECENT = timedelta(minutes=5)


def first_confirm(
    provider: Provider, http: HttpRequest, signed_in: SignedIn, task: Task
) -> Response | None:
    """Lead to the page of this module, unless the person has signed in just now."""
    if clock.now() - signed_in.login_session.auth_time < RECENT:
        return None
    return redirect(provider, http, provider.url(paths.CONFIRM, task))


def confirm(provider: Provider, http: HttpRequest) -> Response:
    """Show the page, or check who it is and lead to the task."""
    if http.method == "POST":
        csrf.check(http, provider.config.issuer)
    task = next((each for each in Task if each == http.path_params["task"]), None)
    if task is None:
        raise HTTPException(404, N_("There is nothing of this name to confirm."))
    signed_in = who_is_signed_in(provider, http)
    if signed_in is None:
        return redirect(provider, http, provider.url(paths.LOGIN))
    if http.method == "POST":
        return _submit(provider, http, signed_in.user, task)
    if first_confirm(provider, http, signed_in, task) is None:
        return redirect(provider, http, provider.url(PATHS[task]))
    return _show(provider, http, signed_in.user)


def _submit(provider: Provider, http: HttpRequest, user: User, task: Task) -> Response:
    try:
        user, method = _prove(provider, http, user)
    except InvalidCredentials:
        return _show(provider, http, user, status=401, error="invalid")
    except Throttled as throttled:
        retry_after = throttled.retry_after
        return _show(provider, http, user, status=429, error="throttled", retry_after=retry_after)
    return proven(provider, http, Destination(task=task), user, frozenset({method}))


def _prove(provider: Provider, http: HttpRequest, user: User) -> tuple[User, Method]:
    """Take a proof of the person who is signed in, and of nobody else."""
    if passkey_form.is_answered(http):
        return passkey_form.verify_answer(provider, http, user), Method.PASSKEY
    again = password_authenticator.verify(
        provider.hasher,
        provider.config.throttle,
        user.username,
        http.form.get("password") or "",
        log.client_address() or "",
    )
    if again.user_id != user.user_id:  # the name was given to somebody else meanwhile
        raise InvalidCredentials
    return again, Method.PASSWORD


def _show(
    provider: Provider,
    http: HttpRequest,
    user: User,
    *,
    status: int = 200,
    error: str | None = None,
    retry_after: int = 0,
) -> Response:
    enrolled = find_enrolled(user.user_id)
    by_passkey = Method.PASSKEY in enrolled
    response = page(
        provider,
        http,
        "confirm.html",
        status=status,
        user=user,
        has_password=Method.PASSWORD in enrolled,
        passkey_request=passkey_form.question(provider, http, user) if by_passkey else None,
        error=error,
        retry_after=retry_after,
    )
    return allow_passkeys(response) if by_passkey else response
