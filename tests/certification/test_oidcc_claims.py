"""Modules of the core plans about claims: by scope, and one by one (OIDC Core §5.4, §5.5)."""

import json

import pytest

from tests.parties.certification import check_not_asked_for, claims_of_scope
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
    "oidcc-scope-profile",
    "oidcc-scope-email",
    "oidcc-scope-address",
    "oidcc-scope-phone",
    "oidcc-scope-all",
    "oidcc-alternate-happy-flow",
    "oidcc-claims-essential",
)

every_variant = pytest.mark.parametrize("variant", EACH, ids=str)


async def walk_with_scope(suite: Suite, scope: str) -> None:
    """Ask for a scope, and look whether all of its claims come, and where they should be."""
    assert set(scope.split()) <= set(suite.metadata["scopes_supported"])

    walk = await suite.walk(scope=scope)

    check_claims(suite, walk, scope)


def check_claims(suite: Suite, walk: Walk, scope: str) -> None:
    """Look whether all claims of a scope came, from UserInfo where it can be asked."""
    given = claims_of_scope(scope)
    if suite.variant.words == {"id_token"}:
        assert given <= set(walk.id_token)
        return
    assert set(walk.userinfo) == given
    for claims in walk.id_tokens:
        check_not_asked_for(claims)


@every_variant
async def test_oidcc_scope_profile(suite: Suite, variant: Variant) -> None:
    """The scope profile gives all of its claims."""
    await walk_with_scope(suite, "openid profile")


@every_variant
async def test_oidcc_scope_email(suite: Suite, variant: Variant) -> None:
    """The scope email gives the address, and whether it is verified."""
    await walk_with_scope(suite, "openid email")


@every_variant
async def test_oidcc_scope_address(suite: Suite, variant: Variant) -> None:
    """The scope address gives where the person lives."""
    await walk_with_scope(suite, "openid address")


@every_variant
async def test_oidcc_scope_phone(suite: Suite, variant: Variant) -> None:
    """The scope phone gives the number, and whether it is verified."""
    await walk_with_scope(suite, "openid phone")


@every_variant
async def test_oidcc_scope_all(suite: Suite, variant: Variant) -> None:
    """All scopes at once give all claims."""
    await walk_with_scope(suite, "openid address email phone profile")


@every_variant
async def test_oidcc_alternate_happy_flow(suite: Suite, variant: Variant) -> None:
    """A scope may be written in any order, and so may the parameters (RFC 6749 §3.3)."""
    url, _, query = suite.url(scope="email openid").partition("?")
    backwards = "&".join(reversed(query.split("&")))

    answer = suite.read(await suite.browser.get(f"{url}?{backwards}"))
    walk = await suite.finish(answer)

    check_claims(suite, walk, "openid email")


@every_variant
async def test_oidcc_claims_essential(suite: Suite, variant: Variant) -> None:
    """The name comes where it is asked for, and nowhere else."""
    is_alone = variant.words == {"id_token"}
    place = "id_token" if is_alone else "userinfo"

    walk = await suite.walk(claims=json.dumps({place: {"name": {"essential": True}}}))

    answer = walk.id_token if is_alone else walk.userinfo
    assert answer["name"] == "Ada M. Example"
    for claims in walk.id_tokens:
        check_not_asked_for(claims, ["name"] if is_alone else [])
