"""Which proofs do not hold (RFC 9449 §4.3), at the token endpoint."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from idp import clock as idp_clock
from idp.config import Config
from idp.oauth2 import dpop
from tests.conftest import AddClient
from tests.parties.clients import MACHINE
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.relying_party import base64url

MakeProof = Callable[[Holder], str]

URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def with_claims(**changes: Any) -> MakeProof:
    """Make a proof with other claims, or without one."""
    return lambda holder: holder.prove("POST", "/token", **changes)


def with_header(**changes: Any) -> MakeProof:
    """Make a proof with another header."""
    return lambda holder: holder.prove("POST", "/token", header=changes)


def with_htu(old: str, new: str) -> MakeProof:
    """Make a proof for a URL that is written a little differently."""
    return lambda holder: holder.prove(
        "POST", "/token", htu=f"{holder.issuer}/token".replace(old, new, 1)
    )


def made_at(seconds: float, name: str = "iat") -> MakeProof:
    """Make a proof at a time so far off, or one that is good until or since then."""

    def make(holder: Holder) -> str:
        moment = idp_clock.timestamp(idp_clock.now()) + seconds
        return holder.prove("POST", "/token", **{name: moment})

    return make


def with_jwk(**changes: Any) -> MakeProof:
    """Make a proof whose key has other members, or one less."""

    def make(holder: Holder) -> str:
        members = {name: v for name, v in (holder.jwk | changes).items() if v is not None}
        return holder.prove("POST", "/token", header={"jwk": members})

    return make


def signed(claims: bytes, **changes: Any) -> MakeProof:
    """Sign whatever it may be, with a header that is changed."""

    def make(holder: Holder) -> str:
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": holder.jwk} | changes
        return holder.sign(json.dumps(header).encode(), claims)

    return make


def by_key(key: Any, alg: str) -> MakeProof:
    """Make a proof by another key."""
    return lambda holder: Holder(holder.issuer, key, alg).prove("POST", "/token")


def put_together(holder: Holder) -> str:
    """Put the claims of one proof between header and signature of another."""
    (header, _, signature), (_, claims, _) = (
        holder.prove("POST", "/token").split(".") for _ in range(2)
    )
    return f"{header}.{claims}.{signature}"


def respelled(holder: Holder) -> str:
    """Write the last character so that a careless reader sees the same signature."""
    proof = holder.prove("POST", "/token")
    return proof[:-1] + URL_SAFE[URL_SAFE.index(proof[-1]) ^ 1]


def by_another(holder: Holder) -> str:
    """Show a key, and sign by another."""
    return Holder(holder.issuer).prove("POST", "/token", header={"jwk": holder.jwk})


RSA = RSAKey.generate_key(2048)
HUGE = {"kty": "RSA", "e": "AQAB", "n": base64url(b"\xff" * 513)}
WEAK = {"kty": "RSA", "e": "AQAB", "n": base64url(b"\xff" * 255)}
LARGE_EXPONENT = {"kty": "RSA", "e": base64url(b"\x01" * 5), "n": base64url(b"\xff" * 256)}
LEADING_ZERO = {"kty": "RSA", "e": "AAEAAQ", "n": base64url(b"\xff" * 256)}
PRIVATE = ECKey.generate_key("P-256").as_dict(private=True)
P384 = ECKey.generate_key("P-384").as_dict(private=False)
SECRET = {"kty": "oct", "k": "c2VjcmV0"}

NOT_A_PROOF: dict[str, MakeProof] = {
    "a word": lambda holder: "proof",
    "two in one line": lambda holder: f"{with_claims()(holder)}, {with_claims()(holder)}",
    "four parts": lambda holder: with_claims()(holder) + ".a",
    "too long": with_claims(more="x" * 8192),
    "another typ": with_header(typ="JWT"),
    "typ of an access token": with_header(typ="at+jwt"),
    "no typ": with_header(typ=None),
    "typ is a list": signed(b"{}", typ=["dpop+jwt"]),
    "header must be understood": signed(b"{}", crit=["exp"], exp=1),
    "claims are no object": signed(b"[]"),
    "claims without end": signed(b"[" * 5000),
    "claims are no UTF-8": signed(b'{"jti":"\xff"}'),
    "another spelling": respelled,
}
NO_PUBLIC_KEY: dict[str, MakeProof] = {
    "no jwk": with_header(jwk=None),
    "jwk is a text": signed(b"{}", jwk="key"),
    "jwk is private": signed(b"{}", jwk=PRIVATE),
    "jwk is a secret": signed(b"{}", jwk=SECRET),
    "kty is a list": signed(b"{}", jwk={"kty": ["EC"]}),
    "jwk without y": with_jwk(y=None),
    "x is a number": with_jwk(x=1),
    "x is short": with_jwk(x="AA"),
    "x is not base64url": with_jwk(x="=" * 43),
    "not on the curve": with_jwk(y="A" * 43),
    "P-384": signed(b"{}", jwk=P384),
    "RSA of 2040 bits": signed(b"{}", jwk=WEAK),
    "RSA of 4104 bits": signed(b"{}", jwk=HUGE),
    "large exponent": signed(b"{}", jwk=LARGE_EXPONENT),
    "leading zeros": signed(b"{}", jwk=LEADING_ZERO),
}
NOT_SIGNED: dict[str, MakeProof] = {
    "by another key": by_another,
    "claims of another proof": put_together,
    "RS512": by_key(RSA, "RS512"),
    "alg of another key": signed(b"{}", alg="RS256"),
    "alg none": signed(b"{}", alg="none"),
    "alg of a secret": signed(b"{}", alg="HS256"),
    "alg is a list": signed(b"{}", alg=["ES256"]),
}
FOR_ANOTHER_REQUEST: dict[str, MakeProof] = {
    "another method": lambda holder: holder.prove("GET", "/token"),
    "small letters": lambda holder: holder.prove("post", "/token"),
    "no htm": with_claims(htm=None),
    "no htu": with_claims(htu=None),
    "htu is a list": with_claims(htu=["https://idp.example/token"]),
    "htu is a path": with_claims(htu="/token"),
    "another path": lambda holder: holder.prove("POST", "/revoke"),
    "a longer path": lambda holder: holder.prove("POST", "/token/"),
    "a path in capitals": lambda holder: holder.prove("POST", "/Token"),
    "another host": with_claims(htu="https://other.example/token"),
    "another port": with_htu("/token", ":444/token"),
    "a port that is none": with_htu("/token", ":x/token"),
    "a name before the host": with_htu("://", "://alice@"),
    "another scheme": with_htu("https://", "http://"),
}
NOT_NOW: dict[str, MakeProof] = {
    "too old": made_at(-62),
    "too early": made_at(63),
    "far off": made_at(1e15),
    "a text": with_claims(iat="1562262616"),
    "true": with_claims(iat=True),
    "none": with_claims(iat=None),
    "at its end": made_at(-62, "exp"),
    "an end that is a text": with_claims(exp="2099-01-01"),
    "before its beginning": made_at(63, "nbf"),
    "a beginning that is true": with_claims(nbf=True),
}
NO_JTI: dict[str, MakeProof] = {
    "none": with_claims(jti=None),
    "empty": with_claims(jti=""),
    "a number": with_claims(jti=1),
}
REFUSED = (
    (dpop.NO_PROOF, NOT_A_PROOF),
    (dpop.NO_KEY, NO_PUBLIC_KEY),
    (dpop.NOT_SIGNED, NOT_SIGNED),
    (dpop.FOR_ANOTHER_REQUEST, FOR_ANOTHER_REQUEST),
    (dpop.NOT_NOW, NOT_NOW),
    (dpop.NO_JTI, NO_JTI),
)


@pytest.fixture
def holder(config: Config) -> Holder:
    """Hold a key."""
    return Holder(config.issuer)


@pytest.fixture
async def machine(add_client: AddClient, holder: Holder) -> ProvingParty:
    """Add a client that acts for itself, with a key."""
    return ProvingParty(await add_client(**MACHINE), holder)


@pytest.mark.parametrize(("text", "cases"), REFUSED, ids=[text for text, _ in REFUSED])
async def test_proof_is_refused(
    machine: ProvingParty, text: str, cases: dict[str, MakeProof]
) -> None:
    """With a code of its own, and what to mend; no bearer token is given instead (§5)."""
    answers = {}

    for name, make in cases.items():
        machine.proof = make(machine.holder)
        answer = await machine.token(grant_type="client_credentials")
        answers[name] = (answer.status_code, answer.json())

    refusal = {"error": "invalid_dpop_proof", "error_description": text}
    assert answers == dict.fromkeys(cases, (400, refusal))


async def test_two_proofs_are_refused(
    machine: ProvingParty, holder: Holder, http: httpx2.AsyncClient
) -> None:
    """Though each by itself would hold."""
    headers = [("DPoP", holder.prove("POST", "/token")) for _ in range(2)]
    form = {"grant_type": "client_credentials"}
    auth = (machine.client_id, machine.client_secret or "")

    response = await http.post("/token", data=form, headers=headers, auth=auth)

    assert response.json() == {
        "error": "invalid_dpop_proof",
        "error_description": dpop.SEVERAL,
    }


async def test_empty_proof_is_refused(machine: ProvingParty, http: httpx2.AsyncClient) -> None:
    """Who sends a header without a value meant to send a proof."""
    form = {"grant_type": "client_credentials"}
    auth = (machine.client_id, machine.client_secret or "")

    response = await http.post("/token", data=form, headers={"DPoP": ""}, auth=auth)

    assert response.json()["error"] == "invalid_dpop_proof"


async def test_secret_key_proves_nothing(machine: ProvingParty) -> None:
    """Whoever sees a proof by HMAC could make the next one: its key is in it."""
    key = OctKey.generate_key(256)
    header = {"typ": "dpop+jwt", "alg": "HS256", "jwk": key.as_dict(private=True)}
    machine.proof = machine.holder.sign(json.dumps(header).encode(), b"{}")

    response = await machine.token(grant_type="client_credentials")

    assert response.json()["error"] == "invalid_dpop_proof"
