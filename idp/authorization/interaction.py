"""What has to happen before a request is granted: one pure function over stored facts.

A page does its one act, stores it, and returns to the dispatcher, which asks `next_step` again.
So no page knows what comes after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from idp.authenticators.proof import Method
from idp.authenticators.steps import can_reach
from idp.authorization.consent import ConsentRequired, missing_consent
from idp.authorization.request import AuthorizationRequest
from idp.oidc.subject import subject_of
from idp.storage.consents import Consent
from idp.storage.interactions import Interaction
from idp.storage.login_sessions import LoginSession
from idp.storage.users import User
from idp.vocabulary import ErrorCode, Prompt


class LoginReason(StrEnum):
    """Why a person has to sign in, for the log, the page and the error_description."""

    NO_SESSION = "no_session"
    PROMPT_LOGIN = "prompt_login"
    MAX_AGE = "max_age"
    OTHER_USER = "other_user"
    OTHER_SUBJECT = "other_subject"
    ACR = "acr"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the decision depends on."""

    request: AuthorizationRequest
    now: datetime
    login_session: LoginSession | None = None
    user: User | None = None
    consent: Consent | None = None
    interaction: Interaction | None = None
    has_other_accounts: bool = False  # asked only if none is active
    enrolled: frozenset[Method] = frozenset()  # asked only if more is wanted than was proven

    @property
    def signed_in_for_this(self) -> bool:
        """Whether the person signed in because this very request asked for it."""
        return (
            self.interaction is not None
            and self.login_session is not None
            and self.interaction.authenticated_sid == self.login_session.sid
        )

    @property
    def allowed_for_this(self) -> bool:
        """Whether the person was asked for their consent to this very request, and gave it."""
        return (
            self.interaction is not None
            and self.user is not None
            and self.interaction.consented_user_id == self.user.user_id
        )

    @property
    def valid_consent(self) -> Consent | None:
        """The consent, unless it has ended; one that was just given counts once at least."""
        consent = self.consent
        if consent is None or self.allowed_for_this or consent.is_live_at(self.now):
            return consent
        return None


@dataclass(frozen=True, slots=True)
class LoginRequired:
    """Show the login page."""

    reason: LoginReason


@dataclass(frozen=True, slots=True)
class RegistrationRequired:
    """Show the registration page (Initiating User Registration via OpenID Connect §4)."""


@dataclass(frozen=True, slots=True)
class AccountSelectionRequired:
    """Let the person choose an account."""


@dataclass(frozen=True, slots=True)
class EnrolmentRequired:
    """Let the person set up what they need to prove more."""

    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Refused:
    """Tell the client no."""

    error: ErrorCode
    description: str


@dataclass(frozen=True, slots=True)
class Granted:
    """Give the client its code; what it gets may end with the consent."""

    login_session: LoginSession
    user: User
    allowed_until: datetime | None = None


Step = (
    LoginRequired
    | RegistrationRequired
    | AccountSelectionRequired
    | EnrolmentRequired
    | ConsentRequired
    | Refused
    | Granted
)

# Told to the client of a request that must not show a page.
LOGIN_REQUIRED = {
    LoginReason.NO_SESSION: "The user is not signed in.",
    LoginReason.PROMPT_LOGIN: "The user must sign in again.",
    LoginReason.MAX_AGE: "The user signed in longer ago than max_age.",
    LoginReason.OTHER_USER: "The user of the id_token_hint is not the one who is signed in.",
    LoginReason.OTHER_SUBJECT: "The sub of the claims is not the user who is signed in.",
    LoginReason.ACR: "The user must prove more of who they are.",
}

TIME_TO_CONSENT = 300  # seconds

# Asked in this order; the first that holds is the reason.
LOGIN_REASONS: tuple[tuple[LoginReason, Callable[[Facts], bool]], ...] = (
    (LoginReason.NO_SESSION, lambda facts: facts.login_session is None),
    (LoginReason.PROMPT_LOGIN, lambda facts: _asks(facts, Prompt.LOGIN)),
    (LoginReason.MAX_AGE, lambda facts: _is_too_old(facts)),
    (LoginReason.OTHER_USER, lambda facts: _is_other_user(facts)),
    (LoginReason.OTHER_SUBJECT, lambda facts: _is_other_subject(facts)),
    (LoginReason.ACR, lambda facts: _could_prove_more(facts)),
)


