"""The consent page: what a client wants, for the person to allow or not (OIDC Core §3.1.2.4)."""

from dataclasses import dataclass

from starlette.responses import Response

from idp import audit, paths
from idp.authorization.consent import ConsentRequired
from idp.authorization.facts import find_facts
from idp.authorization.interaction import next_step
from idp.clients.redirect_uri import describe_destination
from idp.oauth2 import user_code as user_codes
from idp.pages.interaction import Waiting, find_waiting, go_on, note
from idp.pages.targets import describe_details, describe_resource
from idp.storage.consents import Consent
from idp.storage.polled_requests import PolledRequest
from idp.storage.users import User
from idp.tokens.grant import shortest_end
from idp.users import consents
from idp.users.consents import Duration
from idp.users.devices import Device
from idp.web import csrf
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page
from idp.words import N_


@dataclass(frozen=True, slots=True)
class PolledView:
    """What a person sees of a request that comes from elsewhere, to know it by."""

    user_code: str | None
    binding_message: str | None
    asked_from: str | None


@dataclass(frozen=True, slots=True)
class ScopeView:
    """One thing that a client wants, in words."""

    name: str
    icon: str
    label: str
    detail: str | None = None


STANDARD = {
    "openid": ScopeView("openid", "id", N_("Know that it is you")),
    "profile": ScopeView("profile", "person", N_("See your name and profile")),
    "email": ScopeView("email", "mail", N_("See your email address")),
    "address": ScopeView("address", "place", N_("See your postal address")),
    "phone": ScopeView("phone", "phone", N_("See your phone number")),
    "offline_access": ScopeView(
        "offline_access",
        "refresh",
        N_("Stay connected when you are away"),
        N_("also after you have signed out here"),
    ),
}


# Each claim that can be asked for by itself.
SINGLE = {
    "name": N_("See your name"),
    "given_name": N_("See your given name"),
    "family_name": N_("See your family name"),
    "middle_name": N_("See your middle name"),
    "nickname": N_("See your nickname"),
    "preferred_username": N_("See your user name"),
    "profile": N_("See your profile page"),
    "picture": N_("See your picture"),
    "website": N_("See your website"),
    "gender": N_("See your gender"),
    "birthdate": N_("See your birthdate"),
    "zoneinfo": N_("See your time zone"),
    "locale": N_("See your language"),
    "updated_at": N_("See when your profile was changed"),
    "email": N_("See your email address"),
    "email_verified": N_("See whether your email address was verified"),
    "address": N_("See your postal address"),
    "phone_number": N_("See your phone number"),
    "phone_number_verified": N_("See whether your phone number was verified"),
}


def consent(provider: Provider, http: HttpRequest) -> Response:
    """Show the page, or note the decision, and return to the request."""
    waiting = find_waiting(provider, http)
    config = provider.config.login_sessions
    facts = find_facts(
        config, waiting.request, http.session, http.other_sessions, waiting.interaction
    )
    step = next_step(facts)
    if facts.user is None or not isinstance(step, ConsentRequired):
        return go_on(provider, http)  # something changed: the dispatcher knows what is needed now
    if http.method != "POST":
        return _show(provider, http, waiting, facts.user, step, facts.consent)
    csrf.check(http, provider.config.issuer)
    if http.form.get("account") != facts.user.user_id:
        return go_on(provider, http)  # the page was shown to somebody else, who does not decide
    _decide(provider, http, waiting, facts.user)
    return go_on(provider, http)


def _decide(provider: Provider, http: HttpRequest, waiting: Waiting, user: User) -> None:
    user_id, client_id = user.user_id, waiting.request.client.client_id
    if http.form.get("decision") == "allow":
        request, duration = waiting.request, _duration(http)
        consents.save(
            user_id,
            client_id,
            request.scope,
            request.single_claims,
            resource=request.targets.shown_resource,
            authorization_details=request.targets.authorization_details,
            asked_every_time=request.targets.asked_every_time,
            duration=duration,
        )
        end = shortest_end(provider.config.tokens)
        consents.shorten_grants(user_id, client_id, duration, shortest_end=end)
        note(waiting, consented_user_id=user_id)
    else:
        audit.record(audit.EventName.CONSENT_DENIED, user_id=user_id, client_id=client_id)
        note(waiting, is_denied=True)


def _duration(http: HttpRequest) -> Duration:
    """Read how long it may last: no longer than was said."""
    try:
        return Duration(http.form.get("duration") or "")
    except ValueError:
        return Duration.ONCE


def _show(
    provider: Provider,
    http: HttpRequest,
    waiting: Waiting,
    user: User,
    step: ConsentRequired,
    consent: Consent | None,
) -> Response:
    request, config = waiting.request, provider.config
    declared, targets = config.scopes, request.targets
    switch = paths.SELECT_ACCOUNT if http.other_sessions else paths.LOGIN
    return page(
        provider,
        http,
        "consent.html",
        client=waiting.client,
        user=user,
        scopes=[
            *describe_scope(step.missing, declared),
            *describe_claims(step.missing_claims),
        ],
        allowed=[
            *describe_scope(request.scope - step.missing, declared),
            *describe_claims(request.single_claims - step.missing_claims),
        ],
        resources=describe_resource(config, step.missing_resource),
        allowed_resources=describe_resource(config, targets.shown_resource - step.missing_resource),
        details=describe_details(config, step.missing_details),
        allowed_details=describe_details(
            config,
            [each for each in targets.authorization_details if each not in step.missing_details],
        ),
        duration=consents.duration_of(consent) if consent else Duration.UNTIL_DISCONNECTED,
        destination=describe_destination(request.redirect_uri),
        polled=_describe_polled(request.polled) if request.polled else None,
        switch_url=provider.url(switch, http.path_params["interaction"]),
    )


def _describe_polled(polled: PolledRequest) -> PolledView:
    words = Device(polled.browser, polled.system).words
    return PolledView(
        user_code=user_codes.write(polled.user_code) if polled.user_code else None,
        binding_message=polled.binding_message,
        asked_from=", ".join(filter(None, (words, polled.network))) or None,
    )


def describe_scope(scope: frozenset[str], declared: dict[str, str]) -> list[ScopeView]:
    """Put a scope in words, the standard ones first."""
    known = [view for name, view in STANDARD.items() if name in scope]
    own = sorted(scope - STANDARD.keys())
    return known + [ScopeView(name, "key", declared.get(name, name)) for name in own]


def describe_claims(names: frozenset[str]) -> list[ScopeView]:
    """Put claims that are asked for one by one in words."""
    return [ScopeView(name, "person", SINGLE[name]) for name in sorted(names)]
