"""RFC 9440: the certificate of a client comes in a header, from proxies that are believed."""

import base64
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from idp.config import Config
from tests.conftest import AddClient, Configure, Logged
from tests.parties.certificates import BEHIND_PROXY, Certificate, make_certificate
from tests.parties.clients import MACHINE

GRANT = {"grant_type": "client_credentials"}
CERTIFICATE = make_certificate()
REGISTERED = MACHINE | {
    "token_endpoint_auth_method": "self_signed_tls_client_auth",
    "jwks": {"keys": [CERTIFICATE.jwk]},
}
UNREADABLE = "The client certificate cannot be read."
PEM_HEADER = "X-SSL-Client-Cert"


@pytest.fixture(params=["Client-Cert", PEM_HEADER])
def header(request: pytest.FixtureRequest) -> str:
    """Name the header that the proxy writes."""
    name: str = request.param
    return name


@pytest.fixture
def config(configure: Configure, header: str) -> Config:
    """Stand behind a proxy."""
    return configure(server=BEHIND_PROXY | {"client_certificate_header": header})


def written(certificate: Certificate, header: str) -> str:
    """Write a certificate as the header has it."""
    return certificate.client_cert if header == "Client-Cert" else certificate.escaped


async def ask(
    app: Starlette, client_id: str, headers: Any, *, peer: Any, path: str = "/token"
) -> httpx2.Response:
    """Ask for a token, by way of somebody."""
    transport = httpx2.ASGITransport(app=app, client=peer)
    async with httpx2.AsyncClient(transport=transport, base_url="https://idp.example") as http:
        return await http.post(path, data=GRANT | {"client_id": client_id}, headers=headers)


PROXY = ("203.0.113.7", 50000)


@pytest.mark.parametrize(
    ("peer", "status"),
    [
        (PROXY, 200),
        (("::ffff:203.0.113.7", 1), 200),
        (("203.0.113.8", 50000), 401),
        (("127.0.0.1", 50000), 401),
        (("testclient", 50000), 401),
        (None, 401),
    ],
)
async def test_only_proxies_are_believed(
    peer: Any, status: int, app: Starlette, add_client: AddClient, header: str, logged: Logged
) -> None:
    """§4: anybody could write the header, so it says nothing but from a proxy of the operator."""
    rp = await add_client(**REGISTERED)
    headers = {header: written(CERTIFICATE, header), "X-Forwarded-For": "203.0.113.7"}

    response = await ask(app, rp.client_id, headers, peer=peer)
    again = await ask(app, rp.client_id, headers, peer=peer, path="/introspect")

    assert response.status_code == status
    assert again.status_code == (401 if status == 401 else 400)
    warned = [line for line in logged() if line["event"] == "client_certificate_not_believed"]
    assert len(warned) == (status == 401)


async def test_what_others_write_is_not_even_read(
    app: Starlette, add_client: AddClient, header: str
) -> None:
    """§4: nobody can disturb a request through a header that says nothing."""
    rp = await add_client(**MACHINE)
    form = GRANT | {"client_id": rp.client_id, "client_secret": "wrong"}
    transport = httpx2.ASGITransport(app=app, client=("198.51.100.1", 1))

    async with httpx2.AsyncClient(transport=transport, base_url="https://idp.example") as http:
        headers = [(header, "garbage"), (header, "more of it")]
        response = await http.post("/token", data=form, headers=headers)

    assert response.json()["error"] == "invalid_client"


async def test_another_header_says_nothing(
    app: Starlette, add_client: AddClient, header: str
) -> None:
    """§4: a proxy passes on what it does not write, so a client could have written it."""
    rp = await add_client(**REGISTERED)
    other = PEM_HEADER if header == "Client-Cert" else "Client-Cert"
    headers = {other: written(CERTIFICATE, other), header.replace("-", "_"): "x"}

    response = await ask(app, rp.client_id, headers, peer=PROXY)

    assert response.status_code == 401


async def test_a_repeated_header_is_refused(
    app: Starlette, add_client: AddClient, header: str
) -> None:
    """§2.2: of two, one may be the client's own, and nobody knows which."""
    rp = await add_client(**REGISTERED)
    headers = [(header, written(CERTIFICATE, header)), (header.lower(), "")]

    response = await ask(app, rp.client_id, headers, peer=PROXY)

    assert response.status_code == 400
    assert response.json() == {
        "error": "invalid_request",
        "error_description": "Send one client certificate, not several.",
    }


