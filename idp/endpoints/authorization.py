"""The authorization endpoint, and the dispatcher that it shares with the pages (RFC 6749 §3.1).

A request that needs its user is stored and the browser sent to a page; the page does its one act
and returns to `/authorize/{interaction}`, where the same decision is made again.
"""

from starlette.responses import Response

from idp import paths
from idp.authorization import jarm, pending, pushed, response
from idp.authorization.checks import validate
from idp.authorization.facts import find_facts
from idp.authorization.granting import find_encryption, grant_request
from idp.authorization.interaction import Granted, Refused, next_step
from idp.authorization.pending import Stored
from idp.authorization.request import AddressedRequest, AuthorizationRequest, address
from idp.authorization.request_object import RequestObjectRefused, has_request_object
from idp.clients.model import Client
from idp.endpoints import decision
from idp.endpoints.posted import ask_again_by_get
from idp.endpoints.steps import page_of
from idp.oauth2 import scope as scopes
from idp.oauth2.errors import SentToClient
from idp.oauth2.parameters import Parameters
from idp.storage.interactions import Interaction
from idp.users import consents
from idp.vocabulary import Prompt
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import answer_client, answer_watching_client, redirect


def authorization(provider: Provider, http: HttpRequest) -> Response:
    """Begin an authorization request."""
    _look_up_client(provider, http.parameters)
    if http.method == "POST":
        is_readable = http.form.get("redirect_uri") or not has_request_object(http.form)
        if is_readable and not pushed.is_named_by(http.form):
            address(http.form)  # what cannot be answered need not be asked again
        return ask_again_by_get(provider, http, paths.AUTHORIZATION)
    if pushed.is_named_by(http.query):
        pushed_request = pushed.find(http.query)
        addressed = address(pending.parameters_of(pushed_request))
        return _proceed(provider, http, addressed, pushed_request)
    try:
        addressed = provider.request_objects.address(http.query)
    except RequestObjectRefused as refusal:
        return _refuse(provider, http, refusal.addressed, refusal)
    if pushed.must_push(provider.config.protocol, addressed.client):
        return _refuse(provider, http, addressed, pushed.NotPushed())
    return _proceed(provider, http, addressed, None)


def _look_up_client(provider: Provider, parameters: Parameters) -> None:
    """Read what a client says of itself where its client_id says; nothing is begun yet."""
    if "client_id" not in parameters.repeated:
        provider.client_documents.look_up(parameters.get("client_id"))


def interaction(provider: Provider, http: HttpRequest) -> Response:
    """Go on with a request that was waiting for its user."""
    stored = pending.restore_to_answer(http.path_params["interaction"], http.browser)
    if stored.polled_digest is not None:
        return decision.proceed(provider, http, stored)
    return _proceed(provider, http, address(pending.parameters_of(stored)), stored)


def _proceed(
    provider: Provider,
    http: HttpRequest,
    addressed: AddressedRequest,
    stored: Stored | None,
) -> Response:
    try:
        request = validate(addressed, provider.rules)
        return _take_next_step(provider, http, addressed.parameters, request, stored)
    except SentToClient as refusal:
        answer = _refuse(provider, http, addressed, refusal)  # may wait for a key
        _end(stored, addressed.client)
        return answer


def _refuse(
    provider: Provider, http: HttpRequest, addressed: AddressedRequest, refusal: SentToClient
) -> Response:
    encryption = jarm.find_encryption_of_error(provider.key_source, addressed)
    issuer = provider.config.issuer
    answer = response.error(addressed, refusal, issuer, encryption=encryption)
    if addressed.parameters.get("prompt") == Prompt.NONE:
        # The client asks about the session, so it is told of it (OIDC Session Management §4).
        return answer_watching_client(provider, http, answer)
    return answer_client(provider, http, answer)


def _take_next_step(
    provider: Provider,
    http: HttpRequest,
    parameters: Parameters,
    request: AuthorizationRequest,
    stored: Stored | None,
) -> Response:
    # Both may wait: nothing is begun yet.
    encryption = find_encryption(provider.key_source, request)
    of_answer = jarm.find_encryption(provider.config, provider.key_source, request)
    waiting = stored if isinstance(stored, Interaction) else None
    facts = find_facts(
        provider.config.login_sessions, request, http.session, http.other_sessions, waiting
    )
    match step := next_step(facts):
        case Refused(error, description):
            raise SentToClient(error, description)
        case Granted():
            _end(stored, request.client)
            consents.note_use(facts.consent)
            mint = provider.authorization_server.mint
            config = provider.config.tokens
            answer = grant_request(config, mint, request, step, encryption=encryption)
            issuer = provider.config.issuer
            sent = response.success(request, answer, issuer, encryption=of_answer)
            if scopes.OPENID in request.scope:
                return answer_watching_client(provider, http, sent)
            return answer_client(provider, http, sent)
        case _:
            return _to_page(provider, http, parameters, request, stored, page_of(step))


def _to_page(
    provider: Provider,
    http: HttpRequest,
    parameters: Parameters,
    request: AuthorizationRequest,
    stored: Stored | None,
    path: str,
) -> Response:
    if isinstance(stored, Interaction):
        interaction_id = http.path_params["interaction"]
    else:
        client_id, config = request.client.client_id, provider.config.protocol
        secret = pending.store(config, parameters, client_id, http.browser, pushed=stored)
        interaction_id = secret.reveal()
    return redirect(provider, http, provider.url(path, interaction_id))


def _end(stored: Stored | None, client: Client) -> None:
    if stored is not None and pending.end(stored):
        pushed.note_answered(client)
