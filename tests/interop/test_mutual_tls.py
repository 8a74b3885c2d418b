"""Proxies that ask for certificates and hand them on, as docs/mutual-tls.md has it (RFC 8705)."""

import ssl
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
from cryptography import x509

from tests.interop.apps import new_app, running
from tests.interop.proxies import KINDS, Kind, Places, Proxy
from tests.parties.certificates import make_authority, make_certificate
from tests.parties.server import serving

GRANT = {"grant_type": "client_credentials"}


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    """Keep files where proxies may read them, which is not below pytest's own directory."""
    with tempfile.TemporaryDirectory(prefix="idp-mutual-tls-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture(scope="module", params=KINDS, ids=[kind.name for kind in KINDS])
async def proxy(
    request: pytest.FixtureRequest, directory: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Proxy]:
    """Run a server, and a proxy in front of it."""
    kind: Kind = request.param
    program = kind.find()
    if program is None:
        pytest.skip(f"no {kind.name} that speaks TLS")
    host = make_certificate("CN=localhost", [x509.DNSName("localhost")])
    authority = make_authority()
    (directory / "server.pem").write_text(host.private_pem + host.pem)
    (directory / "clients-ca.pem").write_text(authority.pem)
    settings = {
        "trusted_proxies": ["127.0.0.1"],
        "client_certificate_header": kind.header,
        "client_certificates_verified": True,
    }
    async with serving(tmp_path_factory.mktemp("mutual-tls"), server=settings) as server:
        places = Places(directory, server, new_app(), new_app(), new_app())
        configuration = directory / "configuration"
        configuration.write_text(places.substitute(kind.configure(places)))
        home = {"HOME": str(directory)}
        async with running(places.some, [program, *kind.arguments, configuration], **home):
            yield Proxy(kind, places, authority)


async def test_a_client_of_the_authority(proxy: Proxy) -> None:
    """Its certificate authenticates it, and binds its token."""
    certificate = make_certificate("CN=notes,O=Example", issuer=proxy.authority)
    registered = await proxy.server.add_client(
        grant_types=["client_credentials"],
        token_endpoint_auth_method="tls_client_auth",
        tls_client_auth_subject_dn="CN=notes,O=Example",
        tls_client_certificate_bound_access_tokens=True,
    )
    form = GRANT | {"client_id": registered.client.client_id}

    async with proxy.http(proxy.places.some, certificate) as http:
        token = (await http.post("/token", data=form)).json()["access_token"]
        asked = {"token": token, "client_id": registered.client.client_id}
        introspected = (await http.post("/introspect", data=asked)).json()

    assert introspected["cnf"] == {"x5t#S256": certificate.thumbprint}


async def test_somebody_who_writes_the_header(proxy: Proxy) -> None:
    """The proxy puts its own in place of it, or none, wherever it is sent to."""
    certificate = make_certificate("CN=stolen", issuer=proxy.authority)
    registered = await proxy.server.add_client(
        grant_types=["client_credentials"],
        token_endpoint_auth_method="tls_client_auth",
        tls_client_auth_subject_dn="CN=stolen",
    )
    form = GRANT | {"client_id": registered.client.client_id}
    mallory = make_certificate("CN=mallory", issuer=proxy.authority)
    headers = proxy.forged(certificate)
    places = proxy.places
    statuses = []

    for app, shown in (
        (places.some, None),
        (places.some, mallory),
        (places.any, None),
        (places.any, mallory),
        (places.issuer, None),
    ):
        async with proxy.http(app, shown) as http:
            statuses.append((await http.post("/token", data=form, headers=headers)).status_code)
    async with proxy.http(places.some, certificate) as http:
        right = await http.post("/token", data=form)

    assert statuses == [401] * 5
    assert right.status_code == 200


async def test_a_client_that_is_known_by_its_key(proxy: Proxy) -> None:
    """Where any certificate is let in, it needs no authority (RFC 8705 §2.2)."""
    certificate = make_certificate("CN=notes")
    registered = await proxy.server.add_client(
        grant_types=["client_credentials"],
        token_endpoint_auth_method="self_signed_tls_client_auth",
        jwks={"keys": [certificate.jwk]},
    )
    form = GRANT | {"client_id": registered.client.client_id}

    async with proxy.http(proxy.places.any, certificate) as http:
        right = await http.post("/token", data=form)
    async with proxy.http(proxy.places.any, make_certificate("CN=notes")) as http:
        another = await http.post("/token", data=form)

    assert (right.status_code, another.status_code) == (200, 401)


async def test_a_client_that_shows_none(proxy: Proxy) -> None:
    """It is let in everywhere, and authenticates in another way."""
    registered = await proxy.server.add_client(
        grant_types=["client_credentials"], redirect_uris=[], response_types=[]
    )
    assert registered.client_secret is not None
    auth = (registered.client.client_id, registered.client_secret.reveal())
    statuses = []

    for app in (proxy.places.some, proxy.places.any, proxy.places.issuer):
        async with proxy.http(app) as http:
            statuses.append((await http.post("/token", data=GRANT, auth=auth)).status_code)

    assert statuses == [200] * 3


async def test_somebody_whom_no_authority_knows(proxy: Proxy) -> None:
    """The proxy ends the connection, or says that the certificate is wrong."""
    async with proxy.http(proxy.places.some, make_certificate("CN=notes,O=Example")) as http:
        try:
            status = (await http.post("/token", data=GRANT)).status_code
        except (httpx2.TransportError, ssl.SSLError):  # as soon as either end sees it
            status = 400

    assert status == 400
