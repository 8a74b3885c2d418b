"""Modules of the core plans that end in a refusal (OIDC Core §3.1.2.6, RFC 6749 §4.1.2, §5.2)."""

import pytest

from tests.conftest import Clock
from tests.parties.browser import Page
from tests.parties.certification import check_error_answer, check_token_error
from tests.parties.suite import ALL, BASIC, HYBRID, Suite, Variant, variants

PLANS = (
    "oidcc-basic-certification-test-plan",
    "oidcc-implicit-certification-test-plan",
    "oidcc-hybrid-certification-test-plan",
    "oidcc-formpost-basic-certification-test-plan",
    "oidcc-formpost-implicit-certification-test-plan",
    "oidcc-formpost-hybrid-certification-test-plan",
)
MODULES = (
    "oidcc-response-type-missing",
    "oidcc-ensure-request-without-nonce-fails",
    "oidcc-ensure-registered-redirect-uri",
    "oidcc-prompt-none-not-logged-in",
    "oidcc-codereuse",
    "oidcc-codereuse-30seconds",
)
LONG_STATE = "".join(map(chr, range(0x20, 0x7F))) + "0" * 33  # RFC 6749 §A.5
INTERACTIVE = (
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
)

every_variant = pytest.mark.parametrize("variant", ALL, ids=str)
with_code = pytest.mark.parametrize("variant", [*BASIC, *HYBRID], ids=str)


async def refuse(suite: Suite, *errors: str, place: str, **changes: str | None) -> None:
    """Send a request, and look at the refusal that comes to the client at once."""
    answer = await suite.ask(**changes)

    assert answer.place == place
    state = suite.parameters(**changes)["state"]
    check_error_answer(answer.params, errors, issuer=suite.metadata["issuer"], state=state)


@pytest.mark.parametrize("variant", variants("code", "id_token token", "code id_token"), ids=str)
async def test_oidcc_response_type_missing(suite: Suite, variant: Variant) -> None:
    """Who does not say what is wanted is told so where answers are by default."""
    errors = ("invalid_request", "unsupported_response_type")

    await refuse(suite, *errors, response_type=None, place=variant.response_mode or "query")


@pytest.mark.parametrize(
    "variant",
    variants("id_token", "id_token token", "code id_token", "code id_token token"),
    ids=str,
)
async def test_oidcc_ensure_request_without_nonce_fails(suite: Suite, variant: Variant) -> None:
    """An ID token comes by way of the browser only with a nonce."""
    await refuse(suite, "invalid_request", nonce=None, place=variant.place)


@every_variant
async def test_oidcc_ensure_registered_redirect_uri(suite: Suite, variant: Variant) -> None:
    """An address that is not registered is not gone to; the person is told on a page."""
    url = suite.url(redirect_uri=f"{suite.redirect_uri}/not-registered")
    shown = await suite.browser.get(url)

    assert isinstance(shown, Page)
    assert suite.browser.screenshots == ["error-page"]
    assert shown.status == 400
    assert "redirect_uri" in shown.text
    assert shown.forms == []


@every_variant
async def test_oidcc_prompt_none_not_logged_in(suite: Suite, variant: Variant) -> None:
    """Who is not signed in is not asked, and the client is told; a long state comes back whole."""
    await refuse(suite, *INTERACTIVE, prompt="none", state=LONG_STATE, place=variant.place)


@with_code
async def test_oidcc_codereuse(suite: Suite, variant: Variant) -> None:
    """A code is good once."""
    walk = await suite.walk()

    again = await suite.exchange(walk.answer.params["code"], code_verifier=None)

    check_token_error(again, "invalid_grant")


@with_code
async def test_oidcc_codereuse_30seconds(suite: Suite, variant: Variant, clock: Clock) -> None:
    """A code is good once also later, and what it gave is good no more."""
    walk = await suite.walk()
    clock.move(30)

    again = await suite.exchange(walk.answer.params["code"], code_verifier=None)
    userinfo = await suite.userinfo(walk.access_token)

    check_token_error(again, "invalid_grant")
    assert 400 <= userinfo.status_code < 500
