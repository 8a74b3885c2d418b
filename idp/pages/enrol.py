"""The page for people who have nothing set up to prove as much as an app asks for."""

from starlette.responses import Response

from idp.authorization.facts import find_facts
from idp.authorization.interaction import EnrolmentRequired, next_step
from idp.pages.interaction import find_waiting, go_on, note
from idp.web import csrf
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page


def enrol(provider: Provider, http: HttpRequest) -> Response:
    """Say what can be set up, and return to the request when that was done or is not wanted."""
    waiting = find_waiting(provider, http)
    if http.method == "POST":
        csrf.check(http, provider.config.issuer)
        if http.form.get("decision") == "cancel":
            note(waiting, is_denied=True)
        return go_on(provider, http)
    config = provider.config.login_sessions
    facts = find_facts(
        config, waiting.request, http.session, http.other_sessions, waiting.interaction
    )
    match next_step(facts):
        case EnrolmentRequired(words):
            needs_passkey = "mfa" not in words
            return page(
                provider, http, "enrol.html", client=waiting.client, needs_passkey=needs_passkey
            )
        case _:
            return go_on(provider, http)
