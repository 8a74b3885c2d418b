"""The next step of a request: a table of facts, and what follows from them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from idp import clock
from idp.authorization.interaction import (
    AccountSelectionRequired,
    ConsentRequired,
    Facts,
    Granted,
    LoginReason,
    LoginRequired,
    Refused,
    RegistrationRequired,
    Step,
    next_step,
)
from idp.authorization.request import AuthorizationRequest
from idp.clients.model import Client
from idp.storage.consents import Consent
from idp.storage.interactions import Interaction
from idp.storage.login_sessions import LoginSession
from idp.storage.users import User
from idp.vocabulary import ErrorCode, Prompt, ResponseMode, ResponseType
from idp.vocabulary import TokenEndpointAuthMethod as Method

NOW = clock.now()
SCOPE = frozenset({"openid", "profile"})
WEB = "https://rp.example/callback"
LOOPBACK = "http://127.0.0.1:4711/callback"

ALICE = User(
    user_id="alice",
    username="alice",
    username_key="alice",
    email=None,
    email_key=None,
    email_verified=False,
    name=None,
    is_admin=False,
    created_at=NOW,
    updated_at=NOW,
    disabled_at=None,
)


def client(**changes: Any) -> Client:
    """A third-party web client, or as the keyword arguments say."""
    return Client(client_id="notes", created_at=NOW, metadata={}, scope=SCOPE, **changes)


def request(
    *prompt: Prompt,
    of: Client | None = None,
    redirect_uri: str = WEB,
    max_age: int | None = None,
    hinted_subject: str | None = None,
) -> AuthorizationRequest:
    """A valid request."""
    return AuthorizationRequest(
        client=of or client(),
        redirect_uri=redirect_uri,
        redirect_uri_sent=True,
        response_type=ResponseType.CODE,
        response_mode=ResponseMode.QUERY,
        state=None,
        scope=SCOPE,
        prompt=frozenset(prompt),
        max_age=max_age,
        nonce=None,
        code_challenge=None,
        login_hint=None,
        hinted_subject=hinted_subject,
    )


def interaction(**acts: Any) -> Interaction:
    """A request that waited, and what its user did."""
    return Interaction(b"", "notes", [], b"", NOW, NOW + timedelta(minutes=30), **acts)


def login_session(signed_in_ago: int = 60, sid: str = "sid-1") -> LoginSession:
    """A session that began some seconds ago."""
    then = NOW - timedelta(seconds=signed_in_ago)
    return LoginSession(b"", sid, "alice", ["pwd"], then, NOW, NOW + timedelta(days=1), None)


def consent(*scope: str, expires_at: datetime | None = None) -> Consent:
    """What was allowed before."""
    return Consent("alice", "notes", frozenset(scope), NOW, expires_at=expires_at)


def signed_in(request: AuthorizationRequest, **facts: Any) -> Facts:
    """Alice is signed in and has allowed everything, unless the keyword arguments say otherwise."""
    known = {"login_session": login_session(), "user": ALICE, "consent": consent(*SCOPE)}
    return Facts(request, NOW, **(known | facts))


GRANTED = Granted(login_session(), ALICE)
ALL = ConsentRequired(SCOPE)
AGAIN = ConsentRequired(frozenset())
DENIED = Refused(ErrorCode.ACCESS_DENIED, "The user did not allow it.")
FIRST_PARTY = client(first_party=True)
FIRST_PARTY_APP = client(first_party=True, token_endpoint_auth_method=Method.NONE)
PUBLIC = client(token_endpoint_auth_method=Method.NONE)

FOR_THIS = interaction(authenticated_sid="sid-1")
BEFORE_THIS = interaction(authenticated_sid="sid-0")
ALLOWED = interaction(consented_user_id="alice")
ALLOWED_BY_BOB = interaction(consented_user_id="bob")

LOGIN = {
    "nobody is signed in": (Facts(request(), NOW), LoginReason.NO_SESSION),
    "prompt=login, signed in before": (signed_in(request(Prompt.LOGIN)), LoginReason.PROMPT_LOGIN),
    "prompt=login, signed in for another request": (
        signed_in(request(Prompt.LOGIN), interaction=BEFORE_THIS),
        LoginReason.PROMPT_LOGIN,
    ),
    "prompt=login, came from the page without signing in": (
        signed_in(request(Prompt.LOGIN), interaction=interaction()),
        LoginReason.PROMPT_LOGIN,
    ),
    "max_age reached": (signed_in(request(max_age=60)), LoginReason.MAX_AGE),
    "max_age=0": (
        signed_in(request(max_age=0), login_session=login_session(0)),
        LoginReason.MAX_AGE,
    ),
    "max_age=0, signed in for this long ago": (
        signed_in(request(max_age=0), login_session=login_session(300), interaction=FOR_THIS),
        LoginReason.MAX_AGE,
    ),
    "another user is hinted": (signed_in(request(hinted_subject="bob")), LoginReason.OTHER_USER),
    "another user is hinted than has signed in for this": (
        signed_in(request(hinted_subject="bob"), interaction=FOR_THIS),
        LoginReason.OTHER_USER,
    ),
    "another is signed in, but is not the one hinted": (
        Facts(request(hinted_subject="bob"), NOW, has_other_accounts=True),
        LoginReason.NO_SESSION,
    ),
}

OTHERWISE = {
    "all is known": (signed_in(request()), GRANTED),
    "prompt=login, signed in for this": (
        signed_in(request(Prompt.LOGIN), interaction=FOR_THIS),
        GRANTED,
    ),
    "max_age not reached": (signed_in(request(max_age=61)), GRANTED),
    "max_age=0, signed in for this": (
        signed_in(request(max_age=0), interaction=FOR_THIS),
        GRANTED,
    ),
    "first party, but whoever listens on this device": (
        signed_in(request(of=FIRST_PARTY_APP, redirect_uri=LOOPBACK)),
        ALL,
    ),
    "this user is hinted": (signed_in(request(hinted_subject="alice")), GRANTED),
    "prompt=create, nobody is signed in": (
        Facts(request(Prompt.CREATE), NOW),
        RegistrationRequired(),
    ),
    "prompt=create, signed in": (signed_in(request(Prompt.CREATE)), RegistrationRequired()),
    "prompt=create, signed in for this": (
        signed_in(request(Prompt.CREATE), interaction=FOR_THIS),
        GRANTED,
    ),
    "none of several is active": (
        Facts(request(), NOW, has_other_accounts=True),
        AccountSelectionRequired(),
    ),
    "prompt=none, none of several is active": (
        Facts(request(Prompt.NONE), NOW, has_other_accounts=True),
        Refused(ErrorCode.ACCOUNT_SELECTION_REQUIRED, "The user must choose an account."),
    ),
    "selection comes before login": (
        signed_in(request(Prompt.SELECT_ACCOUNT, Prompt.LOGIN)),
        AccountSelectionRequired(),
    ),
    "prompt=select_account": (
        signed_in(request(Prompt.SELECT_ACCOUNT)),
        AccountSelectionRequired(),
    ),
    "prompt=select_account, selected": (
        signed_in(request(Prompt.SELECT_ACCOUNT), interaction=interaction(selected_sid="sid-1")),
        GRANTED,
    ),
    "prompt=select_account, another was selected": (
        signed_in(request(Prompt.SELECT_ACCOUNT), interaction=interaction(selected_sid="sid-0")),
        AccountSelectionRequired(),
    ),
    "prompt=select_account, signed in for this": (
        signed_in(request(Prompt.SELECT_ACCOUNT), interaction=FOR_THIS),
        GRANTED,
    ),
    "selection comes before consent": (
        signed_in(request(Prompt.SELECT_ACCOUNT, Prompt.CONSENT)),
        AccountSelectionRequired(),
    ),
    "nothing allowed yet": (signed_in(request(), consent=None), ALL),
    "something is new": (
        signed_in(request(), consent=consent("openid", "email")),
        ConsentRequired(frozenset({"profile"})),
    ),
    "more was allowed than is asked": (
        signed_in(request(), consent=consent("email", *SCOPE)),
        GRANTED,
    ),
    "prompt=consent asks again": (signed_in(request(Prompt.CONSENT)), AGAIN),
    "prompt=consent, just allowed": (
        signed_in(request(Prompt.CONSENT), interaction=ALLOWED),
        GRANTED,
    ),
    "prompt=consent, allowed by another user": (
        signed_in(request(Prompt.CONSENT), interaction=ALLOWED_BY_BOB),
        AGAIN,
    ),
    "just allowed, and taken back since": (
        signed_in(request(), interaction=ALLOWED, consent=None),
        ALL,
    ),
    "first-party": (signed_in(request(of=FIRST_PARTY), consent=None), GRANTED),
    "first-party, prompt=consent": (signed_in(request(Prompt.CONSENT, of=FIRST_PARTY)), AGAIN),
    "public, on a host of its own": (signed_in(request(of=PUBLIC)), GRANTED),
    "public, on this computer": (signed_in(request(of=PUBLIC, redirect_uri=LOOPBACK)), ALL),
    "public, by a scheme": (
        signed_in(request(of=PUBLIC, redirect_uri="com.example.app:/cb")),
        ALL,
    ),
    "public, on this computer, just allowed": (
        signed_in(request(of=PUBLIC, redirect_uri=LOOPBACK), interaction=ALLOWED),
        GRANTED,
    ),
    "confidential, on this computer": (signed_in(request(redirect_uri=LOOPBACK)), GRANTED),
    "denied": (signed_in(request(), interaction=interaction(is_denied=True)), DENIED),
    "denied, then allowed": (
        signed_in(request(), interaction=interaction(is_denied=True, consented_user_id="alice")),
        DENIED,
    ),
    "denied before signing in": (
        Facts(request(), NOW, interaction=interaction(is_denied=True)),
        DENIED,
    ),
}


@pytest.mark.parametrize(("facts", "reason"), LOGIN.values(), ids=LOGIN)
def test_person_must_sign_in(facts: Facts, reason: LoginReason) -> None:
    """Without a session, or with one that is not good enough for this request."""
    assert next_step(facts) == LoginRequired(reason)


@pytest.mark.parametrize(("facts", "step"), OTHERWISE.values(), ids=OTHERWISE)
def test_step_after_sign_in(facts: Facts, step: Step) -> None:
    """Each fact leads to one page, to the code, or to a refusal."""
    assert next_step(facts) == step
