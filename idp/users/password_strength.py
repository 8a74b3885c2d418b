"""Whether a new password is good enough: length and guesses, never rules of composition.

NIST SP 800-63B-4 §3.1.1.2 asks for a minimum length and a list of common passwords, and forbids
to demand digits or symbols.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from unicodedata import normalize

from idp.config import PasswordsConfig
from idp.users.guesses import estimate
from idp.users.passwords import UNUSABLE_CHARACTERS
from idp.words import N_

# Shorter words are in too many good passwords by chance.
SHORTEST_WORD = 3


class Weakness(StrEnum):
    """What is wrong with a password, as a sentence for the person who chose it."""

    TOO_SHORT = N_("This password is too short.")
    TOO_LONG = N_("This password is too long.")
    UNUSABLE = N_("This password has a character that cannot be used.")
    TOO_COMMON = N_("This password is too common. Many people use it, so it is tried first.")
    CONTAINS_NAME = N_("This password is little more than a name of yours, or of this service.")
    TOO_GUESSABLE = N_(
        "This password is too easy to guess. Add a word or two that only you think of."
    )


def check_strength(
    password: str, *, config: PasswordsConfig, context: Iterable[str]
) -> list[Weakness]:
    """List what is wrong with a new password; `context` is what is known of the person."""
    if len(password) > config.max_length:
        return [Weakness.TOO_LONG]
    if UNUSABLE_CHARACTERS.search(password):
        return [Weakness.UNUSABLE]
    return list(_weaknesses(password, config, context))


def _weaknesses(
    password: str, config: PasswordsConfig, context: Iterable[str]
) -> Iterator[Weakness]:
    if len(password) < config.min_length:
        yield Weakness.TOO_SHORT
    # Capitals are the first thing that guessers try, so they do not count.
    folded = normalize("NFKC", password).casefold()
    words = _words(context)
    guess = estimate(folded, words)
    if guess.is_common:
        yield Weakness.TOO_COMMON
    elif len(_without(words, folded)) < min(config.min_length, len(folded)):
        yield Weakness.CONTAINS_NAME
    elif guess.score < config.min_score:
        yield Weakness.TOO_GUESSABLE


def _words(context: Iterable[str]) -> list[str]:
    """Split what is known into words, the longest first."""
    text = normalize("NFKC", " ".join(context)).casefold()
    words = {word for word in re.split(r"[\W_]+", text) if len(word) >= SHORTEST_WORD}
    return sorted(words, key=lambda word: (-len(word), word))


def _without(words: Iterable[str], password: str) -> str:
    for word in words:
        password = password.replace(word, "")
    return password
