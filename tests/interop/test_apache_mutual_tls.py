"""Apache HTTP Server as the proxy that asks for certificates and hands them on (RFC 8705)."""

import os
import shutil
import ssl
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from cryptography import x509

from tests.interop.apps import new_app, running
from tests.parties.certificates import Certificate, make_authority, make_certificate
from tests.parties.server import Server, serving

MODULES = Path("/usr/lib/apache2/modules")
GRANT = {"grant_type": "client_credentials"}
CONFIGURATION = """
ServerRoot {directory}
ServerName localhost
DefaultRuntimeDir {directory}
PidFile {directory}/apache.pid
Mutex file:{directory} default
ErrorLog /dev/stderr
LogLevel warn
Listen 127.0.0.1:{port}
User www-data
Group www-data

LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule headers_module {modules}/mod_headers.so
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule proxy_http_module {modules}/mod_proxy_http.so
LoadModule ssl_module {modules}/mod_ssl.so

<VirtualHost *:{port}>
    SSLEngine on
    SSLCertificateFile {directory}/server.pem
{documented}
    ProxyPass / {issuer}/
</VirtualHost>
"""


@dataclass(frozen=True)
class Proxy:
    """Apache, and the authority whose certificates it lets in."""

    origin: str
    server: Server
    authority: Certificate
    directory: Path

    def http(self, certificate: Certificate | None, **headers: str) -> httpx2.AsyncClient:
        """Connect, with a certificate or without."""
        tls = ssl.create_default_context(cafile=str(self.directory / "server.pem"))
        if certificate is not None:
            file = self.directory / "client.pem"
            file.write_text(certificate.private_pem + certificate.pem)
            tls.load_cert_chain(file)
        return httpx2.AsyncClient(base_url=self.origin, verify=tls, headers=headers)


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    """Keep files where Apache may read them, which is not below pytest's own directory."""
    with tempfile.TemporaryDirectory(prefix="idp-mutual-tls-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture(scope="module")
async def proxy(directory: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Proxy]:
    """Run a server, and Apache in front of it."""
    apache = shutil.which("apache2", path=f"{os.environ['PATH']}:/usr/sbin")
    if apache is None or not (MODULES / "mod_ssl.so").is_file():
        pytest.skip("no Apache with mod_ssl")
    host = make_certificate("CN=localhost", [x509.DNSName("localhost")])
    authority = make_authority()
    (directory / "server.pem").write_text(host.private_pem + host.pem)
    (directory / "clients-ca.pem").write_text(authority.pem)
    app, settings = new_app(), {
        "trusted_proxies": ["127.0.0.1"],
        "client_certificate_header": "X-SSL-Client-Cert",
        "client_certificates_verified": True,
    }  # fmt: skip
    async with serving(tmp_path_factory.mktemp("mutual-tls"), server=settings) as server:
        configuration = directory / "apache.conf"
        configuration.write_text(
            CONFIGURATION.format(
                directory=directory,
                modules=MODULES,
                port=app.port,
                issuer=server.issuer,
                documented=documented().replace("/etc/idp", str(directory)),
            )
        )
        async with running(app, [apache, "-D", "FOREGROUND", "-f", configuration]):
            yield Proxy(f"https://localhost:{app.port}", server, authority, directory)


def documented() -> str:
    """Read the lines for Apache that our document has."""
    text = (Path(__file__).parents[2] / "docs" / "mutual-tls.md").read_text("utf-8")
    lines = text.partition("## Apache")[2].partition("```\n")[2].partition("```")[0]
    assert "SSLVerifyClient" in lines
    return lines


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

    async with proxy.http(certificate) as http:
        token = (await http.post("/token", data=form)).json()["access_token"]
        asked = {"token": token, "client_id": registered.client.client_id}
        introspected = (await http.post("/introspect", data=asked)).json()

    assert introspected["cnf"] == {"x5t#S256": certificate.thumbprint}


async def test_somebody_who_writes_the_header(proxy: Proxy) -> None:
    """Apache puts its own in place of it, also when there is no certificate."""
    certificate = make_certificate("CN=stolen", issuer=proxy.authority)
    registered = await proxy.server.add_client(
        grant_types=["client_credentials"],
        token_endpoint_auth_method="tls_client_auth",
        tls_client_auth_subject_dn="CN=stolen",
    )
    form = GRANT | {"client_id": registered.client.client_id}
    mallory = make_certificate("CN=mallory", issuer=proxy.authority)
    forged = {"X-SSL-Client-Cert": certificate.escaped}

    async with proxy.http(None, **forged) as http:
        without = await http.post("/token", data=form)
    async with proxy.http(mallory, **forged) as http:
        with_another = await http.post("/token", data=form)
    async with proxy.http(certificate) as http:
        right = await http.post("/token", data=form)

    assert (without.status_code, with_another.status_code, right.status_code) == (401, 401, 200)


async def test_somebody_whom_no_authority_knows(proxy: Proxy) -> None:
    """Apache ends the connection."""
    async with proxy.http(make_certificate("CN=notes,O=Example")) as http:
        with pytest.raises((httpx2.TransportError, ssl.SSLError)):  # as soon as either end sees it
            await http.post("/token", data=GRANT)
