"""JWTs that others have signed."""

import json
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, KeySet

from idp.signing import foreign

KEY = ECKey.generate_key("P-256", {"kid": "theirs"})
KEYS = KeySet([KEY])
REGISTRY = jws.JWSRegistry(
    header_registry={"x": jws.JWSRegistry.default_header_registry["kid"]},
    algorithms=["ES256"],
    strict_check_header=False,
)
REGISTRY.max_header_length = 20_000


def signed(**header: Any) -> str:
    """Sign a claim, and say other things in the header."""
    named = {"alg": "ES256", "kid": "theirs"} | header
    return jws.serialize_compact(named, json.dumps({"sub": "somebody"}), KEY, registry=REGISTRY)


@pytest.mark.parametrize(
    "header",
    [{}, {"typ": "JWT"}, {"tenant": 1}, {"x5c": ["MIIB" + "A" * 4000]}, {"x5t#S256": "AA"}],
    ids=["usual", "typ", "unknown", "certificates", "thumbprint"],
)
def test_what_a_header_says_beside_is_ignored(header: dict[str, Any]) -> None:
    """Neither what nobody knows nor the way to a key that is known anyway (RFC 7515 §4)."""
    token = signed(**header)

    assert foreign.claims_of(token, KEYS, ["ES256"]) == {"sub": "somebody"}
    assert foreign.extract(token).headers() == {"alg": "ES256", "kid": "theirs"} | header


@pytest.mark.parametrize(
    "token",
    [
        signed(crit=["x"], x="1"),
        signed(tenant="A" * 10_000),
        signed() + "A",
        signed().rpartition(".")[0],
        "é",
        "",
    ],
    ids=["critical", "long", "other signature", "no signature", "no ASCII", "empty"],
)
def test_what_is_refused(token: str) -> None:
    """What is critical must be understood (RFC 7515 §4.1.11), and there is an end to a header."""
    with pytest.raises(foreign.UNREADABLE):
        foreign.claims_of(token, KEYS, ["ES256"])


def test_algorithm_is_one_of_those_that_are_allowed() -> None:
    """Another one is refused, though the key would do."""
    with pytest.raises(foreign.UNREADABLE):
        foreign.claims_of(signed(), KEYS, ["PS256"])
