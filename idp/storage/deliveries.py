"""Deliveries: what has to be sent to others, until it has arrived or there is no hope."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Integer, String, Table, Text, select, update

from idp import clock
from idp.storage.schema import Moment, metadata
from idp.storage.statements import add_row_later, changed, fetch_all
from idp.storage.transaction import db

MAX_LISTED = 1000

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("target", String(255), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Moment, index=True),
    Column("last_error", Text),
    Column("created_at", Moment, nullable=False),
    Column("give_up_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)


class DeliveryState(StrEnum):
    """What has become of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something for a target; what is sent is made of `facts` when it is sent.

    `next_attempt_at` is None once it was delivered or has failed.
    """

    delivery_id: str
    kind: str
    target: str
    facts: dict[str, Any]
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    last_error: str | None
    created_at: datetime
    give_up_at: datetime
    expires_at: datetime


def add_delivery(delivery: Delivery) -> None:
    """Add a delivery; who sends them is woken when the transaction has committed."""
    add_row_later(deliveries, delivery)
    db().has_deliveries = True


def is_any_delivery_due() -> bool:
    """Tell whether there is anything to be sent now."""
    due = deliveries.c.next_attempt_at <= clock.now()
    return db().scalar(select(deliveries.c.delivery_id).where(due).limit(1)) is not None


def claim_deliveries(number: int, until: datetime) -> list[Delivery]:
    """Take up to so many that are due: nobody else is given them before that moment.

    It is one statement. Whoever claimed them and died leaves them to the others.
    """
    due = (
        select(deliveries.c.delivery_id)
        .where(deliveries.c.next_attempt_at <= clock.now())
        .order_by(deliveries.c.next_attempt_at)
        .limit(number)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    statement = (
        update(deliveries)
        .where(deliveries.c.delivery_id.in_(select(due.c.delivery_id)))
        .values(next_attempt_at=until, attempts=deliveries.c.attempts + 1)
        .returning(deliveries)
    )
    return fetch_all(Delivery, statement)


def finish_delivery(delivery: Delivery, state: DeliveryState, error: str | None) -> bool:
    """Note the end of a delivery that was claimed; tell whether nobody has claimed it since."""
    return _note(delivery, state=state, next_attempt_at=None, last_error=error)


def postpone_delivery(delivery: Delivery, next_attempt_at: datetime, error: str) -> bool:
    """Note that an attempt has failed; tell whether nobody has claimed the delivery since."""
    return _note(delivery, next_attempt_at=next_attempt_at, last_error=error)


def retry_deliveries(now: datetime, give_up_at: datetime, *, only: str | None = None) -> int:
    """Begin anew with what is pending or has failed, all or one of them; tell how many."""
    statement = update(deliveries).where(deliveries.c.state != DeliveryState.DELIVERED)
    if only is not None:
        statement = statement.where(deliveries.c.delivery_id == only)
    state = DeliveryState.PENDING
    values = {"state": state, "next_attempt_at": now, "give_up_at": give_up_at}
    return db().execute(statement.values(values)).rowcount


def list_deliveries() -> list[Delivery]:
    """List what was sent and what waits, newest first, at most 1000."""
    statement = select(deliveries).order_by(deliveries.c.created_at.desc()).limit(MAX_LISTED)
    return fetch_all(Delivery, statement)


def _note(delivery: Delivery, **values: Any) -> bool:
    match = (
        deliveries.c.delivery_id == delivery.delivery_id,
        deliveries.c.attempts == delivery.attempts,
    )
    return changed(update(deliveries).where(*match).values(**values))