B64 = base64.b64encode(CERTIFICATE.der).decode()
OTHER_KIND = base64.b64encode(b"\x30\x03\x02\x01\x01").decode()


@pytest.mark.parametrize(
    "value",
    [
        "x",
        ":",
        ":::",
        f":{B64}",
        f"{B64}:",
        B64,
        f'"{B64}"',
        f":{B64};a:",
        f":{B64}:, :{B64}:",
        f":{B64[:-4]}:",
        f":{B64[:-1]}:",
        f":{B64}====:",
        f":{OTHER_KIND}:",
        ":AAAA:",
        ":MAA=:",
        f":{'A' * 40_000}:",
        CERTIFICATE.escaped,
        "\xff",
        "%00",
    ],
)
@pytest.mark.parametrize("header", ["Client-Cert"], indirect=True)
async def test_what_is_no_certificate(
    value: str, app: Starlette, add_client: AddClient, header: str
) -> None:
    """§2.1: exactly one byte sequence of DER; anything else is refused, and nothing breaks."""
    rp = await add_client(**REGISTERED)

    response = await ask(app, rp.client_id, {header: value.encode("latin-1")}, peer=PROXY)

    assert response.status_code == 400
    assert response.json()["error_description"] == UNREADABLE


@pytest.mark.parametrize(
    "value",
    [
        "x",
        CERTIFICATE.client_cert,
        B64,
        CERTIFICATE.escaped * 2,
        CERTIFICATE.escaped.replace("BEGIN", "END"),
        CERTIFICATE.escaped.replace("CERTIFICATE", "PUBLIC%20KEY"),
        "-----BEGIN%20CERTIFICATE----------END%20CERTIFICATE-----",
        "-----BEGIN%20CERTIFICATE-----%0A-----END%20CERTIFICATE-----",
        "-----BEGIN%20CERTIFICATE-----%0AAAAA%0A-----END%20CERTIFICATE-----",
        "-----BEGIN%20CERTIFICATE-----%0A%FF%0A-----END%20CERTIFICATE-----",
        "(null)",
    ],
)
@pytest.mark.parametrize("header", [PEM_HEADER], indirect=True)
async def test_what_is_no_pem(
    value: str, app: Starlette, add_client: AddClient, header: str
) -> None:
    """RFC 7468 §2: one certificate between its two lines."""
    rp = await add_client(**REGISTERED)

    response = await ask(app, rp.client_id, {header: value}, peer=PROXY)

    assert response.status_code == 400
    assert response.json()["error_description"] == UNREADABLE


@pytest.mark.parametrize(
    "value",
    [
        CERTIFICATE.escaped,
        CERTIFICATE.pem.replace("\n", " "),
        CERTIFICATE.pem.replace("\n", "%0A").replace(" ", "%20"),
        CERTIFICATE.pem.strip().replace("\n", "%0d%0a"),
    ],
)
@pytest.mark.parametrize("header", [PEM_HEADER], indirect=True)
async def test_pem_as_proxies_write_it(
    value: str, app: Starlette, add_client: AddClient, header: str
) -> None:
    """RFC 7468 §2: percent-encoded by nginx, Apache and others, each in its way."""
    rp = await add_client(**REGISTERED)

    response = await ask(app, rp.client_id, {header: value}, peer=PROXY)

    assert response.status_code == 200


@pytest.mark.parametrize("value", ["", " ", "::"])
@pytest.mark.parametrize("header", ["Client-Cert"], indirect=True)
async def test_nothing_means_no_certificate(
    value: str, app: Starlette, add_client: AddClient, header: str
) -> None:
    """§2.2: some proxies write the header for clients without a certificate, too."""
    rp = await add_client(token_endpoint_auth_method="none")
    transport = httpx2.ASGITransport(app=app, client=PROXY)

    async with httpx2.AsyncClient(transport=transport, base_url="https://idp.example") as http:
        form = {"grant_type": "refresh_token", "refresh_token": "x", "client_id": rp.client_id}
        response = await http.post("/token", data=form, headers={header: value})

    assert response.json()["error"] == "invalid_grant"  # so the public client was let in


async def test_pages_do_not_care(http: httpx2.AsyncClient, header: str) -> None:
    """A certificate is for programs: no person is kept from a page by a broken one."""
    response = await http.get("/login", headers={header: "garbage"})

    assert response.status_code == 200
