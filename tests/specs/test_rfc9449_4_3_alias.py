"""Proofs for the URLs at which clients show certificates (RFC 9449 §4.3, RFC 8705 §5)."""

import pytest

from idp.config import Config
from tests.conftest import AddClient, Configure
from tests.parties.clients import MACHINE
from tests.parties.dpop import Holder, ProvingParty


@pytest.fixture
def config(configure: Configure) -> Config:
    """Give the server another name for mutual TLS."""
    certificates = {"client_certificate_header": "X-Client-Cert"}
    return configure(server={"mtls_url": "https://mtls.idp.example", **certificates})


async def test_proof_for_either_url_holds(add_client: AddClient, config: Config) -> None:
    """A client proves what the metadata says; no third name of the server is known."""
    machine = ProvingParty(await add_client(**MACHINE), Holder(config.issuer))
    answers = []

    for htu in (
        f"{config.issuer}/token",
        "https://mtls.idp.example/token",
        "https://mtls.idp.example/revoke",
        "https://other.idp.example/token",
    ):
        machine.proof = machine.holder.prove("POST", "/token", htu=htu)
        answers.append((await machine.token(grant_type="client_credentials")).status_code)

    assert answers == [200, 200, 400, 400]
