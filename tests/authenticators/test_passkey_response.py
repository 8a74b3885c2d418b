"""Answers of browsers, as they come: whatever it is, it is read or refused."""

import json
from base64 import urlsafe_b64encode
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.authenticators.passkey_response import MalformedResponse, read_response

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "response", "clientDataJSON", "challenge", "transports"]), inner
        )
    ),
    max_leaves=10,
)


def encoded(value: object) -> str:
    """Write a value as base64url of JSON."""
    return urlsafe_b64encode(json.dumps(value).encode()).decode()


def response_of(client_data: object, **more: object) -> str:
    """Write an answer."""
    response = {"clientDataJSON": encoded(client_data), **more}
    return json.dumps({"id": "aWQ", "response": response})


@given(VALUES | st.builds(lambda value: {"id": "a", "response": {"clientDataJSON": value}}, VALUES))
def test_any_json_is_read_or_refused(value: object) -> None:
    """Nothing else ever happens."""
    with suppress(MalformedResponse):
        read_response(json.dumps(value))


@given(st.text() | st.binary().map(lambda each: each.decode("latin-1")))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing else ever happens."""
    with pytest.raises(MalformedResponse):
        read_response(text)


@given(VALUES)
def test_any_client_data_is_read_or_refused(value: object) -> None:
    """Nothing else ever happens."""
    with suppress(MalformedResponse):
        read_response(response_of(value))


@pytest.mark.parametrize(
    ("client_data", "is_cross_origin"),
    [
        ({}, False),
        ({"crossOrigin": False}, False),
        ({"crossOrigin": True}, True),
        ({"crossOrigin": None}, True),
        ({"crossOrigin": "false"}, True),
        ({"crossOrigin": False, "topOrigin": "https://idp.example"}, True),
    ],
)
def test_only_what_is_plainly_ours_is(client_data: dict[str, Any], is_cross_origin: bool) -> None:
    """An answer from a frame, or one that might be from one, is told apart."""
    response = read_response(response_of({"challenge": "AAAA"} | client_data))

    assert response.is_cross_origin is is_cross_origin


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (["usb", "nfc"], ("nfc", "usb")),
        (["internal", "internal", "made-up", 7, None], ("internal",)),
        ("usb", ()),
        (None, ()),
        ({}, ()),
    ],
)
def test_of_transports_only_the_known_are_kept(sent: object, kept: tuple[str, ...]) -> None:
    """They are a hint; what has no meaning is left out."""
    assert read_response(response_of({"challenge": "AAAA"}, transports=sent)).transports == kept