def next_step(facts: Facts) -> Step:
    """Decide what comes next."""
    if facts.interaction is not None and facts.interaction.is_denied:
        return Refused(ErrorCode.ACCESS_DENIED, "The user did not allow it.")
    step = _needed_step(facts)
    if Prompt.NONE in facts.request.prompt:
        return _without_pages(step)
    return step


def _needed_step(facts: Facts) -> Step:
    if _asks(facts, Prompt.CREATE):
        return RegistrationRequired()  # of another account, if somebody is signed in
    if _must_select(facts):
        return AccountSelectionRequired()
    if reason := next((r for r, holds in LOGIN_REASONS if holds(facts)), None):
        return LoginRequired(reason)
    login_session, user = facts.login_session, facts.user
    assert login_session is not None
    assert user is not None
    if lacks(login_session, facts.request.acr.required_words):
        return EnrolmentRequired(facts.request.acr.required_words)
    consent = facts.valid_consent
    allowed_until = consent.expires_at if consent else None
    missing = missing_consent(facts.request, consent, allowed_for_this=facts.allowed_for_this)
    return missing or Granted(login_session, user, allowed_until)


def _without_pages(step: Step) -> Step:
    """Answer `prompt=none`, which never shows a page (OIDC Core §3.1.2.6)."""
    match step:
        case LoginRequired(reason):
            return Refused(ErrorCode.LOGIN_REQUIRED, LOGIN_REQUIRED[reason])
        case AccountSelectionRequired():
            return Refused(ErrorCode.ACCOUNT_SELECTION_REQUIRED, "The user must choose an account.")
        case EnrolmentRequired():
            text = "The user has nothing set up that reaches the acr."
            return Refused(ErrorCode.INTERACTION_REQUIRED, text)
        case ConsentRequired():
            return Refused(ErrorCode.CONSENT_REQUIRED, "The user must allow it.")
        case _:
            return step


def _asks(facts: Facts, prompt: Prompt) -> bool:
    return prompt in facts.request.prompt and not facts.signed_in_for_this


def _is_too_old(facts: Facts) -> bool:
    max_age, login_session = facts.request.max_age, facts.login_session
    if max_age is None or login_session is None:
        return False
    # Who has just signed in for this is given the time to read the next page, even by max_age=0.
    least = TIME_TO_CONSENT if facts.signed_in_for_this else 0
    return login_session.auth_time + timedelta(seconds=max(max_age, least)) <= facts.now


def _is_other_user(facts: Facts) -> bool:
    request, user = facts.request, facts.user
    if request.hinted_subject is None or user is None:
        return False
    return request.hinted_subject != subject_of(request.client, user.user_id)


def _must_select(facts: Facts) -> bool:
    if facts.login_session is None:  # the active account was signed out, and others were not
        return facts.has_other_accounts and facts.request.hinted_subject is None
    selected_sid = facts.interaction.selected_sid if facts.interaction else None
    return _asks(facts, Prompt.SELECT_ACCOUNT) and selected_sid != facts.login_session.sid


def _is_other_subject(facts: Facts) -> bool:
    request, user = facts.request, facts.user
    if user is None:
        return False
    return not request.claims.accepts_subject(subject_of(request.client, user.user_id))


def lacks(login_session: LoginSession, words: frozenset[str]) -> bool:
    """Tell whether something is wanted that was not proven in a login session."""
    return bool(words) and words.isdisjoint(login_session.amr)


def _could_prove_more(facts: Facts) -> bool:
    """Ask for what must be reached, and once for what is wished for, of those who can do it."""
    wanted, login_session = facts.request.acr, facts.login_session
    assert login_session is not None  # it is the first reason
    aims = [wanted.required_words]
    # prompt=none asks nobody for the sake of a wish.
    if not facts.signed_in_for_this and Prompt.NONE not in facts.request.prompt:
        aims.append(wanted.preferred_words)
    return any(lacks(login_session, aim) and can_reach(aim, facts.enrolled) for aim in aims)
