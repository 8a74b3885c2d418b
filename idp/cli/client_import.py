"""Clients out of a file: all of them are taken, or none is."""

from collections.abc import Callable
from typing import Any

from idp.cli.refusal import Refused
from idp.clients.errors import RegistrationRefused
from idp.clients.registration import ClientIdTaken

TAKEN = "there is a client with that client_id; --replace lets it become as the file says."
NO_CLIENTS = "The list is empty: describe a client in it."


def import_all(described: Any, take: Callable[[object], str]) -> list[str]:
    """Take one client, or each of a list; give their client_ids.

    Raises Refused at the first that cannot be taken, so that the transaction undoes the others.
    """
    clients = described if isinstance(described, list) else [described]
    if not clients:
        raise Refused(NO_CLIENTS)
    return [_take(take, client, number) for number, client in enumerate(clients, 1)]


def _take(take: Callable[[object], str], client: object, number: int) -> str:
    try:
        return take(client)
    except RegistrationRefused as refusal:
        raise Refused(f"Client {number}: {refusal.description}") from refusal
    except ClientIdTaken as taken:
        raise Refused(f"Client {number}: {TAKEN}") from taken
