"""The server's keys: made, rotated and retired here; what they sign, verify and decrypt.

    algorithms  what the five signature algorithms do with a key and some bytes
    jwk         public keys as JSON, and their thumbprints
    segments    the parts of a JWT
    key         one key: it is published, or it also signs or decrypts
    files       private keys in `keys.directory`, a PEM file each
    decryption  what others have encrypted to the server
    foreign     what others have signed
    key_set     all keys of the server: sign, verify, decrypt, publish
    signer      the key set in use, in a place that stays the same when it is replaced
    loading     the key set as table and directory have it, and whether that is still so
    rotation    keys that are missing, the next ones, and the end of old ones

A key is published as `next` first, so that clients have it before it signs as `active`; as
`retired` it stays published until the last token that it signed has expired. As `former` it only
tells whom a client means that still has such a token. A key that decrypts is published only while
it is `active`.
"""

from idp.signing.algorithms import Algorithm
from idp.signing.decryption import is_encrypted
from idp.signing.files import KeyFileError
from idp.signing.key import KeyState
from idp.signing.key_set import KeySet, NoActiveKey
from idp.signing.loading import key_set_is_current, load_key_set
from idp.signing.rotation import (
    NextKeyTooYoung,
    describe_keys,
    discard_key,
    ensure_keys,
    is_rotation_due,
    make_spare_keys,
    purge_keys,
    refuse_too_young,
    rotate,
    rotate_if_due,
    rotate_immediately,
)

__all__ = [
    "Algorithm",
    "KeyFileError",
    "KeySet",
    "KeyState",
    "NextKeyTooYoung",
    "NoActiveKey",
    "describe_keys",
    "discard_key",
    "ensure_keys",
    "is_encrypted",
    "is_rotation_due",
    "key_set_is_current",
    "load_key_set",
    "make_spare_keys",
    "purge_keys",
    "refuse_too_young",
    "rotate",
    "rotate_if_due",
    "rotate_immediately",
]
