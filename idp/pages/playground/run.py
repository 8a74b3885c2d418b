"""One walk through the playground: what was sent, what came back, what may come next."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from idp.oauth2 import pkce
from idp.pages.playground.wire import Exchange

CLIENT_ID = "playground"

JSON = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """What a client keeps between its requests; every step makes a new one."""

    metadata: JSON
    redirect_uri: str
    chosen: Mapping[str, str]
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    code_verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    exchanges: tuple[Exchange, ...] = ()
    title: str = "On the way"
    error: str | None = None
    code: str | None = None
    tokens: Mapping[str, str] = field(default_factory=dict)
    jwks: JSON | None = None
    logout_state: str | None = None

    @property
    def code_challenge(self) -> str:
        """The S256 challenge of the verifier (RFC 7636 §4.2)."""
        return pkce.challenge_of(self.code_verifier)

    def with_exchange(self, *exchanges: Exchange) -> "Run":
        """Note what went over the wire."""
        return replace(self, exchanges=(*self.exchanges, *exchanges))
