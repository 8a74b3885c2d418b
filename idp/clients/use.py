"""Clients that registered themselves are removed when nobody uses them any more.

One that gets a token or is managed is in use. That is noted in the client itself, which is read
anyway, at most once a day: so the requests that come often cost no statement more.
"""

from datetime import timedelta

from idp import audit, clock
from idp.audit import EventName
from idp.clients.model import Client
from idp.config import Config
from idp.storage import clients as storage

NOTED_EVERY = timedelta(days=1)
PURGED_AT_ONCE = 100  # with all that people have allowed them


def note_use(client: Client) -> None:
    """Note that a client that registered itself is in use, at most once a day."""
    now = clock.now()
    if client.used_at is not None and client.used_at < now - NOTED_EVERY:
        storage.mark_client_used(client.client_id, now)


def purge_unused(config: Config) -> int:
    """Remove up to PURGED_AT_ONCE clients that nobody has used for long; tell how many."""
    lifetime = timedelta(seconds=config.client_registration.unused_lifetime)
    removed = storage.remove_unused_clients(clock.now() - lifetime, PURGED_AT_ONCE)
    for client_id in removed:
        audit.record(EventName.CLIENT_REMOVED, client_id=client_id, reason="unused")
    return len(removed)
