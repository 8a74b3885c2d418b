"""What Argon2id needs of the machine."""

import subprocess
import sys

import pytest

from idp.users.passwords.argon2id_scheme import Argon2id


def test_memory_that_is_not_there_is_an_error() -> None:
    """Nobody is told that the password is wrong because it could not be compared."""
    program = """
import resource
from idp.users.passwords.argon2id_scheme import Argon2id
scheme = Argon2id(memory_kib=2**20, passes=1, lanes=1)
resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29))
scheme.matches(b"secret", scheme.nobodys_hash)
"""

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.returncode == 1
    assert "Memory allocation error" in done.stderr


@pytest.mark.parametrize(
    ("memory_kib", "passes", "is_enough"),
    [
        (19_456, 2, True),
        (19_456, 1, False),
        (47_104, 1, True),
        (19_455, 2, False),
        (7_168, 5, True),
        (7_168, 16, True),
        (7_167, 16, False),
    ],
)
def test_what_is_enough(memory_kib: int, passes: int, is_enough: bool) -> None:
    """Less memory wants more passes."""
    assert Argon2id(memory_kib, passes, lanes=1).is_enough == is_enough
