"""JSON that two readers could take for different things is refused."""

import pytest

from idp.oauth2.strict_json import read_strictly


def test_what_is_unambiguous_is_read() -> None:
    """Any JSON value, as text or as bytes."""
    assert read_strictly('{"a": [1, null, {"b": "c"}]}') == {"a": [1, None, {"b": "c"}]}
    assert read_strictly(b"[]") == []


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 1}', '[{"a": {"b": 1, "b": 2}}]', "[NaN]", "-Infinity", "{", ""]
)
def test_what_is_ambiguous_is_refused(text: str) -> None:
    """A repeated name at any depth, numbers that are none, what is no JSON."""
    with pytest.raises(ValueError, match=r"repeated|NaN|Infinity|Expecting"):
        read_strictly(text)
