"""Which proofs hold (RFC 9449 §4.2, §4.3), at the token endpoint."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from idp.config import Config
from tests.conftest import AddClient
from tests.parties.clients import MACHINE
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.relying_party import unverified_claims

MakeProof = Callable[[Holder], str]
KEYS: tuple[tuple[str, Key], ...] = (
    ("RS256", RSAKey.generate_key(2048)),
    ("RS256", RSAKey.generate_key(4096)),
    ("PS256", RSAKey.generate_key(2048)),
    ("ES256", ECKey.generate_key("P-256")),
    ("Ed25519", OKPKey.generate_key("Ed25519")),
    ("EdDSA", OKPKey.generate_key("Ed25519")),
)


@pytest.fixture
def holder(config: Config) -> Holder:
    """Hold a key."""
    return Holder(config.issuer)


@pytest.fixture
async def machine(add_client: AddClient, holder: Holder) -> ProvingParty:
    """Add a client that acts for itself, with a key."""
    return ProvingParty(await add_client(**MACHINE), holder)


def prove(holder: Holder, **changes: Any) -> str:
    """Make a proof for a token request."""
    return holder.prove("POST", "/token", **changes)


async def test_each_algorithm_of_the_metadata_proves(
    machine: ProvingParty, config: Config, http: httpx2.AsyncClient
) -> None:
    """The token is bound to the thumbprint of the key (§5.1, §6.1, RFC 7638)."""
    metadata = (await http.get("/.well-known/openid-configuration")).json()
    bound_to = []

    for alg, key in KEYS:
        machine.holder = Holder(config.issuer, key, alg)
        response = await machine.token(grant_type="client_credentials")
        bound_to.append(unverified_claims(response.json()["access_token"])["cnf"])

    assert bound_to == [{"jkt": key.thumbprint()} for _, key in KEYS]
    assert metadata["dpop_signing_alg_values_supported"] == list(dict(KEYS))


HOLDING: dict[str, MakeProof] = {
    "a query and a fragment": lambda h: prove(h, htu=f"{h.issuer}/token?a=b#c"),
    "the scheme and the host in capitals": lambda h: prove(
        h, htu=f"{h.issuer}/token".replace("https://idp", "HTTPS://IDP")
    ),
    "the default port": lambda h: prove(h, htu=f"{h.issuer}:443/token"),
    "escapes of what needs none": lambda h: prove(h, htu=f"{h.issuer}/%74oken"),
    "dots": lambda h: prove(h, htu=f"{h.issuer}/./a/../token"),
    "a minute in the past": lambda h: prove(h, iat=_now(h) - 58),
    "a minute in the future": lambda h: prove(h, iat=_now(h) + 59),
    "an end just past": lambda h: prove(h, exp=_now(h) - 50),
    "a beginning soon": lambda h: prove(h, nbf=_now(h) + 50),
    "a fraction of a second": lambda h: prove(h, iat=_now(h) - 0.5),
    "the long form of its type": lambda h: prove(h, header={"typ": "application/dpop+jwt"}),
    "claims that nobody asked for": lambda h: prove(h, ath="x", nonce="y", aud="z"),
    "a key with more members": lambda h: prove(
        h, header={"jwk": h.jwk | {"kid": "k", "use": "sig", "alg": "ES256"}}
    ),
}


async def test_proof_holds(machine: ProvingParty) -> None:
    """URLs are compared as RFC 3986 §6.2 has it; what is not looked at may be anything."""
    answers = {}

    for name, make in HOLDING.items():
        machine.proof = make(machine.holder)
        answers[name] = (await machine.token(grant_type="client_credentials")).json()

    assert {name: each.get("token_type") for name, each in answers.items()} == dict.fromkeys(
        HOLDING, "DPoP"
    ), answers


def _now(holder: Holder) -> int:
    return int(unverified_claims(prove(holder))["iat"])
