"""Colours: contrast as WCAG 2.2 has it, and what is read on what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.colors import (
    BLACK,
    DARK_GROUND,
    LIGHT_GROUND,
    READABLE,
    WHITE,
    Color,
    accent_for_dark,
    readable_accent,
)

colors = st.builds(Color, *[st.integers(0, 255)] * 3)


@pytest.mark.parametrize(
    ("one", "other", "contrast"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0000ff", "#ffffff", 8.59)],
)
def test_contrast(one: str, other: str, contrast: float) -> None:
    """The figures are those that the formula of WCAG 2.2 gives."""
    assert Color.parse(one).contrast(Color.parse(other)) == pytest.approx(contrast, abs=0.01)


@pytest.mark.parametrize("text", ["", "red", "#fff", "#12345g", "123456", "#1234567", "#123456\n"])
def test_no_color(text: str) -> None:
    """A colour has six digits, and nothing else."""
    with pytest.raises(ValueError, match="not #rrggbb"):
        Color.parse(text)


@given(colors)
def test_every_color_has_a_form_that_can_be_read(color: Color) -> None:
    """On light pages, under white text, and on dark pages; what can be read is left alone."""
    accent = readable_accent(color)

    assert accent.contrast(LIGHT_GROUND) >= READABLE
    assert accent.contrast(WHITE) >= READABLE
    assert readable_accent(accent) == accent
    dark = accent_for_dark(color)
    assert dark.contrast(DARK_GROUND) >= READABLE
    assert dark.mixed(BLACK, 0.9).contrast(dark) >= READABLE
    assert Color.parse(str(color)) == color
