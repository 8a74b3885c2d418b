"""RFC 8705 §2: clients that authenticate by mutual TLS."""

import ipaddress
from typing import Any

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from idp.app import create_app
from idp.config import Config, ServerConfig
from idp.web.provider import Provider
from tests.conftest import AddClient, Clock, Configure
from tests.parties.certificates import (
    BEHIND_PROXY,
    VERIFYING,
    Certificate,
    holding,
    make_certificate,
)
from tests.parties.clients import MACHINE, AssertingClient
from tests.parties.relying_party import RelyingParty

GRANT = {"grant_type": "client_credentials"}
PKI = MACHINE | {"token_endpoint_auth_method": "tls_client_auth"}
SELF_SIGNED = MACHINE | {"token_endpoint_auth_method": "self_signed_tls_client_auth"}
SUBJECT = {"tls_client_auth_subject_dn": "CN=notes,O=Example"}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Stand behind a proxy that verifies certificates."""
    return configure(server=VERIFYING)


def registered(*certificates: Certificate) -> dict[str, Any]:
    """Register the keys of certificates."""
    return SELF_SIGNED | {"jwks": {"keys": [each.jwk for each in certificates]}}


async def status(rp: RelyingParty, transport: Any, *certificates: Certificate) -> int:
    """Ask for a token with a certificate, and tell how it went."""
    return (await holding(rp, transport, *certificates).token(**GRANT)).status_code


NAMES = [
    x509.DNSName("notes.example"),
    x509.DNSName("Other.example"),
    x509.UniformResourceIdentifier("spiffe://example/notes"),
    x509.IPAddress(ipaddress.ip_address("192.0.2.7")),
    x509.IPAddress(ipaddress.ip_address("2001:db8::7")),
    x509.RFC822Name("notes@example.com"),
]


@pytest.mark.parametrize(
    ("member", "right", "wrong"),
    [
        ("san_dns", "notes.example", "example"),
        ("san_dns", "NOTES.example", "a.notes.example"),
        ("san_dns", "other.example", "192.0.2.7"),
        ("san_uri", "spiffe://example/notes", "spiffe://example/notes/"),
        ("san_ip", "192.0.2.7", "192.0.2.70"),
        ("san_ip", "2001:DB8:0:0::7", "2001:db8::8"),
        ("san_email", "notes@example.com", "other@example.com"),
        ("subject_dn", "CN=notes,O=Example", "CN=notes"),
        ("subject_dn", "cn=notes,o=Example", "CN=Notes,O=Example"),
        ("subject_dn", "2.5.4.3=notes,O=Example", "O=Example,CN=notes"),
        ("subject_dn", "2.5.4.3=#0c056e6f746573,O=#13074578616d706c65", "CN=notes,O=Example,C=DE"),
        ("subject_dn", "CN=\\6eotes,O=Example", "CN=notes+O=Example"),
    ],
)
async def test_the_one_name_of_a_client(
    member: str, right: str, wrong: str, add_client: AddClient, transport: httpx2.ASGITransport
) -> None:
    """§2.1.2: the member that is registered says what is looked for, and where."""
    certificate = make_certificate("CN=notes,O=Example", NAMES)
    known = await add_client(**PKI, **{f"tls_client_auth_{member}": right})
    unknown = await add_client(**PKI, **{f"tls_client_auth_{member}": wrong})

    assert await status(known, transport, certificate) == 200
    assert await status(unknown, transport, certificate) == 401


async def test_a_name_of_several_values_in_one_place(
    add_client: AddClient, transport: httpx2.ASGITransport
) -> None:
    """§2.1.2: names are compared as names (RFC 4514 §3), so their order in one place is free."""
    name = x509.Name(
        [
            x509.RelativeDistinguishedName(
                [
                    x509.NameAttribute(NameOID.COMMON_NAME, 'a, "b"'),
                    x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@example.com"),
                ]
            )
        ]
    )
    rp = await add_client(
        **PKI, tls_client_auth_subject_dn='emailAddress=a@example.com+CN=a\\, \\"b\\"'
    )

    assert await status(rp, transport, make_certificate(name)) == 200


async def test_no_certificate_is_no_authentication(
    add_client: AddClient, transport: httpx2.ASGITransport
) -> None:
    """§2: a client_id alone is nobody's proof, nor is a secret that was never given out."""
    rp = await add_client(**PKI, **SUBJECT)

    alone = await rp.token(**GRANT)
    with_secret = await holding(rp, transport, make_certificate()).token(
        **GRANT, client_secret="idp_cs_made-up"
    )

    assert alone.json()["error"] == with_secret.json()["error"] == "invalid_client"
    assert alone.status_code == with_secret.status_code == 401


async def test_client_id_is_required(
    add_client: AddClient, transport: httpx2.ASGITransport
) -> None:
    """§2: by client_id the server finds the client without looking through all certificates."""
    rp = holding(await add_client(**PKI, **SUBJECT), transport, make_certificate())

    response = await rp.http.post("/token", data=GRANT)

    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


