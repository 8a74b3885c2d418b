"""Proof Key for Code Exchange: challenges and verifiers."""

import pytest

from idp.oauth2 import pkce

# RFC 7636 Appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_verifier_of_the_standard_matches_its_challenge() -> None:
    """The example of RFC 7636 Appendix B holds."""
    assert pkce.challenge_of(VERIFIER) == CHALLENGE
    assert pkce.verifies(VERIFIER, CHALLENGE)


@pytest.mark.parametrize(
    "verifier",
    [
        "",
        VERIFIER[:-1],
        VERIFIER + "a",
        VERIFIER + "\n",
        VERIFIER.lower(),
        CHALLENGE,
        "a" * 42,
        "a" * 129,
        "é" * 43,
        VERIFIER[:-1] + "+",
    ],
)
def test_other_verifier_does_not_match(verifier: str) -> None:
    """A verifier that differs in anything, or is none by its grammar, is refused."""
    assert not pkce.verifies(verifier, CHALLENGE)


@pytest.mark.parametrize("verifier", ["a" * 43, "Z9-._~" * 8, "a" * 128])
def test_verifiers_by_the_grammar(verifier: str) -> None:
    """43 to 128 unreserved characters make a verifier (RFC 7636 §4.1)."""
    assert pkce.verifies(verifier, pkce.challenge_of(verifier))


@pytest.mark.parametrize(
    ("challenge", "is_one"),
    [
        (CHALLENGE, True),
        (CHALLENGE[:-1], False),
        (CHALLENGE + "=", False),
        (CHALLENGE + "\n", False),
        (CHALLENGE[:-1] + "+", False),
        (CHALLENGE[:-1] + "~", False),  # a plain verifier may have it
        ("", False),
    ],
)
def test_challenges_by_the_grammar(challenge: str, is_one: bool) -> None:
    """Only the base64url of 32 bytes can be a challenge (RFC 7636 §4.2)."""
    assert pkce.is_challenge(challenge) is is_one
