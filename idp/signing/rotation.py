"""The life of a key: next, active, retired, former, gone (OIDC Core §10.1.1, §10.2.1).

Everything here runs in a transaction and locks the keys, so that processes that start at once
make one set of them. A file is written before its row, and so a failure in between leaves a file
that nobody uses, never a live key without one; and it is removed before its row, so that a purge
that failed is finished by the next.

Clients keep the list of keys for `keys.jwks_max_age`, and a key signs only after it has been in
that list for longer: so whoever has a list, however old it may be, finds the key of every token in
it. Only an emergency (`rotate_immediately`, `discard_key`) does not wait.

To make an RSA key takes some tenths of a second. A running server makes its new keys before the
transaction, in a thread (`make_spare_keys`): what is not needed after all was never written down.

A retired key is published until its last token has expired, and then no file of it is left. What
it has signed still says whom a client means (`id_token_hint`), for as long as people may be signed
in by it; of a discarded key, nothing says anything any more.

A key that decrypts lives the same life, but clients see it only while it is active, since it is
they who choose it: every process has the next one before it is in the list, and keeps a retired one
for as long as somebody may keep a list with it.

An algorithm that has left the configuration keeps its keys until the next rotation, which retires
them without successors.
"""

from datetime import datetime, timedelta
from pathlib import Path

from idp import audit, clock
from idp.config import Config
from idp.signing.algorithms import Algorithm, Purpose, make_private_key, read_purpose
from idp.signing.files import read_key, remove_key, write_key
from idp.signing.key import KeyState, OwnKey, own_key
from idp.storage.signing_keys import (
    SigningKeyRow,
    add_signing_key,
    change_key_state,
    list_signing_keys,
    lock_signing_keys,
    remove_signing_key,
)

# New keys that nobody knows of yet, each good for one use
SpareKeys = dict[Purpose, OwnKey]

# What running servers may need to notice a change, and clocks may differ.
LEEWAY = timedelta(minutes=5)
# What was encrypted just before the key was retired may be on its way, or at its request_uri.
OBJECTS_KEPT = timedelta(hours=1)


class NextKeyTooYoung(Exception):
    """Clients may not know the next key yet; from `ready_at` on they do."""

    def __init__(self, ready_at: datetime) -> None:
        self.ready_at = ready_at
        super().__init__("wait until every client has fetched the next key, or rotate immediately")


def make_spare_keys(config: Config) -> SpareKeys:
    """Make what the next rotation needs; it takes long, and no transaction."""
    return {algorithm: _generate(config, algorithm) for algorithm in _algorithms(config)}


def ensure_keys(config: Config, spare_keys: SpareKeys | None = None) -> None:
    """Make sure that each algorithm of the configuration has an active and a next key."""
    spare_keys = {} if spare_keys is None else spare_keys
    lock_signing_keys()
    keys = {(row.algorithm, row.state): row for row in list_signing_keys()}
    for algorithm in _algorithms(config):
        if (algorithm, KeyState.ACTIVE) not in keys:
            successor = keys.pop((algorithm, KeyState.NEXT), None)
            _fill_active(config, algorithm, successor, spare_keys)
        if (algorithm, KeyState.NEXT) not in keys:
            _add_key(config, algorithm, KeyState.NEXT, spare_keys)


def is_rotation_due(config: Config) -> bool:
    """Tell whether `keys.rotation_interval` is over, and clients have the next keys."""
    began = [row.activated_at for row in list_signing_keys() if row.state == KeyState.ACTIVE]
    interval = timedelta(seconds=config.keys.rotation_interval)
    is_over = any(each is not None and each + interval <= clock.now() for each in began)
    return bool(interval) and is_over and _next_keys_ready_at(config) <= clock.now()


def rotate_if_due(config: Config, spare_keys: SpareKeys | None = None) -> bool:
    """Let the next keys sign from now on if it is time; tell whether it was.

    All servers come to do it, and the first has done it when the others get the lock.
    """
    lock_signing_keys()
    is_due = is_rotation_due(config)
    if is_due:
        _rotate(config, spare_keys)
    return is_due


def refuse_too_young(config: Config) -> None:
    """Raise NextKeyTooYoung unless clients have the next keys."""
    ready_at = _next_keys_ready_at(config)
    if ready_at > clock.now():
        raise NextKeyTooYoung(ready_at)


def rotate(
    config: Config, spare_keys: SpareKeys | None = None, *, client_id: str | None = None
) -> None:
    """Let the next keys sign from now on; raise NextKeyTooYoung before clients have them.

    `client_id` is the client that wants it, if it is one.
    """
    lock_signing_keys()
    refuse_too_young(config)
    _rotate(config, spare_keys, client_id=client_id)


def rotate_immediately(config: Config) -> None:
    """Let the next keys sign from now on, though clients may have to fetch them first."""
    lock_signing_keys()
    _rotate(config)


