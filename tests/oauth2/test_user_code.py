"""User codes: made of letters that cannot be mistaken, and read as people type them."""

import pytest

from idp.oauth2 import user_code


def test_what_is_made_is_read_as_it_is_written() -> None:
    """A device shows it with a dash; it is kept without one."""
    made = user_code.generate()

    written = user_code.write(made)

    assert written == f"{made[:4]}-{made[4:]}"
    assert user_code.read(written) == made


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("WDJB-MJHT", "WDJBMJHT"),
        ("wdjbmjht", "WDJBMJHT"),
        (" w d j b_m.j/h t ", "WDJBMJHT"),
        ("WDJB\u2013MJHT", "WDJBMJHT"),
        ("", None),
        ("WDJB-MJH", None),
        ("WDJB-MJHTT", None),
        ("WDJB-MJH7", None),
        ("WDJB-MJHA", None),
        ("\u03c9djb-mjht", None),
        ("-" * 64 + "WDJB-MJHT", None),
    ],
)
def test_how_people_type_it(typed: str, read: str | None) -> None:
    """Case and signs do not matter; a letter or digit that cannot be there is a mistake."""
    assert user_code.read(typed) == read
