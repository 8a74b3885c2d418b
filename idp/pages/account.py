"""A person's own page: who they are, where they are signed in, what may use their account."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from starlette.responses import Response

from idp import paths
from idp.clients.model import Client
from idp.clients.registration import find_clients
from idp.pages.consent import describe_scope
from idp.pages.interaction import who_is_signed_in
from idp.storage.login_sessions import list_login_sessions
from idp.users import consents, login_sessions
from idp.users.consents import Connection
from idp.users.login_sessions import SignedIn
from idp.web import csrf
from idp.web.clients import view_of
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect


@dataclass(frozen=True, slots=True)
class SessionView:
    """A login session, in words."""

    sid: str
    description: str
    signed_in_at: str
    current: bool


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A client that can use the account, in words."""

    client_id: str
    name: str
    host: str
    scopes: list[str]
    since: str
    open_url: str | None


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
    """Take back all that a client has of the account."""
    csrf.check(http, provider.config.issuer)
    signed_in = who_is_signed_in(provider, http)
    if signed_in is not None:
        consents.disconnect(signed_in.user.user_id, http.form.get("client_id") or "")
    return redirect(provider, http, provider.url(paths.ACCOUNT))


def sign_out(provider: Provider, http: HttpRequest) -> Response:
    """Sign the person out of another browser; /logout is for the one that they use."""
    csrf.check(http, provider.config.issuer)
    signed_in = who_is_signed_in(provider, http)
    if signed_in is not None:
        login_sessions.end_another(signed_in.login_session, http.form.get("sid") or "")
    return redirect(provider, http, provider.url(paths.ACCOUNT))


def _sessions(signed_in: SignedIn) -> list[SessionView]:
    current = signed_in.login_session.sid
    return [
        SessionView(
            sid=each.sid,
            description="This browser" if each.sid == current else "Another browser",
            signed_in_at=_in_words(each.auth_time),
            current=each.sid == current,
        )
        for each in list_login_sessions(signed_in.user.user_id)
    ]


def _connections(provider: Provider, signed_in: SignedIn) -> list[ConnectionView]:
    connections = consents.list_connections(signed_in.user.user_id)
    clients = find_clients([each.client_id for each in connections])
    return [
        _show(provider, clients[each.client_id], each)
        for each in connections
        if each.client_id in clients  # it may be removed at this moment
    ]


def _show(provider: Provider, client: Client, connection: Connection) -> ConnectionView:
    view = view_of(client)
    return ConnectionView(
        client_id=client.client_id,
        name=view.name,
        host=view.host,
        scopes=[each.label for each in describe_scope(connection.scope, provider.config.scopes)],
        since=_in_words(connection.since),
        open_url=_open_url(provider, client),
    )


def _open_url(provider: Provider, client: Client) -> str | None:
    """Say where the client begins a sign-in that somebody else has asked for (OIDC Core §4)."""
    uri = client.initiate_login_uri
    if uri is None:
        return None
    return f"{uri}{'&' if '?' in uri else '?'}iss={quote(provider.config.issuer, safe='')}"


def _in_words(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
