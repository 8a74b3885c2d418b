"""The account chooser: on its own, or for `prompt=select_account` (OIDC Core §3.1.2.1)."""

from collections.abc import Sequence

from starlette.responses import Response

from idp import paths
from idp.pages.interaction import Waiting, find_waiting, go_on, note
from idp.users.browser_accounts import Account, is_called
from idp.web import csrf
from idp.web.accounts import accounts_in, make_active
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect


def select_account(provider: Provider, http: HttpRequest) -> Response:
    """Offer the accounts that are signed in in this browser, and go to the page of the chosen."""
    if http.method == "POST":
        csrf.check(http, provider.config.issuer)
    accounts = accounts_in(provider, http)
    if not accounts:
        return redirect(provider, http, provider.url(paths.LOGIN))
    if http.method != "POST":
        return _show(provider, http, accounts, None)
    chosen = _chosen(http, accounts)
    if chosen is None:
        return redirect(provider, http, provider.url(paths.SELECT_ACCOUNT))
    response = redirect(provider, http, provider.url(paths.ACCOUNT))
    _activate(provider, http, response, chosen, accounts)
    return response


def select_account_for_request(provider: Provider, http: HttpRequest) -> Response:
    """Offer them, or another, and return to the request."""
    waiting = find_waiting(provider, http)
    accounts = accounts_in(provider, http)
    if not accounts:
        return go_on(provider, http)
    if http.method != "POST":
        return _show(provider, http, accounts, waiting)
    csrf.check(http, provider.config.issuer)
    if http.form.get("decision") == "other":
        login = provider.url(paths.LOGIN, http.path_params["interaction"])
        return redirect(provider, http, login)
    response = go_on(provider, http)
    if http.form.get("decision") == "cancel":
        note(waiting, is_denied=True)
    elif chosen := _chosen(http, accounts):
        note(waiting, selected_sid=chosen.sid)
        _activate(provider, http, response, chosen, accounts)
    return response


def _chosen(http: HttpRequest, accounts: Sequence[Account]) -> Account | None:
    """Find the account whose button was pressed, unless it was signed out meanwhile."""
    user_id = http.form.get("account")
    return next((each for each in accounts if each.user.user_id == user_id), None)


def _activate(
    provider: Provider,
    http: HttpRequest,
    response: Response,
    chosen: Account,
    accounts: Sequence[Account],
) -> None:
    others = [each for each in accounts if each is not chosen]
    login_session = chosen.signed_in.login_session
    make_active(provider, http, response, chosen.session, login_session, others)


def _show(
    provider: Provider, http: HttpRequest, accounts: Sequence[Account], waiting: Waiting | None
) -> Response:
    hint = waiting.request.login_hint if waiting else None
    if hint is not None:
        accounts = sorted(accounts, key=lambda each: not is_called(each.user, hint))
    return page(
        provider,
        http,
        "select_account.html",
        client=waiting.client if waiting else None,
        accounts=accounts,
        add_url=None if waiting else provider.url(paths.ADD_ACCOUNT),
    )
