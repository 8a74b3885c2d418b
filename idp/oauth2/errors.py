"""Errors of the protocol, by whom they are told.

    Exception
    ├── ShownToUser           the client or its redirect_uri is not trusted: a page, no redirect
    │   ├── SignInOver        the stored request is finished, too old, or another browser's
    │   └── ClientDocumentRefused  the client_id is a URL without a good document
    ├── SentToClient          an error redirect (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6)
    └── OAuth2Error           JSON (RFC 6749 §5.2); Authlib's, with its subclasses by error code
        ├── ClientAuthenticationFailed     invalid_client
        ├── InvalidDPoPProofError          invalid_dpop_proof (RFC 9449 §5)
        │   └── UseDPoPNonceError          use_dpop_nonce (RFC 9449 §8)
        ├── InvalidTarget                  invalid_target (RFC 8707 §2)
        ├── InvalidAuthorizationDetails    invalid_authorization_details (RFC 9396 §5)
        ├── TokenInTwoPlaces               invalid_request (RFC 6750 §3.1)
        ├── InvalidTokenError              invalid_token (RFC 6750 §3.1)
        │   ├── MissingTokenError          the same, with a bare challenge
        │   └── TokenForOthers             the same, of a token for other resources
        ├── ProofRefused                   any error of a DPoP proof (RFC 9449 §7.1, §9)
        ├── InsufficientScopeError         insufficient_scope (RFC 6750 §3.1)
        │   └── AdminScopeMissing          the same, where the server is administered
        └── ServerBusy                     temporarily_unavailable, with Retry-After

Texts are constant and say what the client's developer should change; RFC 6749 allows them no
quotation mark, no backslash and nothing beyond ASCII. Private facts go in `add_note`.
"""

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.errors import InvalidClientError

from idp.vocabulary import ErrorCode, SigningAlgorithm, TokenType

__all__ = [
    "AdminScopeMissing",
    "ClientAuthenticationFailed",
    "ClientDocumentRefused",
    "InsufficientScopeError",
    "InvalidAuthorizationDetails",
    "InvalidDPoPProofError",
    "InvalidTarget",
    "InvalidTokenError",
    "MissingTokenError",
    "OAuth2Error",
    "ProofRefused",
    "SentToClient",
    "ServerBusy",
    "ShownToUser",
    "SignInOver",
    "TokenForOthers",
    "TokenInTwoPlaces",
    "UseDPoPNonceError",
]

Headers = list[tuple[str, str]]

REALM = 'realm="idp"'
ALGS = f'algs="{" ".join(SigningAlgorithm)}"'


class ShownToUser(Exception):
    """An authorization request that cannot be answered to its client, since that is not trusted."""

    def __init__(self, technical: str) -> None:
        super().__init__(technical)
        self.technical = technical


class SignInOver(ShownToUser):
    """A sign-in that cannot go on in this browser; the person can begin it anew."""


class ClientDocumentRefused(ShownToUser):
    """A client_id that is a URL at which no good metadata document is."""


