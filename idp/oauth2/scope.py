"""Scope: which words a client may ask for, and which it gets (RFC 6749 §3.3)."""

import re

from idp.clients.model import Client

TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")

OPENID = "openid"
OFFLINE_ACCESS = "offline_access"
MAX_LENGTH = 2000


class MalformedScopeError(Exception):
    """Not a scope by the grammar of RFC 6749 §3.3."""


def parse(text: str) -> frozenset[str]:
    """Read a scope parameter.

    Raises MalformedScopeError if it is too long, has no words, or other characters than allowed.
    """
    words = frozenset(word for word in text.split(" ") if word)
    if len(text) > MAX_LENGTH or not words or not all(map(TOKEN.fullmatch, words)):
        raise MalformedScopeError
    return words


def write(scope: frozenset[str]) -> str:
    """Write a scope, in a fixed order."""
    return " ".join(sorted(scope))


def allowed(client: Client, requested: frozenset[str]) -> frozenset[str]:
    """Keep what the client is registered for; the rest is ignored (OIDC Core §3.1.2.1)."""
    return requested & client.scope
