"""The page of the recovery codes: how many are left, and new ones, which are shown once."""

from starlette.responses import Response

from idp import paths
from idp.authenticators import recovery_code
from idp.authenticators.pending import TookTooLong
from idp.pages.account.frame import share_no_window
from idp.pages.confirm import first_confirm
from idp.pages.tasks import Task
from idp.storage.users import User
from idp.users.accounts import SignedOutMeanwhile
from idp.users.login_sessions import SignedIn
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect


def recovery_codes(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Show how many there are, or make new ones."""
    if http.method == "GET":
        return _show(provider, http, signed_in)
    if not recovery_code.is_needed(signed_in.user.user_id):
        return redirect(provider, http, provider.url(paths.RECOVERY_CODES))
    try:
        return _make(provider, http, signed_in)
    except TookTooLong:
        return _show(provider, http, signed_in, status=422)
    except SignedOutMeanwhile:
        return redirect(provider, http, provider.url(paths.LOGIN))


def show_codes(provider: Provider, http: HttpRequest, user: User, codes: list[str]) -> Response:
    """Show codes that were made just now."""
    text = _as_text(provider, user, codes)
    shown = page(provider, http, "recovery_codes_made.html", codes=codes, text=text)
    return share_no_window(shown)


def _make(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Make what was begun; who was shown the button had confirmed that it is them."""
    user = signed_in.user
    codes = recovery_code.make(
        provider.config,
        user,
        http.form.get("pending") or "",
        current_sid=signed_in.login_session.sid,
    )
    return show_codes(provider, http, user, codes)


def _show(
    provider: Provider, http: HttpRequest, signed_in: SignedIn, *, status: int = 200
) -> Response:
    confirmation = first_confirm(provider, http, signed_in, Task.RECOVERY_CODES)
    if confirmation is not None:
        return confirmation
    user = signed_in.user
    response = page(
        provider,
        http,
        "recovery_codes.html",
        status=status,
        is_needed=recovery_code.is_needed(user.user_id),
        remaining=recovery_code.remaining(user.user_id),
        pending=recovery_code.begin(provider.config, user),
        took_too_long=status != 200,
    )
    return share_no_window(response)


def _as_text(provider: Provider, user: User, codes: list[str]) -> str:
    """Write the codes as a file that says what they are for."""
    return "\n".join((f"{provider.config.branding.name} {user.username}", "", *codes, ""))
