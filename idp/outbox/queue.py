"""What goes into the outbox, and what becomes of it with each attempt."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from idp import clock
from idp.log import log
from idp.secret import identifier
from idp.storage import deliveries as storage
from idp.storage.deliveries import Delivery, DeliveryState

PATIENCE = timedelta(days=1)  # after that it is of no use any more
KEPT = timedelta(days=7)  # from the beginning, so that an operator sees what became of it
FIRST_PAUSE = 5  # seconds; each further one is twice as long
LONGEST_PAUSE = 3600
LEASE = timedelta(minutes=1)  # far longer than an attempt takes; then another worker may try

GONE = "there is nobody to send it to any more"


class Kind(StrEnum):
    """What is sent."""

    BACKCHANNEL_LOGOUT = "backchannel_logout"
    MAIL = "mail"
    PING = "ping"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt; with PENDING there will be another."""

    state: DeliveryState
    error: str | None = None


ARRIVED = Outcome(DeliveryState.DELIVERED)


def failed(error: str) -> Outcome:
    """Say that it did not arrive this time."""
    return Outcome(DeliveryState.PENDING, error)


def refused(error: str) -> Outcome:
    """Say that it is of no use to try again."""
    return Outcome(DeliveryState.FAILED, error)


def put(
    kind: Kind, target: str, facts: Mapping[str, Any], *, patience: timedelta = PATIENCE
) -> None:
    """Put something into the outbox; it is sent if this transaction commits, and soon after."""
    storage.add_delivery(make_delivery(kind, target, facts, patience=patience))


def make_delivery(
    kind: Kind, target: str, facts: Mapping[str, Any], *, patience: timedelta = PATIENCE
) -> Delivery:
    """Make what would be put there."""
    now = clock.now()
    return Delivery(
        delivery_id=identifier(),
        kind=kind,
        target=target,
        facts=dict(facts),
        state=DeliveryState.PENDING,
        attempts=0,
        next_attempt_at=now,
        last_error=None,
        created_at=now,
        give_up_at=now + patience,
        expires_at=now + KEPT,
    )


def claim(number: int) -> list[Delivery]:
    """Take up to so many that are due, for this worker alone."""
    return storage.claim_deliveries(number, clock.now() + LEASE)


def note(delivery: Delivery, outcome: Outcome) -> None:
    """Write down what came of an attempt, and when there is another."""
    is_over = clock.now() >= delivery.give_up_at
    state = outcome.state
    if state is DeliveryState.PENDING and not is_over:
        next_attempt_at = clock.now() + _pause(delivery.attempts)
        storage.postpone_delivery(delivery, next_attempt_at, outcome.error or "")
    else:
        state = DeliveryState.FAILED if state is DeliveryState.PENDING else state
        storage.finish_delivery(delivery, state, outcome.error)
    _write_line(delivery, state, outcome.error)


def retry(delivery_id: str | None = None) -> int:
    """Begin anew with all that has not arrived, or with one delivery; tell how many there were."""
    now = clock.now()
    return storage.retry_deliveries(now, now + PATIENCE, only=delivery_id)


def _pause(attempts: int) -> timedelta:
    """Wait longer after each attempt, and not as long as others that have failed together."""
    seconds = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return timedelta(seconds=seconds * random.uniform(0.5, 1.5))  # noqa: S311  # no secret


def _write_line(delivery: Delivery, state: DeliveryState, error: str | None) -> None:
    write = log.warning if state is DeliveryState.FAILED else log.info
    write(
        f"delivery_{state}",
        delivery_id=delivery.delivery_id,
        kind=delivery.kind,
        **_named(delivery),
        attempts=delivery.attempts,
        **({"error": error} if error else {}),
    )


def _named(delivery: Delivery) -> dict[str, str]:
    """Name the target, unless it is a person, whose address is nothing for the log."""
    return {} if delivery.kind == Kind.MAIL else {"target": delivery.target}
