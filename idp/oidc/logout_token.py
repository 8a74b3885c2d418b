"""Logout tokens (OIDC Back-Channel Logout §2.4), and how they reach a client."""

from idp import clock
from idp.clients.model import Client
from idp.clients.registration import find_client
from idp.config import Config
from idp.fetch import Fetcher
from idp.oidc.subject import session_of, subject_of
from idp.outbox.post import Post
from idp.secret import identifier
from idp.signing.signer import Signer
from idp.storage.deliveries import Delivery

TYP = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME = 120  # seconds; it is made when it is sent


def prepare(config: Config, signer: Signer, fetcher: Fetcher, delivery: Delivery) -> Post | None:
    """Make what a client is sent; None if it is gone, or does not want it any more."""
    client = find_client(delivery.target)
    if client is None or client.is_disabled or client.backchannel_logout_uri is None:
        return None
    token = issue(config, signer, client, **delivery.facts)
    return Post(client.backchannel_logout_uri, {"logout_token": token}, fetcher)


def issue(config: Config, signer: Signer, client: Client, *, user_id: str, sid: str) -> str:
    """Issue the token that tells a client which login session has ended, and whose it was."""
    now = clock.timestamp(clock.now())
    claims = {
        "iss": config.issuer,
        "sub": subject_of(client, user_id),
        "aud": client.client_id,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": identifier(),
        "sid": session_of(client, sid),
        "events": {EVENT: {}},
    }
    return signer.sign(claims, typ=TYP, algorithm=client.id_token_signed_response_alg)
