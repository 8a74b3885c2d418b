"""The stages of an authorization request; a later one cannot hold a bad value."""

from dataclasses import dataclass

from idp.authorization.targets import NO_TARGETS, Targets
from idp.clients.model import Client
from idp.clients.registration import find_client
from idp.oauth2 import scope as scopes
from idp.oauth2.authorization_details import AUTHORIZATION_DETAILS
from idp.oauth2.errors import ShownToUser
from idp.oauth2.parameters import Parameters
from idp.oidc.acr import NO_WISH, WantedAcr
from idp.oidc.claims import names_in
from idp.oidc.claims_request import NO_CLAIMS, ClaimsRequest
from idp.storage.polled_requests import PolledRequest
from idp.vocabulary import Prompt, ResponseMode, ResponseType

NOT_REGISTERED = "redirect_uri is not registered for this client"
NOT_IN_DOCUMENT = (
    "redirect_uri is not in the document at client_id, or is neither at its host nor on the device"
)
TOKENS = frozenset({"token", "id_token"})  # the words of a response_type that mean tokens


@dataclass(frozen=True, slots=True)
class AddressedRequest:
    """A request whose client and redirect_uri are known to belong together.

    An error may be sent there from now on. `redirect_uri_sent` tells whether the request named
    it, which the token request then has to repeat (RFC 6749 §4.1.3).
    """

    parameters: Parameters
    client: Client
    redirect_uri: str
    redirect_uri_sent: bool
    response_mode: ResponseMode

    @property
    def response_type(self) -> ResponseType | None:
        """What is asked for, if this is anything that there is."""
        return _response_type(self.parameters)

    @property
    def needs_code(self) -> bool:
        """Whether a code is asked for."""
        return self.response_type is not None and self.response_type.needs_code

    @property
    def asks_in_detail(self) -> bool:
        """Whether there are authorization details, which may be all that is asked for."""
        return self.parameters.get(AUTHORIZATION_DETAILS) is not None

    @property
    def scope(self) -> frozenset[str]:
        """What of the scope this client may have; raises MalformedScopeError.

        Without the parameter that is all for which it is registered, except what must be asked for
        by name; who asks for something in detail alone, gets nothing else (RFC 9396 §3).
        """
        text = self.parameters.get("scope")
        if text is None and self.asks_in_detail:
            return frozenset()
        if text is None:
            return self.client.scope - {scopes.OPENID, scopes.OFFLINE_ACCESS}
        scope = scopes.allowed(self.client, scopes.parse(text))
        # Only a code gives a refresh token; without one the wish is ignored (OIDC Core §11).
        return scope if self.needs_code else scope - {scopes.OFFLINE_ACCESS}

    @property
    def state(self) -> str | None:
        """What to give back as it came, an empty one included."""
        return self.parameters.verbatim("state")


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request in which every parameter is valid.

    `polled` is there if the client polls for the answer, from another device.
    """

    client: Client
    redirect_uri: str
    redirect_uri_sent: bool
    response_type: ResponseType
    response_mode: ResponseMode
    state: str | None
    scope: frozenset[str]
    prompt: frozenset[Prompt]
    max_age: int | None
    nonce: str | None
    code_challenge: str | None
    login_hint: str | None
    hinted_subject: str | None
    claims: ClaimsRequest = NO_CLAIMS
    acr: WantedAcr = NO_WISH
    dpop_jkt: str | None = None
    targets: Targets = NO_TARGETS
    polled: PolledRequest | None = None

    @property
    def single_claims(self) -> frozenset[str]:
        """The claims about the user that are asked for beyond the scope."""
        known = names_in(self.client.scope) - names_in(self.scope)
        return known & self.claims.names


def address(parameters: Parameters) -> AddressedRequest:
    """Find the client and where it may be answered.

    Raises ShownToUser if either is unknown: a redirect would make this server a stepping stone
    to anywhere (RFC 9700 §4.11), whatever else may be wrong with the request.
    """
    return address_of(find_trusted_client(parameters), parameters)


def address_of(client: Client, parameters: Parameters) -> AddressedRequest:
    """Find where this client may be answered; raise ShownToUser if that is unknown."""
    redirect_uri = parameters.get("redirect_uri")
    return AddressedRequest(
        parameters=parameters,
        client=client,
        redirect_uri=_trusted(client, redirect_uri, parameters),
        redirect_uri_sent=redirect_uri is not None,
        response_mode=_response_mode(parameters, client),
    )


def find_trusted_client(parameters: Parameters) -> Client:
    """Find the client of a request; raise ShownToUser if there is none that may ask."""
    if parameters.repeated & {"client_id", "redirect_uri"}:
        raise ShownToUser("client_id or redirect_uri is repeated")
    client_id = parameters.get("client_id")
    if client_id is None:
        raise ShownToUser("client_id is missing")
    client = find_client(client_id)
    if client is None or client.is_disabled:
        raise ShownToUser("client_id is not registered here")
    return client


def _trusted(client: Client, redirect_uri: str | None, parameters: Parameters) -> str:
    if redirect_uri is not None:
        if not client.check_redirect_uri(redirect_uri):
            raise ShownToUser(NOT_IN_DOCUMENT if client.has_document else NOT_REGISTERED)
        return redirect_uri
    default = client.get_default_redirect_uri()
    if default is None or client.fapi_profile:  # FAPI 2.0 Security Profile §5.3.2.2
        raise ShownToUser("redirect_uri is missing")
    if scopes.OPENID in (parameters.get("scope") or "").split(" "):
        raise ShownToUser("redirect_uri is missing; OpenID Connect requires it")
    return default


def _response_mode(parameters: Parameters, client: Client) -> ResponseMode:
    """Answer in the mode asked for; an error about one that cannot be goes by the default one.

    Tokens go into a query only if nobody else can read them (JARM §2.3.1).
    """
    default = _default_mode(parameters)
    try:
        mode = ResponseMode(parameters.get("response_mode") or default)
    except ValueError:
        return default
    match mode:
        case ResponseMode.QUERY:
            return default
        case ResponseMode.QUERY_JWT if client.authorization_encrypted_response_alg is None:
            return default.in_jwt
        case ResponseMode.JWT:
            return default.in_jwt
    return mode


def _default_mode(parameters: Parameters) -> ResponseMode:
    """Tokens travel in the fragment (Multiple Response Types §3, §5).

    Who asks for a combination that is not on offer looks there, too (RFC 6749 §4.2.2.1).
    """
    words = (parameters.get("response_type") or "").split(" ")
    by_browser = not TOKENS.isdisjoint(words)
    return ResponseMode.FRAGMENT if by_browser else ResponseMode.QUERY


def _response_type(parameters: Parameters) -> ResponseType | None:
    try:
        return ResponseType(parameters.get("response_type") or "")
    except ValueError:
        return None
