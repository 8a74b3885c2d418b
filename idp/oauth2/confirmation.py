"""What the bearer of a token must prove to hold: its `cnf` (RFC 7800 §3.1)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from idp.clients.model import Client
from idp.oauth2.request import ProtocolRequest
from idp.vocabulary import TokenType

JKT = "jkt"
X5T_S256 = "x5t#S256"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The key of a DPoP proof (RFC 9449 §6.1), a certificate (RFC 8705 §3.1), or both.

    Each is a SHA-256 in base64url. A token that needs no proof has no confirmation at all.
    """

    jkt: str | None = None
    x5t_s256: str | None = None

    @property
    def claims(self) -> dict[str, str]:
        """The members of `cnf`."""
        members = {JKT: self.jkt, X5T_S256: self.x5t_s256}
        return {name: value for name, value in members.items() if value is not None}

    @property
    def token_type(self) -> TokenType:
        """How a token is sent that is bound to it (RFC 9449 §5)."""
        return TokenType.BEARER if self.jkt is None else TokenType.DPOP

    def covers(self, needed: "Confirmation") -> bool:
        """Tell whether what was proven is all that a token needs."""
        return needed.claims.items() <= self.claims.items()


SenderConstraint = Callable[[ProtocolRequest, Client], Confirmation | None]


def all_of(proven: Iterable[Confirmation | None]) -> Confirmation | None:
    """Put together what was proven in one request."""
    together = Confirmation()
    for each in proven:
        if each is not None:
            together = replace(
                together, jkt=each.jkt or together.jkt, x5t_s256=each.x5t_s256 or together.x5t_s256
            )
    return together if together.claims else None


def read(claims: Mapping[str, str] | None) -> Confirmation | None:
    """Read a `cnf` that this server has written."""
    if claims is None:
        return None
    return Confirmation(jkt=claims.get(JKT), x5t_s256=claims.get(X5T_S256))


def token_type_of(confirmation: Confirmation | None) -> TokenType:
    """Say how a token is sent (RFC 6749 §7.1)."""
    return TokenType.BEARER if confirmation is None else confirmation.token_type
