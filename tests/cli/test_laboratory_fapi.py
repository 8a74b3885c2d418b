"""The clients of FAPI in the laboratory: made with their keys, imported, and known to the suite."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from tests.cli.conftest import SECONDS, Idp
from tests.parties.certificates import Certificate, make_authority

ROOT = Path(__file__).parents[2]
LAB = ROOT / "docs" / "lab"
BY_CERTIFICATE = {"client_auth_type": "mtls", "sender_constrain": "mtls"}
SIGNED = {"fapi_request_method": "signed_non_repudiation", "fapi_response_mode": "jarm"}
OTHER = {"openid": "plain_oauth", "authorization_request_type": "rar"}
VARIANTS: list[dict[str, str]] = [{}, BY_CERTIFICATE | SIGNED | OTHER]
ALGORITHMS = ["PS256", "ES256"]
PRIVATE = {"d", "p", "q"}

each_variant = pytest.mark.parametrize("variant", VARIANTS, ids=["usual", "other"])


@pytest.fixture
def authority(directory: Path) -> Certificate:
    """Put an authority where the laboratory has its own."""
    made = make_authority()
    (directory / "lab").mkdir()
    (directory / "lab" / "ca.pem").write_text(made.pem)
    (directory / "lab" / "ca.key").write_text(made.private_pem)
    return made


def made(variant: dict[str, str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Run the program; give the clients, and what the suite is told."""
    options = [word for name, value in variant.items() for word in (f"--{name}", value)]
    line = [sys.executable, str(LAB / "fapi.py"), *options]
    subprocess.run(line, check=True, timeout=SECONDS)
    read = [
        json.loads(Path("lab", f"fapi-{name}.json").read_text()) for name in ("clients", "suite")
    ]
    return read[0], read[1]


@each_variant
def test_clients_can_be_imported(variant: dict[str, str], authority: Certificate, idp: Idp) -> None:
    """They are such as the server takes, and as the suite has keys for."""
    clients, suite = made(variant)

    imported = idp(f"client import lab/fapi-clients.json --config {LAB}/lab.toml")

    assert imported.exit_code == 0, imported.output
    for client, name, algorithm in zip(clients, ("client", "client2"), ALGORITHMS, strict=True):
        (public,), (private,) = client["jwks"]["keys"], suite[name]["jwks"]["keys"]
        assert suite[name]["client_id"] == client["client_id"]
        assert (public["kid"], public["use"], public["alg"]) == (
            private["kid"],
            "sig",
            algorithm,
        )
        assert public.keys().isdisjoint(PRIVATE)
        assert public.items() <= private.items()


def test_certificates_are_those_of_the_authority(authority: Certificate) -> None:
    """Each has the name by which its client is known."""
    clients, suite = made(BY_CERTIFICATE)

    for client, name in zip(clients, ("mtls", "mtls2"), strict=True):
        certificate = x509.load_pem_x509_certificate(suite[name]["cert"].encode())
        certificate.verify_directly_issued_by(authority.certificate)
        subject = certificate.subject.rfc4514_string()
        assert subject == client["tls_client_auth_subject_dn"]
        assert suite[name]["ca"] == authority.pem
        assert suite[name]["key"].startswith("-----BEGIN PRIVATE KEY-----")


@each_variant
def test_the_suite_is_told_what_the_variant_needs(
    variant: dict[str, str], authority: Certificate
) -> None:
    """Where the metadata is, where a token is good, and what its browser does otherwise."""
    _, suite = made(variant)
    templates = "".join(path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html"))

    document, host = (
        ("oauth-authorization-server", "mtls.") if variant else ("openid-configuration", "")
    )
    assert suite["server"]["discoveryUrl"].endswith(f"/.well-known/{document}")
    assert suite["resource"]["resourceUrl"] == f"https://{host}idp.lab.example/userinfo"
    assert ("openid" in suite["client"]["scope"].split()) is (not variant)
    tasks = [
        task
        for module in suite["override"].values()
        for entry in module["browser"]
        for task in entry["tasks"]
    ]
    clicked = {each[2] for task in tasks for each in task["commands"] if each[0] == "click"}
    assert "login-cancel" in clicked
    assert {each for each in clicked if f'id="{each}"' not in templates} == set()
