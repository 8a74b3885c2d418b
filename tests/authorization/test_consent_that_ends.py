"""Consents that end: what comes next depends on the moment, and on what was just allowed."""

from datetime import timedelta

import pytest

from idp.authorization.interaction import Facts, Granted, Step, next_step
from tests.authorization.test_interaction import (
    ALICE,
    ALL,
    ALLOWED,
    ALLOWED_BY_BOB,
    FIRST_PARTY,
    GRANTED,
    NOW,
    SCOPE,
    consent,
    login_session,
    request,
    signed_in,
)

LATER = NOW + timedelta(days=30)

STEPS = {
    "allowed for a while": (
        signed_in(request(), consent=consent(*SCOPE, expires_at=LATER)),
        Granted(login_session(), ALICE, LATER),
    ),
    "allowed for a while that is over": (
        signed_in(request(), consent=consent(*SCOPE, expires_at=NOW)),
        ALL,
    ),
    "just allowed, for once": (
        signed_in(request(), consent=consent(*SCOPE, expires_at=NOW), interaction=ALLOWED),
        Granted(login_session(), ALICE, NOW),
    ),
    "allowed for once, to another request": (
        signed_in(request(), consent=consent(*SCOPE, expires_at=NOW), interaction=ALLOWED_BY_BOB),
        ALL,
    ),
    "first-party, allowed for a while that is over": (
        signed_in(request(of=FIRST_PARTY), consent=consent(*SCOPE, expires_at=NOW)),
        GRANTED,
    ),
}


@pytest.mark.parametrize(("facts", "step"), STEPS.values(), ids=STEPS)
def test_step_after_sign_in(facts: Facts, step: Step) -> None:
    """A consent that is over counts for nothing but the request for which it was given."""
    assert next_step(facts) == step
