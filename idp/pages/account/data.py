"""A person's data: a copy to take along, and the end of the account with all that hangs on it."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from idp.pages.account.export import export
from idp.pages.account.frame import share_no_window, show
from idp.pages.confirm import first_confirm
from idp.pages.tasks import Task
from idp.users.deletion import LastAdministrator, delete_own_account
from idp.users.login_sessions import SignedIn
from idp.users.names import username_key
from idp.web.accounts import accounts_in, sign_out
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page
from idp.words import N_

NOT_TYPED = N_("This is not your user name. Nothing was deleted.")
LAST_ADMINISTRATOR = N_(
    "You are the last administrator. Make somebody else one first; nothing was deleted."
)
NO_DELETION = N_("Accounts are deleted by administrators here.")


def data(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Show the page."""
    return first_confirm(provider, http, signed_in, Task.DATA) or _show(provider, http, signed_in)


def export_account(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Send a copy of all that is known of the person."""
    return first_confirm(provider, http, signed_in, Task.DATA) or export(provider, signed_in.user)


def delete_account(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Delete the account, if the person has typed whose it is."""
    if not provider.config.account.deletion:
        raise HTTPException(404, NO_DELETION)
    if response := first_confirm(provider, http, signed_in, Task.DATA):
        return response
    user = signed_in.user
    if username_key((http.form.get("confirmation") or "").strip()) != user.username_key:
        return _show(provider, http, signed_in, NOT_TYPED, status=422)
    accounts = accounts_in(provider, http)
    try:
        delete_own_account(provider.config, user)
    except LastAdministrator:
        return _show(provider, http, signed_in, LAST_ADMINISTRATOR, status=422)
    response = share_no_window(page(provider, http, "account/deleted.html"))
    leaving = [each for each in accounts if each.user.user_id == user.user_id]
    sign_out(provider, http, response, leaving, [each for each in accounts if each not in leaving])
    return response


def _show(
    provider: Provider,
    http: HttpRequest,
    signed_in: SignedIn,
    error: str | None = None,
    *,
    status: int = 200,
) -> Response:
    return show(
        provider,
        http,
        "data.html",
        signed_in.user,
        status=status,
        error=error,
        can_delete=provider.config.account.deletion,
    )
