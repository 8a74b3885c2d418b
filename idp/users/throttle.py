"""Throttling: an attempt is counted before it is made, so that parallel ones cannot slip by.

It is counted for the account that it aims at and for the address that it comes from. An address
that has had its share does not count for accounts any more: whoever guesses cannot lock others out
for longer than that. A window that is over is forgotten; nothing is locked for good.
"""

import ipaddress
import math

from idp import clock
from idp.config import ThrottleConfig
from idp.secret import digest
from idp.storage.attempts import count_attempt, forget_attempts, take_back_attempt
from idp.storage.database import commit
from idp.storage.users import User

# A home or a machine gets a /64; all of its addresses are the same guesser (RFC 6177 §2).
IPV6_HOST_BITS = 64


class Throttled(Exception):
    """There were too many attempts; `retry_after` says in how many seconds there may be more."""

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


def account_key(user: User | None, typed_key: str) -> str:
    """Name an account for counting: one counter for its user name and its email address."""
    return f"name {typed_key}" if user is None else f"user {user.user_id}"


def take(account: str, address: str, config: ThrottleConfig) -> None:
    """Count an attempt, and keep the count whatever follows. Raises Throttled.

    Everybody counts the address first, so that two requests never wait for each other.
    """
    _count(_address_digest(address), config.address_failures, config.window)
    _count(_account_digest(account), config.account_failures, config.window)


def take_from_address(address: str, config: ThrottleConfig) -> None:
    """Count an attempt that aims at no account, such as a registration. Raises Throttled."""
    _count(_address_digest(address), config.address_failures, config.window)


def forgive(account: str, address: str) -> None:
    """Uncount what was a success: the account begins anew, the address keeps its failures."""
    take_back_attempt(_address_digest(address))
    forget_attempts(_account_digest(account))


def _count(key_digest: bytes, limit: int, window: int) -> None:
    attempts = count_attempt(key_digest, clock.in_seconds(window))
    if attempts.count > limit:
        commit()
        remaining = (attempts.expires_at - clock.now()).total_seconds()
        raise Throttled(max(1, math.ceil(remaining)))


def _account_digest(account: str) -> bytes:
    return digest(f"account {account}")


def _address_digest(address: str) -> bytes:
    return digest(f"address {_source(address)}")


def _source(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return f"{int(parsed) >> IPV6_HOST_BITS:x}/64"
