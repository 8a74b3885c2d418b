"""Scope: its grammar, and what a client may have."""

import pytest

from idp.oauth2 import scope as scopes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("openid", {"openid"}),
        ("openid email openid", {"openid", "email"}),
        (" openid  email ", {"openid", "email"}),
        ("https://api.example/notes:read", {"https://api.example/notes:read"}),
        ("!#$[]^~", {"!#$[]^~"}),
    ],
)
def test_scope_is_read_as_words_without_order(text: str, words: set[str]) -> None:
    """Words between spaces, each once."""
    assert scopes.parse(text) == words


@pytest.mark.parametrize(
    "text",
    ["", " ", 'op"enid', "op\\enid", "openid\nemail", "openid\temail", "é", "a\x7f", "a " * 1001],
)
def test_malformed_scope_is_refused(text: str) -> None:
    """No words, characters that RFC 6749 §3.3 forbids, and endless lists are refused."""
    with pytest.raises(scopes.MalformedScopeError):
        scopes.parse(text)


def test_scope_is_written_in_a_fixed_order() -> None:
    """The same scope always looks the same."""
    assert scopes.write(frozenset({"openid", "email", "notes.read"})) == "email notes.read openid"
