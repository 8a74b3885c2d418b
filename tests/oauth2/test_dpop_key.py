"""The key of a proof, and its thumbprint (RFC 7638, RFC 8037)."""

from typing import Any

import pytest
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from idp.oauth2.dpop_key import UnusableKey, is_thumbprint, read_key

# RFC 8037, appendix A.2, A.3
OKP_JWK = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
OKP_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_thumbprint_of_rfc_8037() -> None:
    """Of a key as it is spelled there."""
    assert read_key(OKP_JWK).thumbprint == OKP_THUMBPRINT


@pytest.mark.parametrize(
    "key",
    [RSAKey.generate_key(2048), ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519")],
    ids=["RSA", "EC", "OKP"],
)
def test_thumbprints_are_those_that_others_make(key: Key) -> None:
    """Whatever else stands in the JWK, and in whatever order."""
    members: dict[str, Any] = {**key.as_dict(private=False), "kid": "k", "use": "sig"}
    turned = dict(reversed(members.items()))

    assert {read_key(members).thumbprint, read_key(turned).thumbprint} == {key.thumbprint()}


def test_private_key_is_refused() -> None:
    """It is everybody's by now."""
    jwk = ECKey.generate_key("P-256").as_dict(private=True)

    with pytest.raises(UnusableKey):
        read_key(jwk)


def test_each_key_has_one_thumbprint() -> None:
    """A coordinate that is written in another way makes no other key."""
    x = OKP_JWK["x"]

    for spelled in (x[:-1] + "p", x + "=", f"{x[:4]} {x[4:]}"):
        with pytest.raises(UnusableKey):
            read_key(OKP_JWK | {"x": spelled})


def test_what_could_be_a_thumbprint() -> None:
    """32 bytes in base64url, written in the one way that there is."""
    assert is_thumbprint(OKP_THUMBPRINT)
    assert not any(map(is_thumbprint, ("", "A" * 42, "A" * 44, OKP_THUMBPRINT + "=", "é" * 43)))
