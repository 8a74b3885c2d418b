"""The key set as the table and the directory have it, read once and then kept."""

from pathlib import Path

from idp import clock
from idp.config import Config
from idp.signing.algorithms import Algorithm, Purpose, read_purpose
from idp.signing.files import read_key
from idp.signing.jwk import read_jwk
from idp.signing.key import DecryptionKey, KeyState, PublishedKey, SigningKey
from idp.signing.key_set import KeySet, fingerprint
from idp.storage.signing_keys import (
    SigningKeyRow,
    SigningKeyState,
    list_signing_key_states,
    list_signing_keys,
)


def load_key_set(config: Config) -> KeySet:
    """Read all keys; raise KeyFileError if one that does more than verify has no usable file.

    Next keys are read, too, so that a lost file is seen before the key is needed.
    """
    known: list[PublishedKey] = []
    active: list[SigningKey] = []
    decrypting: list[DecryptionKey] = []
    for row in list_signing_keys():
        state, purpose = _state_of(row), read_purpose(row.algorithm)
        if state is KeyState.DISCARDED:
            continue
        if not _needs_file(state, purpose):
            known.append(_read_public(row, state, purpose))
            continue
        key = read_key(Path(config.keys.directory), row.kid, purpose)
        known.append(key.publish(state))
        if isinstance(key, DecryptionKey):
            decrypting.append(key)
        elif state is KeyState.ACTIVE:
            active.append(key)
    return KeySet(known, active, decrypting)


def key_set_is_current(key_set: KeySet) -> bool:
    """Tell whether a key set still is what loading it again would give."""
    states = ((row.kid, _state_of(row)) for row in list_signing_key_states())
    known = ((kid, state) for kid, state in states if state is not KeyState.DISCARDED)
    return fingerprint(known) == key_set.fingerprint


def _state_of(row: SigningKeyRow | SigningKeyState) -> KeyState:
    """Tell where a key is now: once its last token has expired it is published no more."""
    state = KeyState(row.state)
    is_over = row.expires_at is not None and row.expires_at <= clock.now()
    return KeyState.FORMER if is_over and state is KeyState.RETIRED else state


def _needs_file(state: KeyState, purpose: Purpose) -> bool:
    """A key that signs no more needs none: what verifies is in the table."""
    decrypts = state is KeyState.RETIRED and not isinstance(purpose, Algorithm)
    return decrypts or state in (KeyState.ACTIVE, KeyState.NEXT)


def _read_public(row: SigningKeyRow, state: KeyState, purpose: Purpose) -> PublishedKey:
    return PublishedKey(
        kid=row.kid,
        algorithm=purpose,
        state=state,
        jwk=row.public_jwk,
        public_key=read_jwk(row.public_jwk),
    )
