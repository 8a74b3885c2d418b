"""Client authentication by a signed assertion: every way in which one can be wrong."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from idp.config import Config
from idp.oauth2.errors import ClientAuthenticationFailed
from idp.signing.algorithms import Algorithm, make_signature
from tests.conftest import AddClient
from tests.parties.clients import KEY, AssertingClient
from tests.parties.relying_party import base64url

ATTACKER = ECKey.generate_key("P-256", {"kid": "key-1"})
Forge = Callable[[AssertingClient], str]


def raw(
    header: object, claims: object, sign: Callable[[bytes], bytes] = lambda _: b"x" * 64
) -> str:
    """Put a JWT together that no library would; bytes stand for themselves."""
    message = ".".join(base64url(_json(part)) for part in (header, claims))
    return f"{message}.{base64url(sign(message.encode()))}"


def _json(part: object) -> bytes:
    return part if isinstance(part, bytes) else json.dumps(part).encode()


def hs256_with_the_public_key(client: AssertingClient) -> str:
    """Use what everybody knows as the key of an HMAC (RFC 8725 §2.1)."""
    pem = KEY.as_pem(private=False)
    return raw(
        {"alg": "HS256", "kid": KEY.kid},
        client.claims(),
        lambda message: hmac.digest(pem, message, hashlib.sha256),
    )


def with_claims(**changes: Any) -> Forge:
    """Sign rightly what is wrong."""
    return lambda client: client.sign(client.claims(**changes))


def with_header(**header: Any) -> Forge:
    """Send a header that no library would write."""
    return lambda client: raw({"alg": "ES256", "kid": KEY.kid} | header, client.claims())


def signed_with(header: dict[str, Any], client: AssertingClient) -> str:
    """Sign what no library would write (RFC 7515 §4)."""

    def sign(message: bytes) -> bytes:
        return make_signature(Algorithm.ES256, KEY.private_key, message)

    return raw({"alg": "ES256", "kid": KEY.kid} | header, client.claims(), sign)


def in_seconds(seconds: float) -> int:
    """Tell a moment as a JWT does."""
    return int(time.time() + seconds)


def raw_signed(client: AssertingClient, more: bytes) -> str:
    """Sign rightly claims that json.dumps would not write."""
    claims = json.dumps(client.claims()).encode()[:-1] + b"," + more
    return jws.serialize_compact({"alg": "ES256", "kid": KEY.kid}, claims, KEY)


JWK_OF_ATTACKER = ATTACKER.as_dict(private=False)

REFUSED: dict[str, Forge] = {
    "alg none": lambda client: raw({"alg": "none"}, client.claims(), lambda _: b""),
    "alg None": lambda client: raw({"alg": "NoNe"}, client.claims(), lambda _: b""),
    "HS256 with the public key": hs256_with_the_public_key,
    "another's key": lambda client: client.sign(key=ATTACKER),
    "another's key in jwk": lambda client: client.sign(key=ATTACKER, jwk=JWK_OF_ATTACKER),
    "another's key in jwk, without kid": lambda client: client.sign(
        key=ATTACKER, jwk=JWK_OF_ATTACKER, kid=None
    ),
    "another's key by jku": lambda client: client.sign(key=ATTACKER, jku="https://evil.example/k"),
    "unknown kid": lambda client: client.sign(kid="key-2"),
    "kid as a path": lambda client: client.sign(kid="../../keys/x"),
    "tampered": lambda client: client.sign()[:-2] + "AA",
    "no signature": lambda client: client.sign().rpartition(".")[0] + ".",
    "iss of another": with_claims(iss="client_other"),
    "no iss": with_claims(iss=None),
    "sub of another": with_claims(sub="client_other"),
    "no sub": with_claims(sub=None),
    "sub a number": with_claims(sub=5),
    "sub a list": with_claims(sub=["a"]),
    "sub with NUL": with_claims(sub="a\0"),
    "aud of another": with_claims(aud="https://evil.example"),
    "aud a prefix": with_claims(aud="https://idp.example/"),
    "aud with a foreign member": with_claims(aud=["https://idp.example", "https://evil.example"]),
    "aud empty": with_claims(aud=[]),
    "aud an object": with_claims(aud={}),
    "aud of objects": with_claims(aud=[{}]),
    "no aud": with_claims(aud=None),
    "no exp": with_claims(exp=None),
    "exp past": lambda client: client.sign(client.claims(exp=in_seconds(-11))),
    "exp in a year": lambda client: client.sign(client.claims(exp=in_seconds(31_536_000))),
    "exp in two hours": lambda client: client.sign(client.claims(exp=in_seconds(7200))),
    "exp a text": with_claims(exp="2099-01-01"),
    "exp true": with_claims(exp=True),
    "exp huge": with_claims(exp=10**300),
    "exp infinite": lambda client: raw_signed(client, b'"exp":1e999}'),
    "iat in a minute": lambda client: client.sign(client.claims(iat=in_seconds(60))),
    "nbf in a minute": lambda client: client.sign(client.claims(nbf=in_seconds(60))),
    "iat a text": with_claims(iat="now"),
    "no jti": with_claims(jti=None),
    "jti empty": with_claims(jti=""),
    "jti a number": with_claims(jti=5),
    "crit": with_header(crit=["exp"], exp=1),
    "crit unknown": with_header(crit=["x"], x=1),
    "unencoded payload": with_header(crit=["b64"], b64=False),
    "alg with a quote": with_header(alg='ES"256'),
    "alg a list": with_header(alg=["ES256"]),
    "alg missing": lambda client: raw({"kid": KEY.kid}, client.claims()),
    "kid with a quote": with_header(kid='a"b\\'),
    "kid a number": with_header(kid=5),
    "header name with a quote": with_header(**{'na"me': 1}),
    "header a list": lambda client: raw([], client.claims()),
    "header a text": lambda client: raw("x", client.claims()),
    "header no JSON": lambda client: raw(b"{", client.claims()),
    "header not UTF-8": lambda client: raw(b"\xff\xfe", client.claims()),
    "header deeply nested": lambda client: raw(b"[" * 9000, client.claims()),
    "header with a huge number": lambda client: raw(b'{"alg":' + b"1" * 6000 + b"}", {}),
    "claims a list": lambda client: raw({"alg": "ES256"}, []),
    "claims no JSON": lambda client: raw({"alg": "ES256"}, b"{"),
    "claims not UTF-8": lambda client: raw({"alg": "ES256"}, b"\xff"),
    "claims deeply nested": lambda client: raw({"alg": "ES256"}, b'{"sub":' + b"[" * 9000),
    "claims with a huge number": lambda client: raw_signed(client, b'"x":' + b"1" * 6000 + b"}"),
    "empty parts": lambda _: "..",
    "one part": lambda _: "abc",
    "not ASCII": lambda _: "\u00e9.\u00e9.\u00e9",
    "five parts": lambda client: client.sign() + ".a.b",
    "followed by a line break": lambda client: client.sign() + "\n",
    "oversized": lambda client: client.sign(client.claims(x="x" * 17_000)),
}  # fmt: skip


@pytest.fixture
async def client(
    add_client: AddClient, http: httpx2.AsyncClient, config: Config
) -> AssertingClient:
    """Add a client that has one key."""
    registered = await add_client(**AssertingClient.metadata())
    return AssertingClient(http, registered.client_id, config.issuer)


async def test_every_flaw_of_an_assertion_gets_one_answer(client: AssertingClient) -> None:
    """Whatever is wrong, the answer is the same 401, and the right assertion is still good."""
    right = client.sign()

    answers = {name: await client.token(forge(client)) for name, forge in REFUSED.items()}

    description = ClientAuthenticationFailed.description
    body = {"error": "invalid_client", "error_description": description}
    expected = (401, body, None)
    told = {
        name: (each.status_code, each.json(), each.headers.get("www-authenticate"))
        for name, each in answers.items()
    }
    assert {name: answer for name, answer in told.items() if answer != expected} == {}
    assert (await client.token(right)).status_code == 200


async def test_what_clients_do_differently_is_accepted(
    client: AssertingClient, config: Config
) -> None:
    """Any audience that is this server alone, a clock that is 9 s ahead, headers nobody reads."""
    issuer = config.issuer
    accepted = {
        "aud the token endpoint": client.sign(client.claims(aud=issuer + "/token")),
        "aud a list": client.sign(client.claims(aud=[issuer])),
        "aud both": client.sign(client.claims(aud=[issuer, issuer + "/token"])),
        "iat and nbf ahead": client.sign(client.claims(iat=in_seconds(9), nbf=in_seconds(9))),
        "exp just past": client.sign(client.claims(exp=in_seconds(-5))),
        "exp in an hour": client.sign(client.claims(exp=in_seconds(3600))),
        "no kid": client.sign(kid=None),
        "typ": client.sign(typ="JWT"),
        "jku and jwk": client.sign(jku="https://evil.example/k", jwk=JWK_OF_ATTACKER),
        "unknown member": signed_with({"tenant": 1}, client),
    }

    answers = {name: await client.token(each) for name, each in accepted.items()}
    named = await client.token(client.sign(), client_id=client.client_id)

    assert {name: each.status_code for name, each in answers.items()} == dict.fromkeys(
        accepted, 200
    )
    assert named.status_code == 200


@pytest.mark.parametrize("path", ["/introspect", "/revoke"])
async def test_assertion_may_be_for_the_endpoint_that_is_called(
    client: AssertingClient, config: Config, path: str
) -> None:
    """The audience may be the endpoint itself (OIDC Core §9), but not another one."""
    here = client.sign(client.claims(aud=config.issuer + path))
    elsewhere = client.sign(client.claims(aud=config.issuer + "/authorize"))

    answers = [await client.post(path, each, token="x") for each in (here, elsewhere)]

    assert [each.status_code for each in answers] == [200, 401]


async def test_assertion_is_good_once(client: AssertingClient) -> None:
    """A jti is spent by its first use, whatever becomes of the request (RFC 7523 §3)."""
    replayed, failed = client.sign(), client.sign()
    await client.token(replayed)
    await client.token(failed, scope="unknown")

    answers = [
        await client.token(replayed),
        await client.token(failed),
        await client.post("/introspect", replayed, token="x"),
    ]

    assert [each.status_code for each in answers] == [401, 401, 401]


async def test_one_of_many_parallel_uses_wins(client: AssertingClient) -> None:
    """A jti is spent by one statement, so that two requests cannot both have it."""
    assertion = client.sign()

    answers = await asyncio.gather(*(client.token(assertion) for _ in range(10)))

    assert sorted(each.status_code for each in answers) == [200] + [401] * 9


async def test_two_clients_may_use_the_same_jti(
    client: AssertingClient, add_client: AddClient
) -> None:
    """A jti is unique for its issuer only."""
    registered = await add_client(**AssertingClient.metadata())
    other = AssertingClient(client.http, registered.client_id, client.issuer)

    answers = [await each.token(each.sign(each.claims(jti="1"))) for each in (client, other)]

    assert [each.status_code for each in answers] == [200, 200]


async def test_assertion_needs_its_type(client: AssertingClient) -> None:
    """client_assertion_type must be that of a JWT (RFC 7523 §2.2)."""
    data = {"grant_type": "client_credentials", "client_assertion": client.sign()}
    saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"

    missing = await client.http.post("/token", data=data)
    unknown = await client.http.post("/token", data=data | {"client_assertion_type": saml})

    assert [each.status_code for each in (missing, unknown)] == [401, 401]


async def test_each_algorithm_with_its_key(
    add_client: AddClient, http: httpx2.AsyncClient, config: Config
) -> None:
    """A client signs with any of its keys, and must name it if it has several."""
    rsa = RSAKey.generate_key(2048, {"kid": "rsa"})
    okp = OKPKey.generate_key("Ed25519", {"kid": "okp"})
    registered = await add_client(**AssertingClient.metadata(rsa, KEY, okp))
    client = AssertingClient(http, registered.client_id, config.issuer)
    used = [(rsa, "RS256"), (rsa, "PS256"), (KEY, "ES256"), (okp, "Ed25519"), (okp, "EdDSA")]

    named = [await client.token(client.sign(key=key, alg=alg)) for key, alg in used]
    unnamed = await client.token(client.sign(key=rsa, alg="RS256", kid=None))

    assert [each.status_code for each in named] == [200] * len(used)
    assert unnamed.status_code == 401


async def test_registered_algorithm_is_enforced(
    add_client: AddClient, http: httpx2.AsyncClient, config: Config
) -> None:
    """A client that is registered for one algorithm cannot be spoken for by another."""
    rsa = RSAKey.generate_key(2048, {"kid": "rsa"})
    metadata = AssertingClient.metadata(rsa, token_endpoint_auth_signing_alg="PS256")
    registered = await add_client(**metadata)
    client = AssertingClient(http, registered.client_id, config.issuer)

    answers = [await client.token(client.sign(key=rsa, alg=alg)) for alg in ("RS256", "PS256")]

    assert [each.status_code for each in answers] == [401, 200]
