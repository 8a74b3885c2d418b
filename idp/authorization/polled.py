"""Requests that a client polls for: what they may ask, and how they wait for their person.

They go through the same checks and the same steps as a request by way of a browser; only the
answer is not sent anywhere, but waits until the client asks for it (RFC 8628 §3.3, CIBA §7).
"""

from collections.abc import Iterator
from dataclasses import replace

from idp import paths
from idp.authorization import checks, pending
from idp.authorization.request import AddressedRequest, AuthorizationRequest, address
from idp.clients.model import Client
from idp.clients.registration import find_client
from idp.oauth2.errors import OAuth2Error, SentToClient, ServerBusy, SignInOver
from idp.oauth2.parameters import Parameters
from idp.oidc.subject import subject_of
from idp.storage.interactions import Interaction
from idp.storage.polled_requests import find_polled_request
from idp.users.throttle import Throttled
from idp.vocabulary import ErrorCode, Prompt, ResponseMode, ResponseType

HEADERS = [
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("Pragma", "no-cache"),
]

# What is asked beside the person; whatever else may have been sent is ignored.
KEPT = (
    "scope",
    "prompt",
    "max_age",
    "acr_values",
    "claims",
    "nonce",
    "ui_locales",
    "resource",
    "authorization_details",
)

# They are always shown a page, and have an account where they are asked by its name.
PROMPTS = frozenset({Prompt.LOGIN, Prompt.CONSENT, Prompt.SELECT_ACCOUNT})


def check_prompt(request: AddressedRequest, rules: checks.Rules) -> None:
    """What a person can be asked for who is elsewhere (OIDC Core §3.1.2.1)."""
    if not PROMPTS.issuperset((request.parameters.get("prompt") or "").split()):
        text = "The prompt must be of login, consent and select_account."
        raise SentToClient(ErrorCode.INVALID_REQUEST, text)


CHECKS: tuple[checks.Check, ...] = (
    checks.check_length,
    checks.check_scope,
    check_prompt,
    checks.check_max_age,
    checks.check_claims,
    checks.check_essential_acr,
    checks.check_targets,
)


def kept(parameters: Parameters) -> Parameters:
    """Take what a request asks; it is then one for something that is fetched, as a code is."""
    return Parameters(_kept(parameters))


def validate(parameters: Parameters, client: Client, rules: checks.Rules) -> AuthorizationRequest:
    """Run the checks; raise the SentToClient of the first that fails."""
    addressed = AddressedRequest(
        parameters=parameters,
        client=client,
        redirect_uri=rules.config.issuer + paths.DEVICE,  # to a page that says what was decided
        redirect_uri_sent=False,
        response_mode=ResponseMode.QUERY,
    )
    return checks.validate(addressed, rules, CHECKS)


def as_json(refusal: SentToClient) -> OAuth2Error:
    """Tell a refusal to a client that has asked by itself (RFC 6749 §5.2)."""
    error = OAuth2Error(description=refusal.description)
    error.error = refusal.error
    return error


def too_often(throttled: Throttled) -> ServerBusy:
    """Tell a client to wait before it asks again."""
    return ServerBusy(429, "Asked too often. Wait as Retry-After says.", throttled.retry_after)


def request_of(interaction: Interaction, rules: checks.Rules) -> AuthorizationRequest:
    """Make a request of what was stored when it began to wait.

    Raises SignInOver if it is good no more.
    """
    try:
        if interaction.polled_digest is not None:
            return _polled_request(interaction.polled_digest, rules)
        return checks.validate(address(pending.parameters_of(interaction)), rules)
    except SentToClient as refusal:
        raise SignInOver("the client was changed meanwhile") from refusal


def _polled_request(polled_digest: bytes, rules: checks.Rules) -> AuthorizationRequest:
    polled = find_polled_request(polled_digest)
    client = find_client(polled.client_id) if polled else None
    if polled is None or client is None or client.is_disabled:
        raise SignInOver("this sign-in has expired or is finished")
    if polled.has_expired and not polled.is_decided:
        raise SignInOver("this sign-in has expired or is finished")
    parameters = Parameters((name, value) for name, value in polled.parameters)
    request = replace(validate(parameters, client, rules), polled=polled)
    if polled.user_code is not None or polled.user_id is None:
        return request
    return replace(request, hinted_subject=subject_of(client, polled.user_id))


def _kept(parameters: Parameters) -> Iterator[tuple[str, str]]:
    yield "response_type", ResponseType.CODE
    yield from (pair for pair in parameters.pairs if pair[0] in KEPT)
