"""The clients of FAPI-CIBA in the laboratory: made with their keys, as the server takes them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from idp.oidc.acr import acr_values_supported
from tests.cli.conftest import SECONDS, Idp
from tests.parties.certificates import Certificate, make_authority

LAB = Path(__file__).parents[2] / "docs" / "lab"
PRIVATE = {"d", "p", "q"}


@pytest.fixture
def authority(directory: Path) -> Certificate:
    """Put an authority where the laboratory has its own."""
    made = make_authority()
    (directory / "lab").mkdir()
    (directory / "lab" / "ca.pem").write_text(made.pem)
    (directory / "lab" / "ca.key").write_text(made.private_pem)
    return made


def read(name: str) -> Any:
    """Read what the program has written."""
    return json.loads(Path("lab", name).read_text("utf-8"))


@pytest.mark.parametrize("client_auth_type", ["private_key_jwt", "mtls"])
@pytest.mark.parametrize("ciba_mode", ["poll", "ping"])
def test_clients_can_be_imported(
    client_auth_type: str, ciba_mode: str, authority: Certificate, idp: Idp
) -> None:
    """As the suite has keys and certificates for, and with what it looks for on its side."""
    options = ["--client_auth_type", client_auth_type, "--ciba_mode", ciba_mode]
    line = [sys.executable, str(LAB / "ciba.py"), *options]
    subprocess.run(line, check=True, timeout=SECONDS)
    clients, suite = read("ciba-clients.json"), read("ciba-suite.json")

    imported = idp(f"client import lab/ciba-clients.json --config {LAB}/lab.toml")

    assert imported.exit_code == 0, imported.output
    named = (("client", "mtls"), ("client2", "mtls2"))
    for client, (name, certificate_name) in zip(clients, named, strict=True):
        (public,), (private,) = client["jwks"]["keys"], suite[name]["jwks"]["keys"]
        shown = x509.load_pem_x509_certificate(suite[certificate_name]["cert"].encode())
        shown.verify_directly_issued_by(authority.certificate)
        assert suite[name]["client_id"] == client["client_id"]
        assert suite[name]["scope"] == client["scope"]
        assert suite[name]["acr_value"] in acr_values_supported()
        assert public.keys().isdisjoint(PRIVATE)
        assert public.items() <= private.items()
        expected = shown.subject.rfc4514_string() if client_auth_type == "mtls" else None
        assert client.get("tls_client_auth_subject_dn") == expected
        assert ("backchannel_client_notification_endpoint" in client) is (ciba_mode == "ping")
    assert suite["resource"]["resourceUrl"] == "https://mtls.idp.lab.example/userinfo"
