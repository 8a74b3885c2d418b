"""Which clients take part in a login session, of those that want to hear of its end."""

from sqlalchemy import Column, ForeignKey, Table, select

from idp.storage.clients import ClientRow, clients
from idp.storage.operations import inserting_unless_exists
from idp.storage.schema import metadata
from idp.storage.statements import fetch_all

session_clients = Table(
    "session_clients",
    metadata,
    Column("sid", ForeignKey("login_sessions.sid", ondelete="CASCADE"), primary_key=True),
    Column(
        "client_id",
        ForeignKey("clients.client_id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)

_ADD = inserting_unless_exists(session_clients)


def add_session_client(sid: str, client_id: str) -> None:
    """Note that a client takes part in a login session, once for all of its sign-ins."""
    _ADD.later(sid=sid, client_id=client_id)


def list_session_clients(sid: str) -> list[ClientRow]:
    """List the clients that took part in a login session and want to hear of its end."""
    statement = select(clients).join(session_clients).where(session_clients.c.sid == sid)
    return fetch_all(ClientRow, statement.order_by(clients.c.client_id))
