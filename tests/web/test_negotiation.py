"""Which of two forms of an answer a program wants (RFC 9110 §12.5.1)."""

import pytest

from idp.web.negotiation import MOST_RANGES, prefers

JWT, JSON = "application/token-introspection+jwt", "application/json"


@pytest.mark.parametrize(
    "accept",
    [
        JWT,
        JWT.upper(),
        f" {JWT} ; q=0.1",
        f"{JWT};charset=utf-8",
        f"{JWT};quality=0",
        f"{JWT}, {JSON}",
        f"{JSON}, {JWT}",
        f"{JSON};q=0.9,{JWT};Q=0.9",
        f"{JWT};q=1.000, */*",
        f"*/*, {JWT};q=0.001",
    ],
)
def test_form_that_is_named(accept: str) -> None:
    """Who names it can read it, and nobody names it by chance."""
    assert prefers(accept, JWT, JSON)


@pytest.mark.parametrize(
    "accept",
    [
        "",
        ",",
        "*/*",
        "application/*",
        "application/jwt",
        JSON,
        f"{JWT};q=0",
        f"{JWT};q=0.000",
        f"{JWT};q",
        f"{JWT};q=",
        f"{JWT};q=much",
        f"{JWT};q=-1",
        f"{JWT};q=0.9, {JSON}",
        f"{JWT};q=0, {JWT}",
        f"{JWT}x",
        "text/plain," * MOST_RANGES + JWT,
    ],
)
def test_usual_form(accept: str) -> None:
    """Everybody else gets what everybody gets."""
    assert not prefers(accept, JWT, JSON)
