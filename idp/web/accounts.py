"""Several accounts in one browser: who is signed in, and what its cookies keep of it."""

from collections.abc import Sequence

from starlette.responses import Response

from idp.secret import Secret
from idp.storage.login_sessions import LoginSession
from idp.users import login_sessions
from idp.users.browser_accounts import Account, list_accounts
from idp.web.cookies import MAX_OTHERS, Cookies
from idp.web.provider import Provider
from idp.web.request import HttpRequest


def accounts_in(provider: Provider, http: HttpRequest) -> list[Account]:
    """List who is signed in in this browser, the active account first."""
    return list_accounts(http.session, http.other_sessions, provider.config.login_sessions)


def make_active(
    provider: Provider,
    http: HttpRequest,
    response: Response,
    session: Secret,
    login_session: LoginSession,
    others: Sequence[Account],
) -> None:
    """Make a login session the active one; of too many others, the oldest ends."""
    for account in others[MAX_OTHERS:]:
        login_sessions.end(account.signed_in.login_session)
    lifetime = _lifetime(provider, [login_session])
    Cookies(provider.config).set_session(response, session, lifetime)
    staying = others[:MAX_OTHERS]
    _keep_others(provider, http, response, staying)
    all_sessions = [login_session, *_sessions_of(staying)]
    secrets = [session, *(each.session for each in staying)]
    _show_state(provider, response, secrets, _lifetime(provider, all_sessions))


def sign_out(
    provider: Provider,
    http: HttpRequest,
    response: Response,
    leaving: Sequence[Account],
    staying: Sequence[Account],
) -> None:
    """Sign some people out of this browser, and leave the others signed in.

    Without the active account none is active: who signs out does not expect to be somebody else.
    """
    for account in leaving:
        login_sessions.end(account.signed_in.login_session)
    if not any(each.session is http.session for each in staying):
        Cookies(provider.config).remove_session(response)
    others = [each for each in staying if each.session is not http.session]
    _keep_others(provider, http, response, others)
    lifetime = _lifetime(provider, _sessions_of(staying))
    _show_state(provider, response, [each.session for each in staying], lifetime)


def _sessions_of(accounts: Sequence[Account]) -> list[LoginSession]:
    return [each.signed_in.login_session for each in accounts]


def _lifetime(provider: Provider, sessions: Sequence[LoginSession]) -> int | None:
    """Let the browser keep what a person wants to be kept, and forget the rest when it closes."""
    is_kept = any(each.is_kept for each in sessions)
    config = provider.config.login_sessions
    return login_sessions.lifetime_of(config, is_kept=True) if is_kept else None


def _show_state(
    provider: Provider, response: Response, sessions: Sequence[Secret], lifetime: int | None
) -> None:
    Cookies(provider.config).set_browser_state(response, sessions, lifetime)


def _keep_others(
    provider: Provider, http: HttpRequest, response: Response, others: Sequence[Account]
) -> None:
    sessions = tuple(each.session for each in others)
    if sessions != http.other_sessions:
        lifetime = _lifetime(provider, _sessions_of(others))
        Cookies(provider.config).set_others(response, sessions, lifetime)
