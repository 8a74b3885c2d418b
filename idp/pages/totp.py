"""The page of the authenticator app: setting it up, moving it to another phone, turning it off.

Nothing is kept of a secret that is shown here before the person has typed a code of it.
"""

from starlette.responses import Response

from idp import paths
from idp.authenticators import recovery_code, totp_enrolment
from idp.authenticators.pending import TookTooLong
from idp.authenticators.totp_enrolment import Enrolment, WrongCode
from idp.pages import recovery_codes
from idp.pages.account.frame import share_no_window
from idp.pages.account.moments import on_day
from idp.pages.confirm import first_confirm
from idp.pages.tasks import Task
from idp.storage.credentials import TOTP, Credential, find_credential
from idp.storage.users import User
from idp.users.accounts import SignedOutMeanwhile
from idp.users.login_sessions import SignedIn
from idp.web.provider import Provider
from idp.web.qr_code import qr_code
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect
from idp.words import N_

GROUP = 4

WRONG = N_("This is not the code that your app shows now. Type the newest one.")
TOO_LATE = N_("This took too long. Scan the new code.")


def totp(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Show the page, or do what was decided on it."""
    try:
        return _act(provider, http, signed_in)
    except SignedOutMeanwhile:
        return redirect(provider, http, provider.url(paths.LOGIN))


def _act(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    if http.form.get("pending"):
        return _submit(provider, http, signed_in)
    confirmation = first_confirm(provider, http, signed_in, Task.TOTP)
    if confirmation is not None:
        return confirmation
    if http.method == "GET":
        credential = find_credential(TOTP, signed_in.user.user_id)
        if credential is not None:
            return _show_on(provider, http, signed_in.user, credential)
        return _begin(provider, http, signed_in.user)
    match http.form.get("decision"):
        case "replace":
            return _begin(provider, http, signed_in.user)
        case "remove":
            sid = signed_in.login_session.sid
            totp_enrolment.remove(provider.config, signed_in.user, current_sid=sid)
            return redirect(provider, http, provider.url(paths.SECURITY))
        case _:
            return redirect(provider, http, provider.url(paths.TOTP))


def _submit(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Go on with what was begun; who began it had confirmed that it is them."""
    user, pending = signed_in.user, http.form.get("pending") or ""
    try:
        enrolment = totp_enrolment.take_up(provider.config, user, pending)
        codes = totp_enrolment.complete(
            provider.config,
            user,
            enrolment,
            http.form.get("code") or "",
            current_sid=signed_in.login_session.sid,
        )
    except WrongCode:
        return _show_setup(provider, http, user, enrolment, pending, error=WRONG)
    except TookTooLong:
        confirmation = first_confirm(provider, http, signed_in, Task.TOTP)
        return confirmation or _begin(provider, http, user, error=TOO_LATE)
    if codes is None:
        return redirect(provider, http, provider.url(paths.TOTP))
    return recovery_codes.show_codes(provider, http, user, codes)


def _begin(
    provider: Provider, http: HttpRequest, user: User, *, error: str | None = None
) -> Response:
    enrolment = totp_enrolment.begin()
    pending = totp_enrolment.put_away(provider.config, user, enrolment)
    return _show_setup(provider, http, user, enrolment, pending, error=error)


def _show_on(provider: Provider, http: HttpRequest, user: User, credential: Credential) -> Response:
    response = page(
        provider,
        http,
        "totp.html",
        since=on_day(credential.created_at, user),
        recovery_codes=recovery_code.remaining(user.user_id),
    )
    return share_no_window(response)


def _show_setup(
    provider: Provider,
    http: HttpRequest,
    user: User,
    enrolment: Enrolment,
    pending: str,
    *,
    error: str | None,
) -> Response:
    uri = totp_enrolment.uri_of(provider.config, user, enrolment)
    response = page(
        provider,
        http,
        "totp_setup.html",
        status=422 if error else 200,
        qr_code=qr_code(uri),
        uri=uri,
        secret=_grouped(enrolment.secret),
        pending=pending,
        error=error,
    )
    return share_no_window(response)


def _grouped(secret: str) -> str:
    return " ".join(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))
