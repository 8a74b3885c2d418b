"""What a person must still allow before a request is granted (OIDC Core §3.1.2.4)."""

from dataclasses import dataclass, replace

from idp.authorization.request import AuthorizationRequest
from idp.oauth2.authorization_details import NO_DETAILS, Details
from idp.oidc.claims import names_in
from idp.storage.consents import Consent
from idp.vocabulary import Prompt


@dataclass(frozen=True, slots=True)
class ConsentRequired:
    """Ask the person for what they have not allowed yet, or, of nothing, to confirm the rest."""

    missing: frozenset[str]
    missing_claims: frozenset[str] = frozenset()
    missing_resource: frozenset[str] = frozenset()
    missing_details: Details = NO_DETAILS


CONFIRMATION = ConsentRequired(frozenset())


def missing_consent(
    request: AuthorizationRequest, consent: Consent | None, *, allowed_for_this: bool
) -> ConsentRequired | None:
    """Give what the person must still allow, None if they need not be asked."""
    each_time = request.targets.asked_every_time
    wanted = _wanted(request)
    missing = _not_allowed(wanted, consent)
    if allowed_for_this and missing is None:
        return None
    # Whoever listens on a loopback port or a custom scheme could be any program, whatever it
    # calls itself (RFC 8252 §8.6); and a device that polls could be anybody's (RFC 8628 §5.4).
    if request.polled or not request.client.identity_is_assured(request.redirect_uri):
        return _with(wanted, each_time)
    if Prompt.CONSENT in request.prompt:
        return _with(missing or CONFIRMATION, each_time)
    # An operator's own client need not ask, but for that which has to be asked each time.
    asked = CONFIRMATION if request.client.first_party else missing or CONFIRMATION
    asked = _with(asked, each_time)
    return None if asked == CONFIRMATION else asked


def _wanted(request: AuthorizationRequest) -> ConsentRequired:
    """Say what is asked for, but for that for which no consent of before counts."""
    targets = request.targets
    return ConsentRequired(
        request.scope, request.single_claims, targets.shown_resource, targets.lasting_details
    )


def _with(asked: ConsentRequired, details: Details) -> ConsentRequired:
    return replace(asked, missing_details=(*asked.missing_details, *details))


def _not_allowed(wanted: ConsentRequired, consent: Consent | None) -> ConsentRequired | None:
    if consent is None:
        return wanted
    known = consent.authorization_details
    missing = ConsentRequired(
        wanted.missing - consent.scope,
        wanted.missing_claims - consent.claims - names_in(consent.scope),
        wanted.missing_resource - consent.resource,
        tuple(each for each in wanted.missing_details if each not in known),
    )
    return None if missing == CONFIRMATION else missing
