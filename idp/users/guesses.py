"""How soon a password would be guessed, as zxcvbn estimates it."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

if sys.version_info >= (3, 15):
    from zxcvbn import zxcvbn

    # The time it takes grows with the square of the length, and faster; this is 65 ms at worst.
    READ_CHARACTERS = 16
else:
    from zxcvbn_rs_py import zxcvbn

    READ_CHARACTERS = 32

COMMON = frozenset(
    {
        "This is a top-10 common password.",
        "This is a top-100 common password.",
        "This is a very common password.",
    }
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score from 0 (at once) to 4 (never), and whether it is on the list of common passwords."""

    score: int
    is_common: bool


def estimate(password: str, known_words: Sequence[str]) -> Estimate:
    """Estimate how hard the beginning of a password is to guess for who knows those words."""
    beginning = password[:READ_CHARACTERS]
    result = zxcvbn(beginning, list(known_words))
    if sys.version_info >= (3, 15):
        score, warning = result["score"], result["feedback"]["warning"]
    else:
        score, warning = result.score, result.feedback and result.feedback.warning
    is_whole = len(password) == len(beginning)
    return Estimate(int(score), is_common=is_whole and str(warning) in COMMON)
