"""Authentication context class references: how well a person was authenticated (OIDC Core §2)."""

from collections.abc import Collection

# The words of SAML, which acr values were made to be shared with (RFC 6711 §1).
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"

# The weakest first; each with the methods that it needs, as `amr` names them (RFC 8176 §2).
LEVELS: tuple[tuple[str, frozenset[str]], ...] = ((PASSWORD, frozenset({"pwd"})),)


def acr_of(amr: Collection[str]) -> str | None:
    """Give the strongest class that was reached by these methods; None if it is none of ours."""
    reached = [acr for acr, methods in LEVELS if methods.issubset(amr)]
    return reached[-1] if reached else None


def acr_values_supported() -> list[str]:
    """List the classes that can be reached, for the metadata."""
    return [acr for acr, _ in LEVELS]