async def test_self_signed(add_client: AddClient, transport: httpx2.ASGITransport) -> None:
    """§2.2: the certificate is one of those that the client has registered."""
    first, second, other = (make_certificate() for _ in range(3))
    rp = await add_client(**registered(first, second))

    assert await status(rp, transport, first) == 200
    assert await status(rp, transport, second) == 200
    assert await status(rp, transport, other) == 401
    assert await status(rp, transport) == 401


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        rsa.generate_private_key(65537, 2048),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["P-256", "RSA", "Ed25519"],
)
async def test_self_signed_by_every_kind_of_key(
    key: Any, add_client: AddClient, transport: httpx2.ASGITransport
) -> None:
    """§2.2.2: what counts is the key, so a certificate may be renewed without registering again."""
    rp = await add_client(**registered(make_certificate(key=key)))

    assert await status(rp, transport, make_certificate("CN=renewed", key=key)) == 200
    assert await status(rp, transport, make_certificate()) == 401


async def test_a_key_that_encrypts_is_not_one_that_signs(
    add_client: AddClient, transport: httpx2.ASGITransport
) -> None:
    """§2.2: who registered a key for one purpose has not said that it authenticates."""
    signing, encrypting = make_certificate(), make_certificate()
    jwks = {"keys": [signing.jwk, encrypting.jwk | {"use": "enc"}]}
    rp = await add_client(**SELF_SIGNED, jwks=jwks)

    assert await status(rp, transport, signing) == 200
    assert await status(rp, transport, encrypting) == 401


@pytest.mark.parametrize("method", ["tls_client_auth", "self_signed_tls_client_auth"])
async def test_a_certificate_has_its_time(
    method: str, add_client: AddClient, transport: httpx2.ASGITransport, clock: Clock
) -> None:
    """§2: a certificate that has expired, or is not valid yet, says nothing."""
    certificate = make_certificate()
    metadata = registered(certificate) | {"token_endpoint_auth_method": method} | SUBJECT
    rp = await add_client(**metadata)

    clock.move(seconds=-2 * 3600)
    early = await status(rp, transport, certificate)
    clock.move(seconds=2 * 3600)
    in_time = await status(rp, transport, certificate)
    clock.move(seconds=2 * 3600)
    late = await status(rp, transport, certificate)

    assert (early, in_time, late) == (401, 200, 401)


async def test_a_method_is_the_registered_one(
    add_client: AddClient, transport: httpx2.ASGITransport
) -> None:
    """§2.1.1, §2.2.1: a registered key does not make up for the wrong name, or the reverse."""
    certificate = make_certificate()
    keys = {"jwks": {"keys": [certificate.jwk]}}
    by_name = await add_client(**PKI, **keys, tls_client_auth_subject_dn="CN=other")
    by_key = await add_client(**registered(make_certificate()), **SUBJECT)
    by_secret = await add_client(**MACHINE, **keys, **SUBJECT)
    by_secret.client_secret = None

    assert await status(by_name, transport, certificate) == 401
    assert await status(by_key, transport, certificate) == 401
    assert await status(by_secret, transport, certificate) == 401


async def test_a_certificate_beside_other_proof(
    add_client: AddClient, transport: httpx2.ASGITransport, config: Config
) -> None:
    """§3: who authenticates by a secret, an assertion or not at all may connect with one, too."""
    certificate = make_certificate()
    by_secret = holding(await add_client(**MACHINE), transport, certificate)
    asserting = await add_client(**AssertingClient.metadata())
    http = holding(asserting, transport, certificate).http
    by_assertion = AssertingClient(http, asserting.client_id, config.issuer)
    public = holding(await add_client(token_endpoint_auth_method="none"), transport, certificate)

    assert (await by_secret.token(**GRANT)).status_code == 200
    assert (await by_assertion.token(by_assertion.sign())).status_code == 200
    response = await public.exchange("made-up")
    assert response.json()["error"] == "invalid_grant"  # so it was authenticated


async def test_every_endpoint_of_clients(
    add_client: AddClient, transport: httpx2.ASGITransport
) -> None:
    """§2: wherever a client authenticates, it does so in this way."""
    certificate = make_certificate()
    rp = holding(await add_client(**PKI, **SUBJECT), transport, certificate)
    token = (await rp.token(**GRANT)).json()["access_token"]

    introspected = await rp.introspect(token)
    revoked = await rp.revoke(token)
    pushed = await rp.post("/par")

    assert introspected.json()["active"] is True
    assert pushed.json()["error"] == "invalid_request"  # so it was authenticated
    assert revoked.status_code == 200
    assert (await rp.introspect(token)).json() == {"active": False}


async def test_names_count_only_where_somebody_verifies_them(
    add_client: AddClient, provider: Provider, transport: httpx2.ASGITransport
) -> None:
    """§2.1: anybody can write a name, so a client of before is refused when that has changed."""
    certificate = make_certificate()
    by_name = await add_client(**PKI, **SUBJECT)
    by_key = await add_client(**registered(certificate))
    unverified = provider.config.model_copy(update={"server": ServerConfig(**BEHIND_PROXY)})

    app = create_app(unverified)
    async with app.router.lifespan_context(app):
        changed = httpx2.ASGITransport(app=app, client=("203.0.113.7", 50000))
        after = [await status(rp, changed, certificate) for rp in (by_name, by_key)]

    assert [await status(rp, transport, certificate) for rp in (by_name, by_key)] == [200, 200]
    assert after == [401, 200]


async def test_without_the_header_there_is_no_such_method(
    add_client: AddClient, provider: Provider
) -> None:
    """§2: a server that is told of no proxy takes no word of one."""
    certificate = make_certificate()
    rp = await add_client(**registered(certificate))
    changed = provider.config.model_copy(update={"server": ServerConfig()})

    app = create_app(changed)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app, client=("203.0.113.7", 50000))
        assert await status(rp, transport, certificate) == 401
