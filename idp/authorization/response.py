"""Authorization responses, as values: the web layer turns them into redirects or forms.

Every one carries `state` as it came and `iss` (RFC 9207 §2), errors included.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from idp.authorization.request import AddressedRequest, AuthorizationRequest
from idp.clients.model import Client
from idp.oauth2.encryption import Encryption
from idp.oauth2.errors import SentToClient
from idp.oidc.session_management import session_state
from idp.secret import Secret
from idp.vocabulary import ResponseMode


@dataclass(frozen=True, slots=True)
class AuthorizationResponse:
    """Parameters for a client, where to send them, and how.

    A mode with a JWT is what they will travel in once `jarm.secure` has made it, by `encryption`
    if the client is registered for that.
    """

    client: Client
    redirect_uri: str
    response_mode: ResponseMode
    parameters: tuple[tuple[str, str], ...]
    encryption: Encryption | None = None

    @property
    def is_error(self) -> bool:
        """Whether it says why the client gets nothing."""
        return any(name == "error" for name, _ in self.parameters)

    @property
    def location(self) -> str:
        """Where to redirect to, unless the mode is form_post; a registered query is kept."""
        encoded = urlencode(self.parameters, quote_via=quote)
        if self.response_mode is ResponseMode.FRAGMENT:
            return f"{self.redirect_uri}#{encoded}"
        separator = "&" if "?" in self.redirect_uri else "?"
        return f"{self.redirect_uri}{separator}{encoded}"


Addressed = AddressedRequest | AuthorizationRequest


def success(
    request: Addressed,
    answer: Mapping[str, str],
    issuer: str,
    *,
    encryption: Encryption | None = None,
) -> AuthorizationResponse:
    """Give the client what it asked for (RFC 6749 §4.1.2, OIDC Core §3.2.2.5, §3.3.2.5)."""
    return _respond(request, issuer, *answer.items(), encryption=encryption)


def error(
    request: Addressed,
    refusal: SentToClient,
    issuer: str,
    *,
    encryption: Encryption | None = None,
) -> AuthorizationResponse:
    """Tell the client why not (RFC 6749 §4.1.2.1)."""
    return _respond(
        request,
        issuer,
        ("error", refusal.error),
        ("error_description", refusal.description),
        encryption=encryption,
    )


def add_session_state(
    answer: AuthorizationResponse, sessions: Iterable[Secret]
) -> AuthorizationResponse:
    """Tell the client in which state the browser is (OIDC Session Management §2)."""
    state = session_state(answer.client.client_id, answer.redirect_uri, sessions)
    if state is None:
        return answer
    return replace(answer, parameters=(*answer.parameters, ("session_state", state)))


def _respond(
    request: Addressed,
    issuer: str,
    *parameters: tuple[str, str],
    encryption: Encryption | None,
) -> AuthorizationResponse:
    state = [("state", request.state)] if request.state is not None else []
    return AuthorizationResponse(
        client=request.client,
        redirect_uri=request.redirect_uri,
        response_mode=request.response_mode,
        parameters=(*parameters, *state, ("iss", issuer)),
        encryption=encryption,
    )
