"""The settings of [server]: where it listens, and whom it believes (RFC 7239, RFC 9440)."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from idp.config.section import Section
from idp.config.values import Count, FieldName, Networks, Origin, Positive
from idp.vocabulary import CERTIFICATE_METHODS, TokenEndpointAuthMethod


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

    client_certificate_header: FieldName = ""
    """The header in which they hand on the certificate of a client (RFC 9440); empty means none."""

    client_certificates_verified: bool = False
    """Whether they let in only certificates of authorities that the operator chose for clients."""

    mtls_url: Origin = ""
    """Where clients that have a certificate connect (RFC 8705 §5); empty means the issuer."""

    max_body_bytes: Positive = 65536
    """The longest request body that is read, in bytes."""

    dev: bool = False
    """Serve a demo user, a demo client and the playground; `idp serve --dev` sets it."""

    @property
    def auth_methods(self) -> tuple[TokenEndpointAuthMethod, ...]:
        """By which methods clients may authenticate; those of mutual TLS need a proxy for it."""
        by_certificate: tuple[TokenEndpointAuthMethod, ...] = ()
        if self.client_certificate_header:
            is_verified = self.client_certificates_verified
            by_certificate = CERTIFICATE_METHODS if is_verified else CERTIFICATE_METHODS[1:]
        usual = (each for each in TokenEndpointAuthMethod if each not in CERTIFICATE_METHODS)
        return (*usual, *by_certificate)

    @field_validator("client_certificate_header")
    @classmethod
    def _come_from_a_proxy(cls, value: str, info: ValidationInfo) -> str:
        if value and not info.data.get("trusted_proxies"):
            raise ValueError("must go with server.trusted_proxies, which alone may send it")
        return value

    @field_validator("client_certificates_verified", "mtls_url")
    @classmethod
    def _go_with_a_header(cls, value: object, info: ValidationInfo) -> object:
        if value and not info.data.get("client_certificate_header"):
            raise ValueError("must go with server.client_certificate_header")
        return value
