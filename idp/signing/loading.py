"""The key set as the table and the directory have it, read once and then kept."""

from pathlib import Path

from idp import clock
from idp.config import Config
from idp.signing.algorithms import Algorithm
from idp.signing.files import read_key
from idp.signing.jwk import read_jwk
from idp.signing.key import KeyState, PublishedKey, SigningKey
from idp.signing.key_set import KeySet, fingerprint
from idp.storage.signing_keys import (
    SigningKeyRow,
    list_published_states,
    list_signing_keys,
)


def load_key_set(config: Config) -> KeySet:
    """Read all keys; raise KeyFileError if an active or next one has no usable file.

    OpenSSL takes 30 ms to check a private RSA key that it reads. Next keys are read, too, so
    that a lost file is seen before the key is needed.
    """
    published: list[PublishedKey] = []
    active: list[SigningKey] = []
    for row in _list_published():
        state = KeyState(row.state)
        if state is KeyState.RETIRED:
            published.append(_read_retired(row))
            continue
        key = read_key(Path(config.keys.directory), row.kid, Algorithm(row.algorithm))
        published.append(key.publish(state))
        if state is KeyState.ACTIVE:
            active.append(key)
    return KeySet(published, active)


def key_set_is_current(key_set: KeySet) -> bool:
    """Tell whether a key set still is what loading it again would give."""
    states = ((row.kid, row.state) for row in list_published_states(clock.now()))
    return fingerprint(states) == key_set.fingerprint


def _list_published() -> list[SigningKeyRow]:
    now = clock.now()
    rows = list_signing_keys()
    return [row for row in rows if row.expires_at is None or row.expires_at > now]


def _read_retired(row: SigningKeyRow) -> PublishedKey:
    """A key that signs no more needs no file: what verifies is in the table."""
    return PublishedKey(
        kid=row.kid,
        algorithm=Algorithm(row.algorithm),
        state=KeyState.RETIRED,
        jwk=row.public_jwk,
        public_key=read_jwk(row.public_jwk),
    )
