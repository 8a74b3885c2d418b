"""The settings of the protocol: how long codes and tokens live, and what clients may ask for."""

from typing import Annotated, Literal

from pydantic import Field

from idp.config.section import Section
from idp.config.values import Count, Seconds
from idp.vocabulary import GrantType, ResponseType


class TokensConfig(Section):
    """How long codes and tokens live, and for whom they are."""

    access_token_lifetime: Seconds = 600
    """The lifetime of an access token, in seconds."""

    id_token_lifetime: Seconds = 3600
    """The lifetime of an ID token, in seconds."""

    authorization_code_lifetime: Annotated[Count, Field(ge=1, le=600)] = 60
    """The lifetime of an authorization code, in seconds; at most 600 (RFC 6749 §4.1.2)."""

    refresh_token_idle_lifetime: Seconds = 2_592_000
    """The end of a refresh token that is not used, in seconds."""

    refresh_token_lifetime: Seconds = 15_552_000
    """The end of a grant's refresh tokens, however often they are used, in seconds."""

    refresh_retry_window: Annotated[Count, Field(ge=0, le=60)] = 10
    """How long a rotated refresh token may be sent again by a client that lost the answer."""

    device_code_lifetime: Annotated[Count, Field(ge=60, le=1800)] = 600
    """How long a person may take to connect a device, in seconds (RFC 8628 §3.2)."""

    auth_req_id_lifetime: Annotated[Count, Field(ge=10, le=1800)] = 300
    """How long a person may take to answer a client that asks them elsewhere, in seconds (CIBA)."""

    polling_interval: Annotated[Count, Field(ge=1, le=60)] = 5
    """How long a client waits between two questions whether its person has decided, in seconds."""

    audience: str = ""
    """The `aud` of access tokens when the client names no resource; empty means the issuer."""


class ProtocolConfig(Section):
    """What is asked of clients beyond the standards."""

    require_pkce: Literal["unless-nonce", "always", "public-clients"] = "unless-nonce"
    """Who must use PKCE (RFC 7636): everyone, everyone without a nonce, or public clients."""

    implicit: bool = False
    """Let clients that are registered for it get tokens by way of the browser (OIDC Core §3.2)."""

    interaction_lifetime: Seconds = 1800
    """How long a person may take between the first page of a sign-in and its last, in seconds."""

    session_management: bool = False
    """Let clients watch in a frame whether somebody is signed in (OIDC Session Management)."""

    pushed_request_lifetime: Annotated[Count, Field(ge=5, le=599)] = 60
    """How long a browser may take to bring the name of a pushed request, in seconds (RFC 9126)."""

    require_pushed_authorization_requests: bool = False
    """Take authorization requests only from clients that push them (RFC 9126 §5)."""

    dpop_nonce: bool = False
    """Ask each DPoP proof for a nonce of this server: none can be made beforehand (RFC 9449 §8)."""

    @property
    def response_types(self) -> tuple[ResponseType, ...]:
        """What clients may ask the authorization endpoint for."""
        return tuple(ResponseType) if self.implicit else (ResponseType.CODE,)

    @property
    def grant_types(self) -> tuple[GrantType, ...]:
        """What clients may be registered for."""
        return tuple(each for each in GrantType if self.implicit or each != GrantType.IMPLICIT)
