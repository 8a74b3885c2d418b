"""The next step of a request that asks for more than a password: facts, and what follows."""

from dataclasses import replace
from typing import Any

import pytest

from idp.authenticators.proof import Method
from idp.authorization.interaction import (
    EnrolmentRequired,
    Facts,
    Granted,
    LoginReason,
    LoginRequired,
    Refused,
    Step,
    next_step,
)
from idp.oidc.acr import MULTI_FACTOR, PASSWORD, PHISHING_RESISTANT, WantedAcr
from idp.storage.login_sessions import LoginSession
from idp.vocabulary import ErrorCode, Prompt
from tests.authorization.test_interaction import (
    ALICE,
    FOR_THIS,
    login_session,
    request,
    signed_in,
)

BY_PASSWORD = login_session()
BY_TWO = replace(BY_PASSWORD, amr=["mfa", "otp", "pwd"])
BY_PASSKEY = replace(BY_PASSWORD, amr=["mfa", "pop", "user"])

HAS_APP = frozenset({Method.PASSWORD, Method.TOTP})
HAS_PASSKEY = frozenset({Method.PASSWORD, Method.PASSKEY})
HAS_NOTHING_ELSE = frozenset({Method.PASSWORD})

WISH = WantedAcr((MULTI_FACTOR, PASSWORD))
ESSENTIAL = WantedAcr((MULTI_FACTOR,), MULTI_FACTOR)
PHISHING_RESISTANCE = WantedAcr((PHISHING_RESISTANT,), PHISHING_RESISTANT)
POLICY = WantedAcr((), MULTI_FACTOR)

ASK = LoginRequired(LoginReason.ACR)
ENROL = EnrolmentRequired(frozenset({"mfa"}))


def facts(
    wanted: WantedAcr,
    session: LoginSession,
    enrolled: frozenset[Method],
    *prompt: Prompt,
    **more: Any,
) -> Facts:
    return signed_in(
        replace(request(*prompt), acr=wanted), login_session=session, enrolled=enrolled, **more
    )


CASES: dict[str, tuple[Facts, Step]] = {
    "wish that can be met": (facts(WISH, BY_PASSWORD, HAS_APP), ASK),
    "wish that was met": (facts(WISH, BY_TWO, HAS_APP), Granted(BY_TWO, ALICE)),
    "wish that cannot be met": (
        facts(WISH, BY_PASSWORD, HAS_NOTHING_ELSE),
        Granted(BY_PASSWORD, ALICE),
    ),
    "wish that was not met in a sign-in for this": (
        facts(WISH, BY_PASSWORD, HAS_APP, interaction=FOR_THIS),
        Granted(BY_PASSWORD, ALICE),
    ),
    "wish without a page": (
        facts(WISH, BY_PASSWORD, HAS_APP, Prompt.NONE),
        Granted(BY_PASSWORD, ALICE),
    ),
    "essential, and can be met": (facts(ESSENTIAL, BY_PASSWORD, HAS_APP), ASK),
    "essential, and was met by more": (
        facts(ESSENTIAL, BY_PASSKEY, HAS_PASSKEY),
        Granted(BY_PASSKEY, ALICE),
    ),
    "essential, and not met in a sign-in for this": (
        facts(ESSENTIAL, BY_PASSWORD, HAS_APP, interaction=FOR_THIS),
        ASK,
    ),
    "essential, and nothing is set up": (facts(ESSENTIAL, BY_PASSWORD, HAS_NOTHING_ELSE), ENROL),
    "policy, and nothing is set up": (facts(POLICY, BY_PASSWORD, HAS_NOTHING_ELSE), ENROL),
    "policy, and can be met": (facts(POLICY, BY_PASSWORD, HAS_PASSKEY), ASK),
    "an app does not withstand phishing": (
        facts(PHISHING_RESISTANCE, BY_TWO, HAS_APP),
        EnrolmentRequired(frozenset({"pop"})),
    ),
    "essential without a page": (
        facts(ESSENTIAL, BY_PASSWORD, HAS_APP, Prompt.NONE),
        Refused(ErrorCode.LOGIN_REQUIRED, "The user must prove more of who they are."),
    ),
    "nothing is set up, without a page": (
        facts(POLICY, BY_PASSWORD, HAS_NOTHING_ELSE, Prompt.NONE),
        Refused(
            ErrorCode.INTERACTION_REQUIRED, "The user has nothing set up that reaches the acr."
        ),
    ),
}


@pytest.mark.parametrize(("known", "step"), CASES.values(), ids=CASES)
def test_step(known: Facts, step: Step) -> None:
    """What must be reached is asked for until it is; a wish is asked for once, of who can."""
    assert next_step(known) == step
