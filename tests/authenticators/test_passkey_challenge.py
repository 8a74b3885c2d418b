"""Challenges: ours, for one browser, one purpose and one person, for an hour."""

import pytest

from idp.authenticators.passkey_challenge import Purpose, is_good, make
from idp.secret import Secret
from tests.conftest import Clock

BROWSER = Secret("the cookie of a browser")
AUTHENTICATION, REGISTRATION = Purpose.AUTHENTICATION, Purpose.REGISTRATION


def test_a_challenge_is_good_where_it_was_made() -> None:
    """It is recognised though nothing was stored, and no two are the same."""
    challenges = [make(BROWSER, AUTHENTICATION, "alice") for _ in range(100)]

    assert all(is_good(each, BROWSER, AUTHENTICATION, "alice") for each in challenges)
    assert len(set(challenges)) == 100


@pytest.mark.parametrize(
    ("browser", "purpose", "user_id"),
    [
        (Secret("another cookie"), AUTHENTICATION, "alice"),
        (BROWSER, REGISTRATION, "alice"),
        (BROWSER, AUTHENTICATION, "bob"),
        (BROWSER, AUTHENTICATION, None),
        (BROWSER, AUTHENTICATION, "alic"),
    ],
)
def test_a_challenge_is_good_nowhere_else(
    browser: Secret, purpose: Purpose, user_id: str | None
) -> None:
    """Another browser, purpose or person makes it another challenge."""
    challenge = make(BROWSER, AUTHENTICATION, "alice")

    assert not is_good(challenge, browser, purpose, user_id)


def test_not_a_bit_can_be_changed() -> None:
    """Neither when it expires nor anything else can be said anew."""
    challenge = make(BROWSER, AUTHENTICATION)

    for number in range(len(challenge) * 8):
        changed = bytearray(challenge)
        changed[number // 8] ^= 1 << number % 8
        assert not is_good(bytes(changed), BROWSER, AUTHENTICATION)


@pytest.mark.parametrize("length", [0, 1, 16, 24, 55])
def test_a_part_of_a_challenge_is_none(length: int) -> None:
    """Nor is anything that begins or ends like one."""
    challenge = make(BROWSER, AUTHENTICATION)

    assert not is_good(challenge[:length], BROWSER, AUTHENTICATION)
    assert not is_good(challenge + bytes(length + 1), BROWSER, AUTHENTICATION)


def test_a_challenge_grows_old(clock: Clock) -> None:
    """It is good for an hour, and not for longer."""
    challenge = make(BROWSER, AUTHENTICATION)

    clock.move(3590)
    assert is_good(challenge, BROWSER, AUTHENTICATION)
    clock.move(11)
    assert not is_good(challenge, BROWSER, AUTHENTICATION)
