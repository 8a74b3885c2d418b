"""Colours: how well one is read on another, and the nearest that is (WCAG 2.2, 1.4.3)."""

import re
from dataclasses import dataclass

READABLE = 4.5  # to one: the contrast of text with what it stands on

_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_STEPS = 100


@dataclass(frozen=True, slots=True)
class Color:
    """A colour of sRGB, each part from 0 to 255."""

    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, text: str) -> "Color":
        """Read #rrggbb; raise ValueError."""
        if not _HEX.fullmatch(text):
            raise ValueError("not #rrggbb")
        return cls(*bytes.fromhex(text[1:]))

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """How bright it is, from 0 to 1 (WCAG 2.2, relative luminance)."""
        red, green, blue = (_linear(part / 255) for part in (self.red, self.green, self.blue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(self, other: "Color") -> float:
        """Give the contrast of two colours, from 1 to 21."""
        darker, lighter = sorted((self.luminance, other.luminance))
        return (lighter + 0.05) / (darker + 0.05)

    def mixed(self, other: "Color", share: float) -> "Color":
        """Mix a share of another colour, from 0 to 1, into this one."""
        pairs = zip(
            (self.red, self.green, self.blue), (other.red, other.green, other.blue), strict=True
        )
        return Color(*(round(own + (its - own) * share) for own, its in pairs))

    def readable_on(self, ground: "Color", toward: "Color") -> "Color":
        """Give the nearest colour on the way to another that can be read on a ground."""
        mixes = (self.mixed(toward, step / _STEPS) for step in range(_STEPS + 1))
        return next((each for each in mixes if each.contrast(ground) >= READABLE), toward)


WHITE = Color(255, 255, 255)
BLACK = Color(0, 0, 0)

# What is behind the text of our pages, at its least favourable (static/app.css).
LIGHT_GROUND = Color(0xF2, 0xF3, 0xF8)
DARK_GROUND = Color(0x1F, 0x23, 0x2C)


def readable_accent(color: Color) -> Color:
    """Give an accent, or the nearest that carries white text and can be read on light pages."""
    return color.readable_on(LIGHT_GROUND, BLACK)


def accent_for_dark(color: Color) -> Color:
    """Give the form of an accent that can be read on dark pages."""
    return color.readable_on(DARK_GROUND, WHITE)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
