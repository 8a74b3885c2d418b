"""Modules of the core plans that go all the way, to the answer of UserInfo (OIDC Core §3)."""

import pytest

from tests.certification.conftest import Laboratory, NewSuite
from tests.parties.certification import check_not_asked_for
from tests.parties.suite import ALL, BASIC, HYBRID, Suite, Variant

PLANS = (
    "oidcc-basic-certification-test-plan",
    "oidcc-implicit-certification-test-plan",
    "oidcc-hybrid-certification-test-plan",
    "oidcc-formpost-basic-certification-test-plan",
    "oidcc-formpost-implicit-certification-test-plan",
    "oidcc-formpost-hybrid-certification-test-plan",
)
MODULES = (
    "oidcc-server",
    "oidcc-server-client-secret-post",
)

every_variant = pytest.mark.parametrize("variant", ALL, ids=str)


@every_variant
async def test_oidcc_server(suite: Suite, variant: Variant) -> None:
    """Everything that is asked for is given, and nothing about the person that is not."""
    walk = await suite.walk()

    assert suite.pages[0] == "login-page"
    for claims in walk.id_tokens:
        check_not_asked_for(claims)


@pytest.mark.parametrize("variant", [*BASIC, *HYBRID], ids=str)
async def test_oidcc_server_client_secret_post(
    new_suite: NewSuite, lab: Laboratory, variant: Variant
) -> None:
    """A client may authenticate by parameters, if it is registered for that."""
    suite = new_suite(variant, lab.clients["client_secret_post"])

    walk = await suite.walk()

    assert "client_secret_post" in suite.metadata["token_endpoint_auth_methods_supported"]
    assert walk.tokens
