"""Who acts for whom: `act` and `may_act` (RFC 8693 §4.1, §4.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MEMBERS = frozenset({"iss", "sub", "client_id"})


@dataclass(frozen=True, slots=True)
class Actor:
    """A party that acts; `client_id` is there if it acts through a client, or is one."""

    issuer: str
    subject: str
    client_id: str | None = None

    def claims(self, own_issuer: str, before: dict[str, Any] | None) -> dict[str, Any]:
        """Write it as `act`; whoever acted before stands inside (RFC 8693 §4.1)."""
        foreign = {} if self.issuer == own_issuer else {"iss": self.issuer}
        chain = {} if before is None else {"act": before}
        return {"sub": self.subject} | foreign | chain

    def is_allowed_by(self, may_act: object, said_by: str) -> bool:
        """Tell whether a token lets this party act for its subject.

        A `sub` without an `iss` is one of the issuer that says so; a member that we do not know
        might be a condition.
        """
        if not isinstance(may_act, Mapping) or "sub" not in may_act or not set(may_act) <= MEMBERS:
            return False
        own = {"iss": self.issuer, "sub": self.subject, "client_id": self.client_id}
        wanted = {"iss": said_by} | dict(may_act)
        return all(own[name] == value for name, value in wanted.items())
