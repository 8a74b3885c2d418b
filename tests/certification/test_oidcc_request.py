"""Modules of the core plans about the parameters of a request (OIDC Core §3.1.2.1, §15.1)."""

import pytest

from tests.conftest import Clock
from tests.parties.suite import EACH, Suite, Variant, Walk

PLANS = (
    "oidcc-basic-certification-test-plan",
    "oidcc-implicit-certification-test-plan",
    "oidcc-hybrid-certification-test-plan",
    "oidcc-formpost-basic-certification-test-plan",
    "oidcc-formpost-implicit-certification-test-plan",
    "oidcc-formpost-hybrid-certification-test-plan",
)
MODULES = (
    "oidcc-display-page",
    "oidcc-display-popup",
    "oidcc-prompt-login",
    "oidcc-prompt-none-logged-in",
    "oidcc-max-age-1",
    "oidcc-max-age-10000",
    "oidcc-ensure-request-with-unknown-parameter-succeeds",
    "oidcc-id-token-hint",
    "oidcc-login-hint",
    "oidcc-ui-locales",
    "oidcc-claims-locales",
    "oidcc-ensure-request-with-acr-values-succeeds",
)
LONG_AGE, SHORTER_AGE = "15000", "10000"

every_variant = pytest.mark.parametrize("variant", EACH, ids=str)


def check_same_sign_in(suite: Suite, first: Walk, second: Walk) -> None:
    """Look that a second answer is about the sign-in of the first, without a page between them."""
    assert suite.pages == []
    assert second.id_token["sub"] == first.id_token["sub"]
    assert second.id_token.get("auth_time") == first.id_token.get("auth_time")


@every_variant
async def test_oidcc_display_page(suite: Suite, variant: Variant) -> None:
    """A display is no error."""
    await suite.walk(display="page")

    assert suite.pages[0] == "login-page"


@every_variant
async def test_oidcc_display_popup(suite: Suite, variant: Variant) -> None:
    """A display that is not made here is no error."""
    await suite.walk(display="popup")

    assert suite.pages[0] == "login-page"


@every_variant
async def test_oidcc_prompt_login(suite: Suite, variant: Variant, clock: Clock) -> None:
    """Who is signed in signs in again, and the ID token says when: the page is to be seen."""
    first = await suite.walk()
    clock.move(2)

    second = await suite.walk(prompt="login")

    assert suite.pages == ["login-page"]
    assert suite.browser.screenshots == ["login-page"]
    assert second.id_token["auth_time"] > first.id_token["auth_time"]
    assert second.id_token["sub"] == first.id_token["sub"]


@every_variant
async def test_oidcc_prompt_none_logged_in(suite: Suite, variant: Variant) -> None:
    """Who is signed in is not asked again."""
    first = await suite.walk()

    second = await suite.walk(prompt="none")

    check_same_sign_in(suite, first, second)


@every_variant
async def test_oidcc_max_age_1(suite: Suite, variant: Variant, clock: Clock) -> None:
    """A sign-in that is too old is not good enough, and the ID token tells of the new one."""
    first = await suite.walk()
    clock.move(2)

    second = await suite.walk(max_age="1")

    assert suite.pages == ["login-page"]
    assert suite.browser.screenshots == ["login-page"]
    assert second.id_token["auth_time"] > first.id_token["auth_time"]
    assert all(each["iat"] - each["auth_time"] <= 1 for each in second.id_tokens)


@every_variant
async def test_oidcc_max_age_10000(suite: Suite, variant: Variant) -> None:
    """A sign-in that is young enough is told of, and not asked for again."""
    first = await suite.walk(max_age=LONG_AGE)

    second = await suite.walk(max_age=SHORTER_AGE)

    check_same_sign_in(suite, first, second)
    assert all("auth_time" in each for each in (*first.id_tokens, *second.id_tokens))


@every_variant
async def test_oidcc_ensure_request_with_unknown_parameter_succeeds(
    suite: Suite, variant: Variant
) -> None:
    """A parameter that nobody knows is ignored (RFC 6749 §3.1)."""
    walk = await suite.walk(extra="foobar")

    assert "extra" not in walk.answer.params


@every_variant
async def test_oidcc_id_token_hint(suite: Suite, variant: Variant) -> None:
    """An ID token says who is expected, and they are there."""
    first = await suite.walk()

    second = await suite.walk(prompt="none", id_token_hint=first.raw_id_tokens[0])

    check_same_sign_in(suite, first, second)


@every_variant
@pytest.mark.parametrize("hint", ["ada", "buffy@idp.lab.example"])
async def test_oidcc_login_hint(suite: Suite, variant: Variant, hint: str) -> None:
    """A hint at somebody is no error, and at nobody is none either."""
    walk = await suite.walk(login_hint=hint)

    assert suite.pages[0] == "login-page"
    assert walk.id_token["sub"]


@every_variant
async def test_oidcc_ui_locales(suite: Suite, variant: Variant) -> None:
    """A language that is not spoken here is no error."""
    await suite.walk(ui_locales="se")

    assert suite.pages[0] == "login-page"


@every_variant
async def test_oidcc_claims_locales(suite: Suite, variant: Variant) -> None:
    """A language in which no claims are known is no error."""
    await suite.walk(claims_locales="se")

    assert suite.pages[0] == "login-page"


@every_variant
async def test_oidcc_ensure_request_with_acr_values_succeeds(
    suite: Suite, variant: Variant
) -> None:
    """Of all that can be reached, the one that was is in the ID token."""
    wanted = suite.metadata["acr_values_supported"]

    walk = await suite.walk(acr_values=" ".join(wanted))

    assert all(claims["acr"] in wanted for claims in walk.id_tokens)
