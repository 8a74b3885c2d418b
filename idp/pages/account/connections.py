"""What may use a person's account: each client in words, and a button that ends it."""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response

from idp import paths
from idp.clients.model import Client
from idp.clients.registration import find_clients
from idp.pages.account.frame import show
from idp.pages.account.moments import on_day
from idp.pages.consent import describe_claims, describe_scope
from idp.pages.targets import (
    DetailView,
    ResourceView,
    describe_details,
    describe_resource,
)
from idp.storage.users import User
from idp.users import consents
from idp.users.consents import Connection
from idp.users.login_sessions import SignedIn
from idp.web.clients import view_of
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import redirect


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A client that can use the account, in words."""

    client_id: str
    name: str
    host: str
    first_party: bool
    logo_path: str | None
    scopes: list[str]
    resources: list[ResourceView]
    details: list[DetailView]
    since: str
    last_used: str
    until: str | None
    open_url: str | None


def connections(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Show the page."""
    user = signed_in.user
    connections = consents.list_connections(user.user_id)
    clients = find_clients([each.client_id for each in connections])
    views = [
        _view(provider, clients[each.client_id], each, user)
        for each in connections
        if each.client_id in clients  # it may be removed at this moment
    ]
    return show(provider, http, "connections.html", user, connections=views)


def disconnect(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Take back all that a client has of the account."""
    consents.disconnect(signed_in.user.user_id, http.form.get("client_id") or "")
    return redirect(provider, http, provider.url(paths.CONNECTIONS))


def _view(provider: Provider, client: Client, connection: Connection, user: User) -> ConnectionView:
    view = view_of(client)
    allowed = [
        *describe_scope(connection.scope, provider.config.scopes),
        *describe_claims(connection.claims),
    ]
    return ConnectionView(
        client_id=client.client_id,
        name=view.name,
        host=view.host,
        first_party=view.first_party,
        logo_path=view.logo_path,
        scopes=[each.label for each in allowed],
        resources=describe_resource(provider.config, connection.resource),
        details=describe_details(provider.config, connection.authorization_details),
        since=on_day(connection.since, user),
        last_used=on_day(connection.used_at, user),
        until=on_day(connection.until, user) if connection.until else None,
        open_url=_open_url(provider, client),
    )


def _open_url(provider: Provider, client: Client) -> str | None:
    """Say where the client begins a sign-in that somebody else has asked for (OIDC Core §4)."""
    uri = client.initiate_login_uri
    if uri is None:
        return None
    return f"{uri}{'&' if '?' in uri else '?'}iss={quote(provider.config.issuer, safe='')}"