def discard_key(config: Config, kid: str) -> bool:
    """Take a key that was lost or stolen out of use; tell whether there was such a key.

    Nothing that it signed is accepted any more. If it was active, the next key takes its place.
    """
    lock_signing_keys()
    key = next((row for row in list_signing_keys() if row.kid == kid), None)
    if key is None:
        return False
    _retire(key, KeyState.DISCARDED, expires_at=clock.now())
    ensure_keys(config)
    audit.record(audit.EventName.KEYS_ROTATED, discarded=kid)
    return True


def purge_keys(config: Config) -> int:
    """Remove the private part of keys whose last token has expired, and the rest when it is time.

    Tell how many keys are gone.
    """
    now = clock.now()
    expired = [row for row in list_signing_keys() if row.expires_at and row.expires_at <= now]
    for row in expired:
        remove_key(Path(config.keys.directory), row.kid)
    forgotten = [row for row in expired if _known_until(config, row) <= now]
    for row in forgotten:
        remove_signing_key(row.kid)
    return len(forgotten)


def _known_until(config: Config, row: SigningKeyRow) -> datetime:
    """Tell when no browser can be signed in any more that was when the key still signed."""
    assert row.expires_at is not None
    if row.state == KeyState.DISCARDED or row.retired_at is None or not _signs(row):
        return row.expires_at
    sessions = config.login_sessions
    longest = max(sessions.absolute_lifetime, sessions.kept_absolute_lifetime)
    return max(row.expires_at, row.retired_at + timedelta(seconds=longest))


def describe_keys() -> list[SigningKeyRow]:
    """List the keys for the operator: by algorithm, the oldest first."""
    return sorted(list_signing_keys(), key=lambda row: row.algorithm)


def _next_keys_ready_at(config: Config) -> datetime:
    """Tell when clients have a successor of every active key, to judge by what there is now."""
    rows = list_signing_keys()
    published = {row.algorithm: row.created_at for row in rows if row.state == KeyState.NEXT}
    replaced = {row.algorithm for row in rows if row.state == KeyState.ACTIVE}
    now = clock.now()
    to_spread = _time_to_spread(config)
    times = [published.get(each, now) for each in replaced.intersection(config.keys.purposes)]
    return max(times, default=now - to_spread) + to_spread


def _time_to_spread(config: Config) -> timedelta:
    """Tell when every client has a new key; where nobody keeps the list, there is no waiting."""
    max_age = timedelta(seconds=config.keys.jwks_max_age)
    return max_age + min(max_age, LEEWAY)


def _rotate(
    config: Config, spare_keys: SpareKeys | None = None, *, client_id: str | None = None
) -> None:
    now = clock.now()
    for row in list_signing_keys():
        if row.state == KeyState.ACTIVE:
            expires_at = now + _time_to_retire(config, row) + LEEWAY
            _retire(row, KeyState.RETIRED, expires_at=expires_at)
        elif row.state == KeyState.NEXT and row.algorithm not in config.keys.purposes:
            _retire(row, KeyState.DISCARDED, expires_at=now)  # nobody has used it
    ensure_keys(config, spare_keys)
    audit.record(audit.EventName.KEYS_ROTATED, client_id=client_id)


def _time_to_retire(config: Config, row: SigningKeyRow) -> timedelta:
    """Tell how long after its last use by us, or by who has seen it, a key is still good."""
    if not _signs(row):
        return timedelta(seconds=config.keys.jwks_max_age) + OBJECTS_KEPT
    tokens = config.tokens
    return timedelta(seconds=max(tokens.access_token_lifetime, tokens.id_token_lifetime))


def _fill_active(
    config: Config, algorithm: Purpose, successor: SigningKeyRow | None, spare_keys: SpareKeys
) -> None:
    if successor is None:
        _add_key(config, algorithm, KeyState.ACTIVE, spare_keys)
        return
    read_key(Path(config.keys.directory), successor.kid, algorithm)  # before anybody relies on it
    change_key_state(successor.kid, KeyState.NEXT, state=KeyState.ACTIVE, activated_at=clock.now())


def _add_key(config: Config, algorithm: Purpose, state: KeyState, spare_keys: SpareKeys) -> None:
    key = spare_keys.pop(algorithm, None) or _generate(config, algorithm)
    write_key(Path(config.keys.directory), key)
    now = clock.now()
    add_signing_key(
        SigningKeyRow(
            kid=key.kid,
            algorithm=algorithm,
            state=state,
            public_jwk=key.jwk,
            created_at=now,
            activated_at=now if state is KeyState.ACTIVE else None,
        )
    )


def _generate(config: Config, algorithm: Purpose) -> OwnKey:
    return own_key(algorithm, make_private_key(algorithm, rsa_bits=config.keys.rsa_bits))


def _algorithms(config: Config) -> tuple[Purpose, ...]:
    return tuple(map(read_purpose, config.keys.purposes))


def _signs(row: SigningKeyRow) -> bool:
    return isinstance(read_purpose(row.algorithm), Algorithm)


def _retire(row: SigningKeyRow, state: KeyState, *, expires_at: datetime) -> None:
    change_key_state(
        row.kid,
        row.state,
        state=state,
        retired_at=row.retired_at or clock.now(),
        expires_at=expires_at,
    )
