"""The next step of a request that must not show a page (OIDC Core §3.1.2.6)."""

from itertools import product

import pytest

from idp.authorization.interaction import Facts, Granted, Refused, next_step
from idp.vocabulary import Prompt
from tests.authorization.test_interaction import (
    ALICE,
    FIRST_PARTY,
    LOOPBACK,
    NOW,
    PUBLIC,
    SCOPE,
    WEB,
    client,
    consent,
    login_session,
    request,
    signed_in,
)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        (Facts(request(Prompt.NONE), NOW), "login_required"),
        (signed_in(request(Prompt.NONE, max_age=0)), "login_required"),
        (signed_in(request(Prompt.NONE, hinted_subject="bob")), "login_required"),
        (signed_in(request(Prompt.NONE), consent=None), "consent_required"),
        (signed_in(request(Prompt.NONE), consent=consent("openid")), "consent_required"),
        (
            signed_in(request(Prompt.NONE, of=PUBLIC, redirect_uri=LOOPBACK)),
            "consent_required",
        ),
    ],
)
def test_without_pages_the_client_is_told_what_is_missing(facts: Facts, error: str) -> None:
    """`prompt=none` has an error code for each page (OIDC Core §3.1.2.6)."""
    step = next_step(facts)

    assert isinstance(step, Refused)
    assert step.error == error


def test_prompt_none_never_leads_to_a_page() -> None:
    """Whatever the facts are, the answer goes to the client at once."""
    sessions = (None, login_session(), login_session(10_000))
    consents = (None, consent("openid"), consent(*SCOPE))
    clients = (client(), FIRST_PARTY, PUBLIC)
    uris, max_ages, hints = (WEB, LOOPBACK), (None, 0, 300), (None, "alice", "bob")
    steps = set()

    for session, allowed, of, uri, max_age, hint in product(
        sessions, consents, clients, uris, max_ages, hints
    ):
        asked = request(Prompt.NONE, of=of, redirect_uri=uri, max_age=max_age, hinted_subject=hint)
        user = ALICE if session else None
        steps.add(type(next_step(Facts(asked, NOW, session, user, allowed))))

    assert steps == {Granted, Refused}
