"""`idp delivery`: what is sent to others, such as logout tokens, and what became of it."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from idp.cli.command import AsJson, command, verbs
from idp.cli.output import iso, moment, print_json, print_table
from idp.cli.refusal import Refused
from idp.cli.running import run
from idp.cli.settings import load
from idp.outbox import queue
from idp.storage.deliveries import Delivery, list_deliveries

app = verbs()

NOTHING_TO_RETRY = "No such delivery waits or has failed: `idp delivery list` shows all."
ID_OR_ALL = "Name a delivery, or say --all."


@command(app, "list")
def list_(config_file: Path | None, as_json: AsJson = False) -> None:
    """List what was sent in the last days, and what waits to be sent, the newest first."""
    deliveries = run(load(config_file), list_deliveries)
    if as_json:
        print_json([_as_json(delivery) for delivery in deliveries])
    elif not deliveries:
        typer.echo("There was nothing to send in the last days.")
    else:
        head = ("DELIVERY", "KIND", "TO", "STATE", "TRIED", "NEXT TRY", "SINCE", "LAST ERROR")
        print_table(head, map(_row, deliveries))


@command(app, "retry")
def retry(
    config_file: Path | None,
    delivery_id: Annotated[
        str | None, typer.Argument(metavar="DELIVERY", help="The delivery.", show_default=False)
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Try everything that has not arrived.")
    ] = False,
) -> None:
    """Try again at once, for another day, what waits or has failed. A running server does it."""
    if (delivery_id is None) is not everything:
        raise Refused(ID_OR_ALL)
    count = run(load(config_file), partial(queue.retry, delivery_id))
    if not count and not everything:
        raise Refused(NOTHING_TO_RETRY)
    typer.echo(f"{count} {'delivery' if count == 1 else 'deliveries'} will be tried again now.")


def _row(delivery: Delivery) -> tuple[str, ...]:
    return (
        delivery.delivery_id,
        delivery.kind,
        delivery.target,
        delivery.state,
        str(delivery.attempts),
        moment(delivery.next_attempt_at),
        moment(delivery.created_at),
        delivery.last_error or "",
    )


def _as_json(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery_id": delivery.delivery_id,
        "kind": delivery.kind,
        "target": delivery.target,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_attempt_at": iso(delivery.next_attempt_at),
        "last_error": delivery.last_error,
        "created_at": iso(delivery.created_at),
        "give_up_at": iso(delivery.give_up_at),
    }
