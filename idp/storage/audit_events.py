"""Audit events: who did what, when and from where; only added, never changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table, select

from idp.audit import AuditEvent
from idp.storage.operations import inserting
from idp.storage.schema import Moment, metadata
from idp.storage.statements import fetch_all

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
    Index(None, "user_id", "number"),
)

_ADD = inserting(audit_events, leaving_out="number")


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it is kept; a higher number is a later event."""

    number: int
    event_id: str
    name: str
    occurred_at: datetime
    request_id: str | None
    address: str | None
    user_id: str | None
    client_id: str | None
    sid: str | None
    grant_id: str | None
    detail: dict[str, Any]


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


def list_events_of_user(
    user_id: str, *, limit: int, before: int | None = None, leaving_out: Collection[str] = ()
) -> list[StoredEvent]:
    """List what a person did, or what was done to them, newest first.

    The next page is what comes before the number of the last event of this one.
    """
    match = [audit_events.c.user_id == user_id, audit_events.c.name.not_in(leaving_out)]
    if before is not None:
        match.append(audit_events.c.number < before)
    newest_first = audit_events.c.number.desc()
    return fetch_all(
        StoredEvent, select(audit_events).where(*match).order_by(newest_first).limit(limit)
    )
