"""A person's own page: who they are, where they are signed in, what may use their account."""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from idp import paths
from idp.clients.registration import find_client
from idp.pages.consent import describe_scope
from idp.pages.interaction import who_is_signed_in
from idp.storage.consents import find_consent, list_consents
from idp.storage.login_sessions import list_login_sessions
from idp.users import consents
from idp.users.login_sessions import SignedIn
from idp.web import csrf
from idp.web.clients import view_of
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect


@dataclass(frozen=True, slots=True)
class SessionView:
    """A login session, in words."""

    description: str
    signed_in_at: str
    current: bool


@dataclass(frozen=True, slots=True)
class Connection:
    """A client that may use the account, in words."""

    client_id: str
    name: str
    host: str
    scopes: list[str]
    granted_at: str


def account(provider: Provider, http: HttpRequest) -> Response:
    """Show the page, after signing in."""
    signed_in = who_is_signed_in(provider, http)
    if signed_in is None:
        return redirect(provider, http, provider.url(paths.LOGIN))
    response = page(
        provider,
        http,
        "account.html",
        user=signed_in.user,
        is_admin=signed_in.user.is_admin,
        sessions=_sessions(signed_in),
        connections=_connections(provider, signed_in),
    )
    # Not on the pages of a sign-in, which a client may have opened in a window of its own.
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response


def disconnect(provider: Provider, http: HttpRequest) -> Response:
    """Take back what a client was allowed."""
    csrf.check(http, provider.config.issuer)
    signed_in = who_is_signed_in(provider, http)
    client_id = http.form.get("client_id") or ""
    if signed_in is not None and find_consent(signed_in.user.user_id, client_id):
        consents.disconnect(signed_in.user.user_id, client_id)
    return redirect(provider, http, provider.url(paths.ACCOUNT))


def _sessions(signed_in: SignedIn) -> list[SessionView]:
    current = signed_in.login_session.sid
    return [
        SessionView(
            description="This browser" if each.sid == current else "Another browser",
            signed_in_at=_in_words(each.auth_time),
            current=each.sid == current,
        )
        for each in list_login_sessions(signed_in.user.user_id)
    ]


def _connections(provider: Provider, signed_in: SignedIn) -> list[Connection]:
    connections = []
    for consent in list_consents(signed_in.user.user_id):
        client = find_client(consent.client_id)
        if client is None:
            continue
        view = view_of(client)
        words = [each.label for each in describe_scope(consent.scope, provider.config.scopes)]
        connections.append(
            Connection(client.client_id, view.name, view.host, words, _in_words(consent.granted_at))
        )
    return connections


def _in_words(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
