"""Whose JWTs are believed when they speak of people (RFC 7521 §3, RFC 7523 §3, RFC 8693 §3)."""

from typing import Annotated, Literal

from pydantic import AfterValidator

from idp.config.section import Section
from idp.config.values import OptionalLine, check_line, check_software_statements


def check_jwks(place: str) -> str:
    """Accept a file, or a URL whose answer nobody on the way can change."""
    check_software_statements({"iss": place})
    return place


class TrustedIssuer(Section):
    """An issuer of JWTs, and which person one of them speaks of."""

    jwks: Annotated[str, AfterValidator(check_jwks)]
    """Where the JWK Set of the issuer is: a file, or an https URL."""

    user_by: Literal["sub", "username", "email"]
    """Which person is meant: whose `sub`, whose user name, or whose verified email address."""

    audience: OptionalLine = ""
    """What its JWTs must have in `aud`, and nothing else; empty means the issuer of this server."""


def check_trusted_issuers(issuers: dict[str, TrustedIssuer]) -> dict[str, TrustedIssuer]:
    """Accept issuers that an `iss` can name."""
    for issuer in issuers:
        check_line(issuer)
    return issuers


TrustedIssuers = Annotated[dict[str, TrustedIssuer], AfterValidator(check_trusted_issuers)]
