"""Throttling: an attempt is counted before it is made, so that parallel ones cannot slip by.

It is counted for the address that it comes from, for the account that it aims at from there, and
for the account from everywhere. What is over one limit does not count for the next: an address that
guesses has soon had its share, and then takes nothing from others' shares of the same account. Only
guessing from many addresses makes everybody wait. A window that is over is forgotten; nothing is
locked for good.
"""

import ipaddress
import math

from idp import clock
from idp.config import ClientRegistrationConfig, ThrottleConfig
from idp.secret import digest
from idp.storage.attempts import count_attempt, forget_attempts, take_back_attempts
from idp.storage.database import commit
from idp.storage.users import User

# What is short enough to be guessed is tried no more often in a day (NIST SP 800-63B-4 §3.2.2).
GUESSES_A_DAY = 100
DAY = 86_400

# A home or a machine gets a /64; all of its addresses are the same guesser (RFC 6177 §2).
IPV6_HOST_BITS = 64


class Throttled(Exception):
    """There were too many attempts; `retry_after` says in how many seconds there may be more.

    `is_first` says that this was the attempt which went over the limit: one in each window.
    """

    def __init__(self, retry_after: int, *, is_first: bool) -> None:
        super().__init__()
        self.retry_after = retry_after
        self.is_first = is_first


def account_key(user: User | None, typed_key: str) -> str:
    """Name an account for counting: one counter for its user name and its email address."""
    return f"name {typed_key}" if user is None else f"user {user.user_id}"


def take(account: str, address: str, config: ThrottleConfig) -> None:
    """Count an attempt, and keep the count whatever follows. Raises Throttled.

    Everybody counts in this order, so that two requests never wait for each other.
    """
    if not config.enabled:
        return
    _count(_address_digest(address), config.address_failures, config.window)
    _count(_account_digest(account, address), config.account_failures, config.window)
    _count(_everywhere_digest(account), config.account_failures_everywhere, config.window)


def take_guess(user: User, config: ThrottleConfig) -> None:
    """Count a guess at a code of a few digits, wherever it comes from. Raises Throttled.

    It is counted apart: who knows the password can have the other counts forgiven at any time. And
    it is counted strictly, for nobody else comes so far as to make the owner wait.
    """
    if config.enabled:
        _count(_guess_digest(user), config.account_failures, config.window)
        _count(_daily_guess_digest(user), GUESSES_A_DAY, DAY)


def take_from_address(address: str, config: ThrottleConfig) -> None:
    """Count an attempt that aims at no account, such as a registration. Raises Throttled."""
    if config.enabled:
        _count(_address_digest(address), config.address_failures, config.window)


def take_device(address: str, config: ThrottleConfig) -> None:
    """Count a device that asks for a code, and keep the count. Raises Throttled.

    Anybody can ask in the name of a client that keeps no secret, and each time is kept a while.
    """
    if config.enabled:
        key_digest = digest(f"devices at {_source(address)}")
        _count(key_digest, config.address_failures, config.window)


def take_pushed_request(address: str, config: ThrottleConfig) -> None:
    """Count a request that a client pushes without a secret, and keep it. Raises Throttled."""
    if config.enabled:
        _count(_pushed_digest(address), config.address_failures, config.window)


def give_back_pushed_request(address: str) -> None:
    """Uncount a request that was answered, and is kept no more."""
    take_back_attempts(_pushed_digest(address), 1)


def take_user_code(user: User | None, address: str, config: ThrottleConfig) -> None:
    """Count a guess at the code of a device, for whoever is signed in, too. Raises Throttled."""
    if config.enabled:
        _count(_address_digest(address), config.address_failures, config.window)
        if user is not None:
            _count(_user_code_digest(user), config.account_failures, config.window)


def forgive_user_code(user: User | None, address: str) -> None:
    """Uncount a guess that was right; those before it stay."""
    take_back_attempts(_address_digest(address), 1)
    if user is not None:
        take_back_attempts(_user_code_digest(user), 1)


def take_code_of_user(client_id: str, user: User, config: ThrottleConfig) -> None:
    """Count a client's guess at the code of a person, and of all in a day. Raises Throttled."""
    if config.enabled:
        _count(_code_of_user_digest(client_id, user), config.account_failures, config.window)
        _count(_daily_code_of_user_digest(user), GUESSES_A_DAY, DAY)


def forgive_code_of_user(client_id: str, user: User) -> None:
    """Uncount a client's guesses, once one was right."""
    forgotten = forget_attempts(_code_of_user_digest(client_id, user))
    take_back_attempts(_daily_code_of_user_digest(user), forgotten)


