"""Ping: a client is told when its person has decided, and then asks for its tokens (CIBA §10.2)."""

import json
from functools import partial

from idp import clock
from idp.clients.model import Client
from idp.clients.registration import find_client
from idp.config import Config
from idp.fetch import Fetcher
from idp.outbox.post import JsonPost
from idp.outbox.queue import Kind, put
from idp.secret import Secret
from idp.storage.deliveries import Delivery
from idp.storage.polled_requests import PolledRequest
from idp.users.sealing import SealBroken, seal, unseal

PURPOSE = "client notification"
SEALED = "sealed"


def seal_notification(
    config: Config, client: Client, auth_req_id: Secret, notification_token: str
) -> str:
    """Keep what a client will be told, and by which token it knows that we tell it."""
    content = json.dumps([auth_req_id.reveal(), notification_token]).encode()
    return seal(config.keys, content, purpose=PURPOSE, owner=client.client_id)


def announce(polled: PolledRequest) -> None:
    """Let a client know that its request was decided, if it wants to be told."""
    if polled.sealed_notification is not None:
        facts = {SEALED: polled.sealed_notification}
        put(Kind.PING, polled.client_id, facts, patience=polled.expires_at - clock.now())


def prepare(config: Config, fetcher: Fetcher, delivery: Delivery) -> JsonPost | None:
    """Make what a client is sent; None if it is gone, or cannot be told any more."""
    client = find_client(delivery.target)
    if client is None or client.is_disabled:
        return None
    endpoint = client.backchannel_client_notification_endpoint
    if endpoint is None:
        return None
    open_sealed = partial(unseal, config.keys, purpose=PURPOSE, owner=client.client_id)
    try:
        auth_req_id, notification_token = json.loads(open_sealed(delivery.facts[SEALED]))
    except SealBroken:
        return None
    headers = {"Authorization": f"Bearer {notification_token}"}
    return JsonPost(endpoint, {"auth_req_id": auth_req_id}, headers, fetcher)
