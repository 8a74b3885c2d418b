"""Proofs at a server whose issuer has a path (RFC 9449 §4.3)."""

import pytest

from idp.config import Config
from idp.oauth2 import dpop
from tests.conftest import AddClient, Configure
from tests.parties.clients import MACHINE
from tests.parties.dpop import Holder, ProvingParty

ISSUER = "https://idp.example/tenant"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Put the server below a path."""
    return configure(issuer=ISSUER)


async def test_proof_is_for_the_whole_url(add_client: AddClient, config: Config) -> None:
    """As the metadata has it; what stands before the path counts as well."""
    machine = ProvingParty(await add_client(**MACHINE), Holder(config.issuer))
    answers = []

    for htu in (f"{ISSUER}/token", "https://idp.example/token", "https://idp.example/other/token"):
        machine.proof = machine.holder.prove("POST", "/token", htu=htu)
        answer = await machine.token(grant_type="client_credentials")
        answers.append(answer.json().get("error_description"))

    assert answers == [None, dpop.FOR_ANOTHER_REQUEST, dpop.FOR_ANOTHER_REQUEST]
