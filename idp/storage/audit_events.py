"""Audit events: who did what, when and from where; only added, never changed."""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table

from idp.audit import AuditEvent
from idp.storage.operations import inserting
from idp.storage.schema import Moment, metadata

audit_events = Table(
    "audit_events",
    metadata,
    # Rows come in the order of time; an event's own id would be one more place to write to.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("event_id", String(64), nullable=False),
    Column("name", String(64), nullable=False),
    Column("occurred_at", Moment, nullable=False, index=True),
    Column("request_id", String(64)),
    Column("address", String(64)),
    Column("user_id", String(64)),
    Column("client_id", String(255)),
    Column("sid", String(64)),
    Column("grant_id", String(64)),
    Column("detail", JSON, nullable=False),
    Index(None, "user_id", "occurred_at"),
)

_ADD = inserting(audit_events, leaving_out="number")


def add_audit_event(event: AuditEvent) -> None:
    """Add an event of a request, at its end."""
    _ADD.later(
        event_id=event.event_id,
        name=event.name,
        occurred_at=event.occurred_at,
        request_id=event.request_id,
        address=event.address,
        user_id=event.user_id,
        client_id=event.client_id,
        sid=event.sid,
        grant_id=event.grant_id,
        detail=dict(event.detail),
    )
