"""When one authorization detail is within another (RFC 9396 §6)."""

from typing import Any

import pytest

from idp.oauth2.authorization_details import covers, members_of

WIDE = {"type": "t", "actions": ["a", "b"], "limits": {"days": 1, "of": ["x", "y"]}, "on": True}


@pytest.mark.parametrize(
    "asked",
    [
        WIDE,
        WIDE | {"actions": ["b"]},
        WIDE | {"actions": ["b", "a"]},
        WIDE | {"limits": {"of": ["y"], "days": 1}},
    ],
)
def test_the_same_or_fewer_words_of_a_list(asked: dict[str, Any]) -> None:
    """The order of a list says nothing."""
    assert covers(WIDE, asked)


@pytest.mark.parametrize(
    "asked",
    [
        WIDE | {"type": "u"},
        WIDE | {"actions": ["a", "c"]},
        WIDE | {"on": False},
        WIDE | {"on": 1},
        WIDE | {"limits": {"days": 2, "of": ["x"]}},
        WIDE | {"limits": {"days": 1}},
        WIDE | {"limits": {"days": 1.0, "of": ["x"]}},
        WIDE | {"more": "x"},
        {name: value for name, value in WIDE.items() if name != "actions"},
    ],
)
def test_anything_else_is_more(asked: dict[str, Any]) -> None:
    """A member that is left out may mean everything."""
    assert not covers(WIDE, asked)


def test_members_by_their_names() -> None:
    """Dots lead into objects; the type is not a member like others."""
    assert dict(members_of(WIDE | {"limits": {"type": "x"}})) == {
        "actions": ["a", "b"],
        "limits.type": "x",
        "on": True,
    }
