"""How clients come that no operator has registered (RFC 7591), and when they have to go."""

from typing import Literal

from pydantic import Field

from idp.config.section import Section
from idp.config.values import (
    GrantTypes,
    HostPatterns,
    Positive,
    Seconds,
    SoftwareStatementIssuers,
    Words,
)


class ClientRegistrationConfig(Section):
    """How clients register themselves (RFC 7591)."""

    mode: Literal["off", "token", "open"] = "off"
    """Whether they may: not at all, with an initial access token, or everybody."""

    grant_types: GrantTypes = ("authorization_code", "refresh_token")
    """The grant types that such a client may have."""

    scopes: Words = ()
    """The words of [scopes] that such a client may have, besides the standard ones."""

    authorization_details_types: Words = ()
    """The types of [authorization_details_types] that such a client may ask for (RFC 9396)."""

    max_clients: Positive = 1000
    """The most clients that there are of this kind."""

    per_address: Positive = 20
    """Registrations from one address without a token, after which it has to wait."""

    window: Seconds = 3600
    """How long a registration counts, in seconds."""

    unused_lifetime: Seconds = 7_776_000
    """The end of a client that is not used, in seconds."""

    client_id_metadata_documents: bool = False
    """Whether a client may come with an https URL as its client_id, where its metadata is."""

    client_id_hosts: HostPatterns = ()
    """The hosts at which such a URL may be; none named means all."""

    software_statements: SoftwareStatementIssuers = Field(default={})
    """Whose software statements are believed: the issuer, and its JWK Set, a file or a URL."""
