"""The last act of every way to sign in: a login session, and its cookie."""

from starlette.responses import Response

from idp.storage.login_sessions import LoginSession
from idp.storage.users import User
from idp.users import login_sessions
from idp.web.cookies import Cookies
from idp.web.provider import Provider
from idp.web.request import HttpRequest


def sign_in(
    provider: Provider, http: HttpRequest, response: Response, user: User, amr: list[str]
) -> LoginSession:
    """Sign a person in in this browser, under an id that nobody knew before (CWE-384).

    Who signs in once more stays in the same session as far as clients can see: its `sid` is kept,
    and with it the grants that live as long. Another person's session ends.
    """
    config = provider.config.login_sessions
    signed_in = login_sessions.hold(http.session.reveal() if http.session else None, config)
    if signed_in is not None and signed_in.user.user_id == user.user_id:
        secret, login_session = login_sessions.renew(signed_in.login_session, amr, config)
    else:
        if signed_in is not None:
            login_sessions.end(signed_in.login_session)
        secret, login_session = login_sessions.start(user, amr, config)
    Cookies(provider.config).set_session(response, secret, config.absolute_lifetime)
    return login_session
