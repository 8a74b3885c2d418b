"""A request as Authlib's engine reads it: to its end, with parameters from one place only."""

from collections import defaultdict
from functools import cached_property
from typing import Any, Protocol

from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc6749.requests import OAuth2Payload, OAuth2Request

from idp.clients.model import Client
from idp.oauth2.client_certificate import ClientCertificate
from idp.oauth2.parameters import Parameters


class Payload(OAuth2Payload):
    """Parameters in the two shapes that Authlib asks for."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters

    @cached_property
    def data(self) -> dict[str, str]:
        """Each parameter that has a value."""
        return {name: value for name, value in self.parameters.pairs if value}

    @cached_property
    def datalist(self) -> defaultdict[str, list[str]]:
        """All values of each parameter."""
        values: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in self.parameters.pairs:
            values[name].append(value)
        return values


class HeaderFields(Protocol):
    """The header fields of a request, by name in any case; the first line counts, or every one."""

    def get(self, name: str, default: Any = None) -> Any:
        """Give the value of the first line, or the default."""

    def every(self, name: str) -> list[str]:
        """Give the values of all lines."""

    def __getitem__(self, name: str) -> str: ...

    def __contains__(self, name: object) -> bool: ...


class ProtocolRequest(OAuth2Request):
    """A request to an endpoint of the protocol.

    Its URL is the issuer's, whatever Host header came, which the configuration has checked: so
    Authlib's own constructor is not called, which parses it and refuses plain http off loopback.
    """

    client: Client | None = None
    unverified_client: Client | None = None  # whom client_id names, once it was looked for
    auth_method: str | None = None
    user: Any = None
    authorization_code: Any = None
    refresh_token: Any = None
    credential: Any = None
    _body = None
    _scope = None

    def __init__(
        self,
        method: str,
        url: str,
        headers: HeaderFields,
        parameters: Parameters,
        certificate: ClientCertificate | None = None,
    ) -> None:
        self.method = method
        self.uri = url
        self.headers = headers
        self.parameters = parameters
        self.certificate = certificate
        self.payload = Payload(parameters)

    @property
    def args(self) -> dict[str, str]:
        """Nothing: RFC 6749 §2.3.1 keeps credentials out of the URL."""
        return {}

    @property
    def form(self) -> dict[str, str]:
        """The parameters."""
        return self.payload.data

    def refuse_repeated(self) -> None:
        """Raise invalid_request if a parameter stands there twice (RFC 6749 §3.2)."""
        if self.parameters.repeated:
            raise InvalidRequestError("A parameter is repeated.")

    def require(self, name: str) -> str:
        """Give the value of a parameter; raise invalid_request if it is missing."""
        value = self.parameters.get(name)
        if value is None:
            raise InvalidRequestError(f"The parameter {name} is missing.")
        return value


ProtocolAnswer = tuple[int, dict[str, Any], list[tuple[str, str]]]