def take_user_hint(client_id: str, config: ThrottleConfig) -> None:
    """Count a client's question about somebody, who may not be there. Raises Throttled."""
    if config.enabled:
        _count(_hint_digest(client_id), config.address_failures, config.window)


def forgive_user_hint(client_id: str) -> None:
    """Uncount a question about somebody who is there."""
    take_back_attempts(_hint_digest(client_id), 1)


def take_request(client_id: str, user: User, config: ThrottleConfig) -> None:
    """Count what a client asks a person, who is mailed each time. Raises Throttled."""
    if config.enabled:
        key = digest(f"requests of {client_id} to {user.user_id}")
        _count(key, config.mails_everywhere, config.mail_window)


def count_client_failure(address: str, config: ThrottleConfig) -> bool:
    """Count a client's failure to authenticate; tell whether its address had its share before.

    It is counted apart from people's, and nobody is refused for it.
    """
    attempts = count_attempt(_client_digest(address), clock.in_seconds(config.window))
    commit()
    return attempts.count > config.address_failures


def take_registration(address: str, config: ClientRegistrationConfig) -> None:
    """Count a client's registration of itself, and keep the count. Raises Throttled."""
    _count(digest(f"registration {_source(address)}"), config.per_address, config.window)
    commit()


def take_client_document(address: str, config: ClientRegistrationConfig) -> None:
    """Count a client that is unknown and says where its metadata is; keep it. Raises Throttled."""
    _count(digest(f"client document {_source(address)}"), config.per_address, config.window)
    commit()


def take_mail(key: str, address: str, config: ThrottleConfig) -> None:
    """Count a mail that was asked for, also if there is no such account. Raises Throttled."""
    if not config.enabled:
        return
    source = _source(address)
    _count(digest(f"mails from {source}"), config.mails_from_address, config.mail_window)
    _count(digest(f"mails from {source} about {key}"), config.mails, config.mail_window)


def may_be_mailed(account: str, config: ThrottleConfig) -> bool:
    """Count a mail to an account; tell whether it is not flooded, of which who asks learns nothing.

    For it would say that several names belong to one account.
    """
    if not config.enabled:
        return True
    window_ends_at = clock.in_seconds(config.mail_window)
    return (
        count_attempt(digest(f"mails to {account}"), window_ends_at).count
        <= config.mails_everywhere
    )


def give_back(account: str, address: str) -> None:
    """Uncount an attempt that was not made after all."""
    take_back_attempts(_address_digest(address), 1)
    take_back_attempts(_account_digest(account, address), 1)
    take_back_attempts(_everywhere_digest(account), 1)


def forgive(account: str, address: str) -> None:
    """Uncount what was a success: this account begins anew from this address.

    What the address has failed with other accounts, and others with this one, remains.
    """
    take_back_attempts(_address_digest(address), 1)
    forgotten = forget_attempts(_account_digest(account, address))
    take_back_attempts(_everywhere_digest(account), forgotten)


def forgive_guesses(user: User) -> None:
    """Uncount all guesses, once one was right."""
    forget_attempts(_guess_digest(user))
    forget_attempts(_daily_guess_digest(user))


def forgive_address(address: str) -> None:
    """Uncount an attempt that was counted for its address alone, and was a success."""
    take_back_attempts(_address_digest(address), 1)


def _count(key_digest: bytes, limit: int, window: int) -> None:
    attempts = count_attempt(key_digest, clock.in_seconds(window))
    if attempts.count > limit:
        commit()
        remaining = (attempts.expires_at - clock.now()).total_seconds()
        raise Throttled(max(1, math.ceil(remaining)), is_first=attempts.count == limit + 1)


def _account_digest(account: str, address: str) -> bytes:
    return digest(f"account from {_source(address)} {account}")


def _everywhere_digest(account: str) -> bytes:
    return digest(f"account {account}")


def _guess_digest(user: User) -> bytes:
    return digest(f"guess {user.user_id}")


def _daily_guess_digest(user: User) -> bytes:
    return digest(f"guess of a day {user.user_id}")


def _user_code_digest(user: User) -> bytes:
    return digest(f"user code {user.user_id}")


def _code_of_user_digest(client_id: str, user: User) -> bytes:
    return digest(f"code of {user.user_id} guessed by {client_id}")


def _daily_code_of_user_digest(user: User) -> bytes:
    return digest(f"code of {user.user_id} guessed in a day")


def _hint_digest(client_id: str) -> bytes:
    return digest(f"user hints of {client_id}")


def _pushed_digest(address: str) -> bytes:
    return digest(f"pushed requests at {_source(address)}")


def _client_digest(address: str) -> bytes:
    return digest(f"client {_source(address)}")


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