class SentToClient(Exception):
    """An authorization request that is refused at the client's redirect URI."""

    def __init__(self, error: ErrorCode, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


class ClientAuthenticationFailed(InvalidClientError):
    """The same answer whatever was wrong, so that nobody learns which clients exist."""

    status_code = 401
    description = (
        "Client authentication failed: check client_id, secret or key, and the registered method."
    )

    def __init__(self, note: str, *, basic: bool = False) -> None:
        super().__init__(status_code=401)
        self.basic = basic
        self.add_note(note)

    def get_headers(self) -> Headers:
        """Add the challenge that RFC 6749 §5.2 demands when the client tried HTTP Basic."""
        headers: Headers = OAuth2Error.get_headers(self)
        if self.basic:
            headers.append(("WWW-Authenticate", 'Basic realm="idp"'))
        return headers


class InvalidTarget(OAuth2Error):
    """A resource that there is not, or that the client does not get a token for (RFC 8707 §2)."""

    error = ErrorCode.INVALID_TARGET


class InvalidAuthorizationDetails(OAuth2Error):
    """Authorization details that cannot be granted (RFC 9396 §5)."""

    error = ErrorCode.INVALID_AUTHORIZATION_DETAILS


class ResourceError(OAuth2Error):
    """An error of a protected resource, told in WWW-Authenticate too (RFC 6750 §3, RFC 9449 §7.1).

    `token_type` is how the token was sent, to a resource that takes those of either type, which it
    then says; None where none but bearer tokens are taken.
    """

    tells_error = True

    def __init__(self, token_type: TokenType | None = None, description: str | None = None) -> None:
        super().__init__(description=description)
        self.token_type = token_type

    def get_headers(self) -> Headers:
        """Add the challenge."""
        headers: Headers = super().get_headers()
        headers.append(("WWW-Authenticate", self.challenge))
        return headers

    @property
    def challenge(self) -> str:
        """Say what was wrong, and what kind of token would be right."""
        told = [f'error="{self.error}"', f'error_description="{self.description}"']
        parameters = ", ".join([REALM, *(told if self.tells_error else [])])
        if self.token_type is TokenType.DPOP:
            return f"{TokenType.DPOP} {parameters}, {ALGS}"
        bearer = f"{TokenType.BEARER} {parameters}"
        return f"{bearer}, {TokenType.DPOP} {ALGS}" if self.token_type else bearer


class TokenInTwoPlaces(ResourceError):
    """An access token in the header and another in the body (RFC 6750 §2)."""

    error = ErrorCode.INVALID_REQUEST
    description = "Send the access token in one place, not in two."


class InvalidTokenError(ResourceError):
    """The access token is not good."""

    error = ErrorCode.INVALID_TOKEN
    status_code = 401
    description = "The access token is expired, revoked, malformed or not from here."


class MissingTokenError(InvalidTokenError):
    """There is no access token; who sent none is not told of an error (RFC 6750 §3.1)."""

    description = "Send an access token, in the header Authorization: Bearer."
    tells_error = False


class TokenForOthers(InvalidTokenError):
    """The access token is good, but somewhere else (RFC 9068 §4)."""

    description = "The access token is for other resources: name the issuer as a resource, too."


class InsufficientScopeError(ResourceError):
    """The access token does not cover what was asked."""

    error = ErrorCode.INSUFFICIENT_SCOPE
    status_code = 403
    description = "The access token needs the scope openid."


class AdminScopeMissing(InsufficientScopeError):
    """The access token is not one of a client that administers this server."""

    description = "The access token needs the scope idp.admin, got by client_credentials."


class InvalidDPoPProofError(OAuth2Error):
    """A DPoP proof that does not hold, for a reason that its client can mend."""

    error = ErrorCode.INVALID_DPOP_PROOF

    def __init__(self, description: str) -> None:
        super().__init__(description=description)


class UseDPoPNonceError(InvalidDPoPProofError):
    """A DPoP proof without a fresh nonce, which comes with the answer."""

    error = ErrorCode.USE_DPOP_NONCE


class ProofRefused(ResourceError):
    """The same at a protected resource, where it is told in a challenge."""

    status_code = 401

    def __init__(self, refusal: InvalidDPoPProofError) -> None:
        super().__init__(TokenType.DPOP, refusal.description)
        self.error = refusal.error


class ServerBusy(OAuth2Error):
    """Too many attempts or too much to do; a later try is welcome."""

    error = ErrorCode.TEMPORARILY_UNAVAILABLE

    def __init__(self, status_code: int, description: str, retry_after: int) -> None:
        super().__init__(description=description, status_code=status_code)
        self.retry_after = retry_after

    def get_headers(self) -> Headers:
        """Say when to come back, in seconds."""
        headers: Headers = super().get_headers()
        headers.append(("Retry-After", str(self.retry_after)))
        return headers
