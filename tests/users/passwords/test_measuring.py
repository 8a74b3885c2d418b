"""What hashes take here."""

import pytest

from idp.config import PasswordsConfig
from idp.users.passwords import measuring
from idp.users.passwords.bcrypt_scheme import Bcrypt
from idp.users.passwords.measuring import Measurement, find_nearest, measure

BCRYPT = [Measurement(Bcrypt(cost), 0.06 * 2 ** (cost - 10), 1) for cost in (4, 10, 11, 12)]


def test_what_is_configured_is_measured_among_the_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each scheme goes from little work to much, and has the settings that are configured."""
    monkeypatch.setattr(measuring, "LEAST_SECONDS", 0.001)
    config = PasswordsConfig(bcrypt_cost=4, argon2_memory_kib=128, argon2_passes=1)

    measured = measure(config)

    settings = [m.scheme.setting for m in measured]
    assert settings == [
        *(("bcrypt_cost", cost) for cost in (4, 10, 11, 12, 13, 14)),
        *(("argon2_memory_kib", kib) for kib in (128, 19_456, 32_768, 65_536, 131_072)),
    ]
    assert all(m.seconds > 0 and m.per_second > 0 for m in measured)
    ten, eleven = measured[1:3]
    assert eleven.seconds == ten.seconds * 2
    assert eleven.per_second == ten.per_second / 2


@pytest.mark.parametrize(
    ("seconds", "cost"), [(0.001, 10), (0.06, 10), (0.08, 10), (0.1, 11), (0.25, 12), (9, 12)]
)
def test_the_nearest_is_one_that_is_enough(seconds: float, cost: int) -> None:
    """Who wants hashes to be quick is not told to use what is for tests."""
    assert find_nearest(BCRYPT, "bcrypt", seconds).scheme == Bcrypt(cost)
