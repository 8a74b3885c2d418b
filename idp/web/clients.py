"""A client as pages show it: the host that was verified, and what it calls itself."""

from dataclasses import dataclass

from idp import paths
from idp.clients.client_identifier_url import path_segment_of
from idp.clients.logos import version_of
from idp.clients.model import Client
from idp.clients.redirect_uri import describe_destination, host_of


@dataclass(frozen=True, slots=True)
class ClientView:
    """What a person may know of a client."""

    name: str
    host: str
    logo_path: str | None
    policy_uri: str | None
    tos_uri: str | None
    first_party: bool
    accent_path: str | None = None


def view_of(client: Client, redirect_uri: str | None = None) -> ClientView:
    """Show a client; its host is where the answer goes, not what it says of itself.

    Of a client with a metadata document it is where that is: whoever may put it there is the
    client, and answers go there as well, or to an app that has that name here. One that answers
    nowhere, as a device, is known by the name that an operator has given it.
    """
    uri = redirect_uri or next(iter(client.redirect_uris), None)
    return ClientView(
        name=client.display_name,
        host=_host(client, uri),
        logo_path=_logo_path(client),
        policy_uri=client.policy_uri,
        tos_uri=client.tos_uri,
        first_party=client.first_party,
        accent_path=paths.accent_sheet(client.accent_color) if client.accent_color else None,
    )


def _host(client: Client, uri: str | None) -> str:
    if client.has_document:
        return host_of(client.client_id)
    if uri:
        return describe_destination(uri)
    return client.client_id if client.registered_itself else client.display_name


def _logo_path(client: Client) -> str | None:
    if client.logo_uri is None:
        return None
    return f"{paths.LOGOS}/{path_segment_of(client.client_id)}/{version_of(client.logo_uri)}"
