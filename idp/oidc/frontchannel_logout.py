"""The frames in which clients end their own sessions (OIDC Front-Channel Logout §2, §3)."""

from urllib.parse import quote

from idp.clients.model import Client, client_from
from idp.config import Config
from idp.storage.session_clients import list_session_clients


def list_frames(config: Config, sid: str) -> list[str]:
    """List what a browser has to load when a login session ends, with `iss` and `sid`."""
    clients = [client_from(row) for row in list_session_clients(sid)]
    uris = [_wanted(client) for client in clients]
    return [_with_session(config, uri, sid) for uri in uris if uri is not None]


def _wanted(client: Client) -> str | None:
    return None if client.is_disabled else client.frontchannel_logout_uri


def _with_session(config: Config, uri: str, sid: str) -> str:
    """Add the parameters; a registered query is kept."""
    separator = "&" if "?" in uri else "?"
    return f"{uri}{separator}iss={quote(config.issuer, safe='')}&sid={quote(sid, safe='')}"
