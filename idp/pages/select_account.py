"""The account chooser, for `prompt=select_account` (OIDC Core §3.1.2.1)."""

from dataclasses import dataclass

from starlette.responses import Response

from idp import paths
from idp.pages.interaction import find_waiting, go_on, note, who_is_signed_in
from idp.storage.users import User
from idp.web import csrf
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect


@dataclass(frozen=True, slots=True)
class Account:
    """An account that is signed in in this browser."""

    user: User


def select_account(provider: Provider, http: HttpRequest) -> Response:
    """Offer the account that is signed in, or another."""
    waiting = find_waiting(provider, http)
    signed_in = who_is_signed_in(provider, http)
    if signed_in is None:
        return go_on(provider, http)
    if http.method != "POST":
        accounts = [Account(signed_in.user)]
        client = waiting.client
        return page(provider, http, "select_account.html", client=client, accounts=accounts)
    csrf.check(http, provider.config.issuer)
    match http.form.get("decision"):
        case "other":
            login = provider.url(paths.LOGIN, http.path_params["interaction"])
            return redirect(provider, http, login)
        case "continue":
            note(waiting, selected_sid=signed_in.login_session.sid)
        case "cancel":
            note(waiting, is_denied=True)
    return go_on(provider, http)
