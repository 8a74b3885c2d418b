"""The settings of [server]: where it listens, and whom it believes (RFC 7239)."""

from typing import Annotated, Literal

from pydantic import Field

from idp.config.section import Section
from idp.config.values import Count, Networks, Positive


class ServerConfig(Section):
    """Where the server listens, and whom it believes."""

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    """The address to listen on; "0.0.0.0" is every IPv4 address of the machine."""

    port: Annotated[Count, Field(ge=1, le=65535)] = 8000
    """The TCP port to listen on."""

    workers: Positive = 1
    """How many processes answer requests."""

    trusted_proxies: Networks = ()
    """Addresses and networks of the proxies that are believed when they say whom they ask for."""

    forwarded_header: Literal["X-Forwarded-For", "Forwarded"] = "X-Forwarded-For"
    """The header in which they say so; what a client put into another one is never read."""

    max_body_bytes: Positive = 65536
    """The longest request body that is read, in bytes."""

    dev: bool = False
    """Serve a demo user, a demo client and the playground; `idp serve --dev` sets it."""
