"""The frames in which clients end their own sessions (OIDC Front-Channel Logout §2, §3)."""

from urllib.parse import quote

from idp.clients.stored import client_from
from idp.config import Config
from idp.oidc.subject import session_of
from idp.storage.session_clients import list_session_clients


def list_frames(config: Config, sid: str) -> list[str]:
    """List what a browser has to load when a login session ends, with `iss` and `sid`."""
    clients = [client_from(row) for row in list_session_clients(sid)]
    wanted = [(each.frontchannel_logout_uri, each) for each in clients if not each.is_disabled]
    return [
        _with_session(config, uri, session_of(client, sid))
        for uri, client in wanted
        if uri is not None
    ]


def _with_session(config: Config, uri: str, sid: str) -> str:
    """Add the parameters; a registered query is kept."""
    separator = "&" if "?" in uri else "?"
    return f"{uri}{separator}iss={quote(config.issuer, safe='')}&sid={quote(sid, safe='')}"
