"""Clients out of a file: all of them are taken, or none is."""

from collections.abc import Callable
from typing import Any, TypeVar

from idp.cli.refusal import Refused
from idp.clients.errors import RegistrationRefused
from idp.clients.registration import ClientIdTaken
from idp.storage.clients import ClientRow

Given = TypeVar("Given")
Got = TypeVar("Got")

TAKEN = "there is a client with that client_id; --replace lets it become as the file says."
NO_CLIENTS = "The list is empty: describe a client in it."


def import_all(
    described: Any, read: Callable[[object], ClientRow], take: Callable[[ClientRow], str]
) -> list[str]:
    """Take one client, or each of a list; give their client_ids.

    All are read before one is taken, since reading may commit and wait. Raises Refused at the first
    that cannot be taken, so that the transaction undoes the others.
    """
    clients = described if isinstance(described, list) else [described]
    if not clients:
        raise Refused(NO_CLIENTS)
    rows = [_told(read, client, number) for number, client in enumerate(clients, 1)]
    return [_told(take, row, number) for number, row in enumerate(rows, 1)]


def _told(do: Callable[[Given], Got], given: Given, number: int) -> Got:
    try:
        return do(given)
    except RegistrationRefused as refusal:
        raise Refused(f"Client {number}: {refusal.description}") from refusal
    except ClientIdTaken as taken:
        raise Refused(f"Client {number}: {TAKEN}") from taken
