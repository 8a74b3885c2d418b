"""The page of who has forgotten the password (OWASP Forgot Password)."""

from functools import partial

from starlette.responses import Response

from idp.pages import mail_request
from idp.pages.interaction import Waiting, find_waiting
from idp.users.recovery import ask_for_recovery
from idp.web.provider import Provider
from idp.web.request import HttpRequest


def recover(provider: Provider, http: HttpRequest) -> Response:
    """Show the page, or mail whose name was typed, if there is such a person."""
    return _recover(provider, http, None)


def recover_for_request(provider: Provider, http: HttpRequest) -> Response:
    """Do the same for a person whom a client waits for."""
    return _recover(provider, http, find_waiting(provider, http))


def _recover(provider: Provider, http: HttpRequest, waiting: Waiting | None) -> Response:
    ask = partial(ask_for_recovery, provider.config, http.browser)
    return mail_request.answer(provider, http, waiting, "recover.html", ask)
