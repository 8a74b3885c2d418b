"""The last act of every way to sign in: a login session, and its cookie."""

from starlette.responses import Response

from idp.storage.login_sessions import LoginSession
from idp.storage.users import User
from idp.users import login_sessions
from idp.web.accounts import accounts_in, make_active
from idp.web.provider import Provider
from idp.web.request import HttpRequest


def sign_in(
    provider: Provider, http: HttpRequest, response: Response, user: User, amr: list[str]
) -> LoginSession:
    """Sign a person in in this browser, under an id that nobody knew before (CWE-384).

    Who signs in once more stays in the same session as far as clients can see: its `sid` is kept,
    and with it the grants that live as long. The sessions of other people wait beside it.
    """
    config = provider.config.login_sessions
    accounts = accounts_in(provider, http)
    own = next((each for each in accounts if each.user.user_id == user.user_id), None)
    if own is not None:
        secret, login_session = login_sessions.renew(own.signed_in.login_session, amr, config)
    else:
        secret, login_session = login_sessions.start(user, amr, config)
    others = [each for each in accounts if each is not own]
    make_active(provider, http, response, secret, others)
    return login_session
