"""The dispatcher of requests that a client polls for (RFC 8628 §3.3).

It takes the steps of any request; the answer stays here, and the browser is told what was decided.
"""

from starlette.responses import Response

from idp import paths
from idp.authorization.facts import find_facts
from idp.authorization.granting import deny_polled, grant_polled
from idp.authorization.interaction import Facts, Granted, Refused, next_step
from idp.authorization.polled import request_of
from idp.endpoints.steps import page_of
from idp.oauth2.errors import SignInOver
from idp.storage.interactions import Interaction, end_interaction
from idp.storage.polled_requests import PolledRequest, find_polled_request
from idp.users import consents
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import redirect

ALLOWED, DENIED = "allowed", "denied"


def proceed(provider: Provider, http: HttpRequest, stored: Interaction) -> Response:
    """Lead the person to the next page, or keep what they have decided."""
    request = request_of(stored, provider.rules)
    assert request.polled is not None  # or this would not be its dispatcher
    facts = find_facts(
        provider.config.login_sessions, request, http.session, http.other_sessions, stored
    )
    match step := next_step(facts):
        case Granted():
            end_interaction(stored.id_digest)
            return _to(provider, http, _allow(provider, facts, request.polled, step))
        case Refused():
            end_interaction(stored.id_digest)
            deny_polled(request.polled)
            return _to(provider, http, DENIED)
        case _:
            interaction_id = http.path_params["interaction"]
            return redirect(provider, http, provider.url(page_of(step), interaction_id))


def _allow(provider: Provider, facts: Facts, polled: PolledRequest, granted: Granted) -> str:
    """Give the client what it waits for; the same again for a button that was pressed twice."""
    if grant_polled(provider.config.tokens, facts.request, polled, granted):
        consents.note_use(facts.consent)
        return ALLOWED
    decided = find_polled_request(polled.code_digest)
    if decided is None or decided.grant_id is None or decided.user_id != granted.user.user_id:
        raise SignInOver("this sign-in has expired or is finished")
    return ALLOWED


def _to(provider: Provider, http: HttpRequest, outcome: str) -> Response:
    return redirect(provider, http, provider.url(paths.DEVICE, outcome))
