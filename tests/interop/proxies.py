"""Proxies that ask clients for certificates, set up by the lines of docs/mutual-tls.md."""

import os
import re
import shutil
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.interop.apps import App
from tests.parties.certificates import Certificate
from tests.parties.server import Server

APACHE_MODULES = Path("/usr/lib/apache2/modules")
DOCUMENT = Path(__file__).parents[2] / "docs" / "mutual-tls.md"
X_SSL_CLIENT_CERT, CLIENT_CERT = "X-SSL-Client-Cert", "Client-Cert"


@dataclass(frozen=True)
class Places:
    """Where a proxy listens, and what it reads.

    At `some` it lets in certificates of the authority, at `any`, any, and at `issuer` it asks for
    none.
    """

    directory: Path
    server: Server
    some: App
    any: App
    issuer: App

    def substitute(self, text: str) -> str:
        """Put what is here in the place of what is in the document."""
        text = text.replace("/etc/idp", str(self.directory))
        return text.replace("http://127.0.0.1:8000", self.server.issuer).replace(
            "127.0.0.1:8000", self.server.issuer.removeprefix("http://")
        )


@dataclass(frozen=True)
class Kind:
    """One kind of proxy: its program, its header, and how its configuration is made."""

    name: str
    program: str
    header: str
    arguments: tuple[str, ...]  # before the name of the file
    configure: Callable[[Places], str]
    needs: Path | None = None

    def find(self) -> str | None:
        """Find the program."""
        if self.needs is not None and not self.needs.exists():
            return None
        return shutil.which(self.program, path=f"{os.environ['PATH']}:/usr/sbin")


@dataclass(frozen=True)
class Proxy:
    """A proxy that runs, and the authority whose certificates it lets in."""

    kind: Kind
    places: Places
    authority: Certificate

    @property
    def server(self) -> Server:
        """The server behind it."""
        return self.places.server

    def http(self, app: App, certificate: Certificate | None = None) -> httpx2.AsyncClient:
        """Connect, with a certificate or without."""
        tls = ssl.create_default_context(cafile=str(self.places.directory / "server.pem"))
        if certificate is not None:
            file = self.places.directory / "client.pem"
            file.write_text(certificate.private_pem + certificate.pem)
            tls.load_cert_chain(file)
        return httpx2.AsyncClient(base_url=f"https://localhost:{app.port}", verify=tls)

    def forged(self, certificate: Certificate) -> dict[str, str]:
        """Write the header as the proxy would, with somebody else's certificate."""
        is_standard = self.kind.header == CLIENT_CERT
        value = certificate.client_cert if is_standard else certificate.escaped
        return {self.kind.header: value}


def documented(name: str) -> str:
    """Read the lines for a proxy."""
    return _section(name).partition("```\n")[2].partition("```")[0]


def documented_for_issuer(name: str) -> str:
    """Read the line that removes the header where no certificates are asked for."""
    found = re.search(r"At the issuer: `(.*)`", _section(name))
    assert found is not None
    return found[1]


def replaced(text: str, old: str, new: str) -> str:
    """Replace something that must be there."""
    assert old in text, text
    return text.replace(old, new)


def _section(name: str) -> str:
    return DOCUMENT.read_text("utf-8").partition(f"## {name}\n")[2].partition("\n## ")[0]


def _nginx(places: Places) -> str:
    lines = documented("nginx")
    some = replaced(lines, "listen 443 ssl", f"listen 127.0.0.1:{places.some.port} ssl")
    any_one = replaced(lines, "listen 443 ssl", f"listen 127.0.0.1:{places.any.port} ssl")
    any_one = replaced(any_one, "ssl_verify_client optional;", "ssl_verify_client optional_no_ca;")
    temporary = "\n".join(
        f"{name}_temp_path {places.directory}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
user www-data;
daemon off;
pid {places.directory}/nginx.pid;
error_log stderr warn;
events {{}}
http {{
access_log off;
{temporary}
{some}
{any_one}
server {{
    listen 127.0.0.1:{places.issuer.port} ssl;
    ssl_certificate {places.directory}/server.pem;
    ssl_certificate_key {places.directory}/server.pem;
    location / {{
        {documented_for_issuer("nginx")}
        proxy_pass http://127.0.0.1:8000;
    }}
}}
}}
"""


def _apache(places: Places) -> str:
    lines = documented("Apache")
    modules = "\n".join(
        f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so"
        for name in ("mpm_event", "authz_core", "headers", "proxy", "proxy_http", "ssl")
    )
    any_one = replaced(lines, "SSLVerifyClient optional", "SSLVerifyClient optional_no_ca")
    hosts = "\n".join(
        f"""
Listen 127.0.0.1:{app.port}
<VirtualHost *:{app.port}>
    SSLEngine on
    SSLCertificateFile {places.directory}/server.pem
    ProxyPass / {places.server.issuer}/
{each}
</VirtualHost>"""
        for app, each in (
            (places.some, lines),
            (places.any, any_one),
            (places.issuer, documented_for_issuer("Apache")),
        )
    )
    return f"""
ServerRoot {places.directory}
ServerName localhost
DefaultRuntimeDir {places.directory}
PidFile {places.directory}/apache.pid
Mutex file:{places.directory} default
ErrorLog /dev/stderr
LogLevel warn
User www-data
Group www-data
{modules}
{hosts}
"""


def _haproxy(places: Places) -> str:
    lines = documented("HAProxy")
    some = replaced(lines, "bind :443", f"bind 127.0.0.1:{places.some.port}")
    any_one = replaced(lines, "bind :443", f"bind 127.0.0.1:{places.any.port}")
    any_one = replaced(
        any_one, "verify optional", "verify optional crt-ignore-err all ca-ignore-err all"
    )
    any_one = replaced(any_one, "frontend clients", "frontend any_clients")
    return f"""
defaults
    timeout connect 30s
    timeout client 30s
    timeout server 30s
{some}
{any_one}
frontend browsers
    mode http
    bind 127.0.0.1:{places.issuer.port} ssl crt {places.directory}/server.pem
    {documented_for_issuer("HAProxy")}
    default_backend idp
backend idp
    mode http
    server idp 127.0.0.1:8000
"""


def _caddy(places: Places) -> str:
    own = f"tls {places.directory}/server.pem {places.directory}/server.pem"
    lines = replaced(documented("Caddy"), "tls {", own + " {")
    authorities = "trusted_ca_cert_file /etc/idp/clients-ca.pem"
    some = replaced(lines, "mtls.id.example.com", f"https://localhost:{places.some.port}")
    any_one = replaced(lines, "mtls.id.example.com", f"https://localhost:{places.any.port}")
    any_one = replaced(replaced(any_one, authorities, ""), "verify_if_given", "request")
    return f"""
{{
    admin off
    auto_https off
    skip_install_trust
}}
{some}
{any_one}
https://localhost:{places.issuer.port} {{
    {own}
    {documented_for_issuer("Caddy")}
    reverse_proxy 127.0.0.1:8000
}}
"""


KINDS = (
    Kind("nginx", "nginx", X_SSL_CLIENT_CERT, ("-c",), _nginx),
    Kind(
        "Apache",
        "apache2",
        X_SSL_CLIENT_CERT,
        ("-D", "FOREGROUND", "-f"),
        _apache,
        needs=APACHE_MODULES / "mod_ssl.so",
    ),
    Kind("HAProxy", "haproxy", CLIENT_CERT, ("-db", "-f"), _haproxy),
    Kind("Caddy", "caddy", CLIENT_CERT, ("run", "--adapter", "caddyfile", "--config"), _caddy),
)
