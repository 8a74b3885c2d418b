"""Modules of the core plans about unsigned request objects, which are refused (OIDC Core §6).

All three are skipped, since `none` is not in request_object_signing_alg_values_supported: a request
object is there to be signed (RFC 9101 §4, RFC 8725 §3.2). So what is walked is what makes the suite
skip them, and that nobody is asked anything for such a request.
"""

import json

import pytest

from tests.parties.browser import Page
from tests.parties.certification import check_error_answer
from tests.parties.relying_party import base64url
from tests.parties.suite import EACH, Suite, Variant

PLANS = (
    "oidcc-basic-certification-test-plan",
    "oidcc-implicit-certification-test-plan",
    "oidcc-hybrid-certification-test-plan",
    "oidcc-formpost-basic-certification-test-plan",
    "oidcc-formpost-implicit-certification-test-plan",
    "oidcc-formpost-hybrid-certification-test-plan",
)
MODULES = (
    "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported",
    "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
    "oidcc-ensure-request-object-with-redirect-uri",
)

every_variant = pytest.mark.parametrize("variant", EACH, ids=str)


def unsigned(suite: Suite) -> str:
    """Write the whole request as an object without a signature."""
    header, claims = ({"alg": "none"}, suite.parameters())
    return ".".join([*(base64url(json.dumps(each).encode()) for each in (header, claims)), ""])


def check_skipped(suite: Suite) -> None:
    """Look at what makes the suite skip a module."""
    assert "none" not in suite.metadata["request_object_signing_alg_values_supported"]
    assert "RS256" in suite.metadata["request_object_signing_alg_values_supported"]
    assert suite.metadata["request_parameter_supported"] is True
    assert suite.metadata["request_uri_parameter_supported"] is True


@every_variant
async def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(
    suite: Suite, variant: Variant
) -> None:
    """What nobody has registered is not fetched, whatever it holds."""
    check_skipped(suite)

    answer = await suite.ask(request_uri="https://localhost.emobix.co.uk:8443/object")

    assert answer.place == variant.place
    issuer = suite.metadata["issuer"]
    check_error_answer(answer.params, ["invalid_request_uri"], issuer=issuer, state=suite.state)


@every_variant
async def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(
    suite: Suite, variant: Variant
) -> None:
    """The client is told that its object is not good, in the mode that stands beside it."""
    check_skipped(suite)

    answer = await suite.ask(request=unsigned(suite))

    assert answer.place == variant.place
    issuer = suite.metadata["issuer"]
    check_error_answer(answer.params, ["invalid_request_object"], issuer=issuer, state=suite.state)


@every_variant
async def test_oidcc_ensure_request_object_with_redirect_uri(
    suite: Suite, variant: Variant
) -> None:
    """Where only a wrong address stands beside the object, the person is told on a page."""
    check_skipped(suite)

    beside = f"{suite.redirect_uri}/not-registered"
    shown = await suite.browser.get(suite.url(request=unsigned(suite), redirect_uri=beside))

    assert isinstance(shown, Page)
    assert shown.status == 400
    assert suite.browser.screenshots == ["error-page"]
    assert "redirect_uri" in shown.text
