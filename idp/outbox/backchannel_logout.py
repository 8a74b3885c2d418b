"""Telling clients that a login session has ended (OIDC Back-Channel Logout §2.5)."""

from idp.outbox.queue import Kind, put
from idp.storage.login_sessions import LoginSession
from idp.storage.session_clients import list_session_clients


def announce_logout(login_session: LoginSession) -> None:
    """Let every client that took part in a login session know of its end, if it wants to."""
    facts = {"user_id": login_session.user_id, "sid": login_session.sid}
    for row in list_session_clients(login_session.sid):
        if row.metadata.get("backchannel_logout_uri") is not None:
            put(Kind.BACKCHANNEL_LOGOUT, row.client_id, facts)
