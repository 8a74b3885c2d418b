"""Refresh tokens that rotate, safely for a client that must ask twice (RFC 9700 §4.14.2).

The answer to a refresh may get lost, and a client may refresh from two places at once. So whoever
presents a token again soon after, while its successor is unused, is given that *same* successor:
the chain never forks. Any other use of a rotated token means that two parties have it, and ends
the grant. The successor is kept sealed under a key that only the token itself gives.

A client that proves who it is, and that it holds the key of its tokens, gains nothing by that: who
steals its refresh token can do neither. It keeps the one that it has (FAPI 2.0 §5.3.2.1).
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from idp import clock
from idp.clients.model import Client
from idp.config import TokensConfig
from idp.oauth2.confirmation import Confirmation
from idp.secret import Secret
from idp.storage.grants import Grant
from idp.storage.refresh_tokens import (
    RefreshToken,
    add_refresh_token,
    find_refresh_token,
    keep_refresh_token,
    rotate_refresh_token,
)
from idp.tokens.grant import Parties, find_parties

PREFIX = "idp_rt_"
# A key seals one message only, so that its nonce need not vary.
NONCE = bytes(12)
PURPOSE = b"idp refresh token successor"


class Reused(Exception):
    """A token that was rotated is used again: its grant must be revoked."""


def issue(
    config: TokensConfig, client: Client, grant: Grant, confirmation: Confirmation | None = None
) -> Secret:
    """Issue the first refresh token of a grant."""
    secret = Secret.generate(PREFIX)
    add_refresh_token(_row(config, client, grant, secret, confirmation))
    return secret


def replace(
    config: TokensConfig,
    client: Client,
    grant: Grant,
    presented: Secret,
    confirmation: Confirmation | None = None,
) -> Secret:
    """Give what follows a token: its one successor, or the token itself if it needs none.

    Raises Reused if the token was rotated before and this is no retry.
    """
    if confirmation is None or client.is_public:
        return _rotate(config, client, grant, presented, confirmation)
    if keep_refresh_token(presented.digest, _idle_end(config, grant)):
        return presented
    return _same_successor(config, presented)


def _rotate(
    config: TokensConfig,
    client: Client,
    grant: Grant,
    presented: Secret,
    confirmation: Confirmation | None,
) -> Secret:
    successor = Secret.generate(PREFIX)
    row = _row(config, client, grant, successor, confirmation)
    if rotate_refresh_token(presented.digest, row, _seal(presented, successor)):
        return successor
    return _same_successor(config, presented)


def parties_of(token: RefreshToken) -> Parties | None:
    """Give who stands behind a token that has not been replaced; None if it is not good."""
    if token.rotated_at is not None or token.expires_at <= clock.now():
        return None
    return find_parties(token.client_id, token.grant_id, token.issued_at)


def _same_successor(config: TokensConfig, presented: Secret) -> Secret:
    token = find_refresh_token(presented.digest)
    if token is None or token.rotated_at is None or token.successor_digest is None:
        raise Reused
    if token.rotated_at + timedelta(seconds=config.refresh_retry_window) < clock.now():
        raise Reused
    successor = find_refresh_token(token.successor_digest)
    if successor is None or successor.rotated_at is not None or token.sealed_successor is None:
        raise Reused
    return _unseal(presented, token.sealed_successor)


def _row(
    config: TokensConfig,
    client: Client,
    grant: Grant,
    secret: Secret,
    confirmation: Confirmation | None,
) -> RefreshToken:
    is_bound = confirmation is not None and client.is_public  # others prove who they are
    return RefreshToken(
        token_digest=secret.digest,
        grant_id=grant.grant_id,
        client_id=client.client_id,
        issued_at=clock.now(),
        expires_at=_idle_end(config, grant),
        cnf=confirmation.claims if confirmation and is_bound else None,
    )


def _idle_end(config: TokensConfig, grant: Grant) -> datetime:
    return min(clock.in_seconds(config.refresh_token_idle_lifetime), grant.expires_at)


def _seal(token: Secret, successor: Secret) -> bytes:
    return AESGCM(_key(token)).encrypt(NONCE, successor.reveal().encode(), None)


def _unseal(token: Secret, sealed: bytes) -> Secret:
    return Secret(AESGCM(_key(token)).decrypt(NONCE, sealed, None).decode())


def _key(token: Secret) -> bytes:
    # An HMAC of 256 random bits is as good a key as HKDF makes. It must differ from the digest
    # that is stored, which is a plain SHA-256.
    return hmac.digest(token.reveal().encode(), PURPOSE, hashlib.sha256)
