"""What makes a password good enough."""

import time

import pytest

from idp.config import PasswordsConfig
from idp.users.password_strength import Weakness, check_strength

PERSON = ["lovelace", "ada@mail.example.com", "Ada Lovelace", "login.example.org", "Engine"]
CONFIG = PasswordsConfig()


@pytest.mark.parametrize(
    "password",
    [
        "copper lantern under moss",
        "drömmar om blåbärspaj",
        "ада любила числа и дождь",
        "7rK-vQ2mzX9w",
        "x1 lovelace walks seven dogs",
        "unbelievably long " * 14,
    ],
)
def test_a_good_password_has_no_weakness(password: str) -> None:
    """Length is enough: no digits, capitals or symbols are asked for."""
    weaknesses = check_strength(password, config=CONFIG, context=PERSON)

    assert weaknesses == []


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("", Weakness.TOO_SHORT),
        ("7rK-vQ2", Weakness.TOO_SHORT),
        ("x" * 257, Weakness.TOO_LONG),
        ("copper lantern\0under moss", Weakness.UNUSABLE),
        ("copper lantern \ud800", Weakness.UNUSABLE),
        ("password", Weakness.TOO_COMMON),
        ("PassWord", Weakness.TOO_COMMON),
        ("\uff50assword", Weakness.TOO_COMMON),
        ("qwertyuiop", Weakness.TOO_COMMON),
        ("AdaLovelace", Weakness.CONTAINS_NAME),
        ("lovelace1815", Weakness.CONTAINS_NAME),
        ("login.example", Weakness.CONTAINS_NAME),
        ("engine2026", Weakness.CONTAINS_NAME),
        ("aaaaaaaaaaaaaa", Weakness.TOO_GUESSABLE),
        ("abcdefghijkl", Weakness.TOO_GUESSABLE),
        ("sunshine123!", Weakness.TOO_GUESSABLE),
        ("31.12.1999", Weakness.TOO_GUESSABLE),
    ],
)
def test_a_weak_password_is_named_weak(password: str, weakness: Weakness) -> None:
    """The first weakness is the one to tell the person about."""
    weaknesses = check_strength(password, config=CONFIG, context=PERSON)

    assert weaknesses[0] == weakness


def test_common_passwords_are_refused_whatever_the_score() -> None:
    """An operator may ask for no score, but not for passwords that everybody tries first."""
    config = PasswordsConfig(min_score=0)

    assert check_strength("password1", config=config, context=[]) == [Weakness.TOO_COMMON]
    assert check_strength("aaaaaaaaaaaaaa", config=config, context=[]) == []


def test_the_person_may_be_unknown() -> None:
    """Without a context nothing is a name."""
    assert check_strength("quiet lovelace harbour", config=CONFIG, context=[]) == []


@pytest.mark.parametrize("password", ["4@8({[3691!|1705$+7%2" * 12, "aA1!" * 64])
def test_no_password_takes_long_to_judge(password: str) -> None:
    """Substitutions multiply the guesses to be tried; only the beginning is looked at."""
    started = time.process_time()

    check_strength(password, config=CONFIG, context=["\ud800\0", "word " * 5000])

    assert time.process_time() - started < 2
