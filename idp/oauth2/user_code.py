"""User codes: what a device shows, and its person types elsewhere (RFC 8628 §6.1)."""

import secrets

# No vowels, so that no word comes out, and nothing that looks like another: 34 bits in 8 letters.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
LENGTH = 8
MAX_READ = 64  # characters of what somebody has typed


def generate() -> str:
    """Make a new one."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def read(typed: str) -> str | None:
    """Give what was typed as it is kept, whatever its case and what stands between the letters.

    None if it cannot be one.
    """
    letters = [each for each in typed[:MAX_READ].upper() if each.isalnum()]
    is_one = len(letters) == LENGTH and set(letters) <= set(LETTERS)
    return "".join(letters) if is_one else None


def write(user_code: str) -> str:
    """Write it as people read it."""
    return f"{user_code[:4]}-{user_code[4:]}"
