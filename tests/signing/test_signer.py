"""The signer, whose key set can be replaced while others hold it."""

from idp.signing.key import KeyState, SigningKey
from idp.signing.key_set import KeySet
from idp.signing.signer import Signer

CLAIMS = {"sub": "a"}


def test_a_signer_uses_the_key_set_that_it_has_now(key: SigningKey, key_set: KeySet) -> None:
    """After a rotation the same object signs with the new key and still knows the old one."""
    signer = Signer(key_set)
    old = signer.sign(CLAIMS, typ="JWT", algorithm="Ed25519")
    new_key = SigningKey.generate(key.algorithm)

    published = [new_key.publish(KeyState.ACTIVE), key.publish(KeyState.RETIRED)]
    signer.key_set = KeySet(published, [new_key])
    new = signer.sign(CLAIMS, typ="JWT", algorithm="Ed25519")

    assert signer.verify(old, typ="JWT") == CLAIMS
    assert signer.verify(new, typ="JWT") == CLAIMS
    assert key_set.verify(new, typ="JWT") is None
