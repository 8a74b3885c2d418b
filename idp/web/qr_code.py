"""QR codes, as the path of a picture that a template draws (ISO/IEC 18004, SVG 2 §9.3)."""

from dataclasses import dataclass, field
from itertools import groupby

import segno

# What readers need around the code, in its own dots.
QUIET_ZONE = 4


@dataclass(frozen=True, slots=True)
class QRCode:
    """A square of `size` dots; those on `path` are dark."""

    size: int
    path: str = field(repr=False)


def qr_code(text: str) -> QRCode:
    """Draw a code that a phone reads from a screen."""
    matrix = segno.make_qr(text, error="m").matrix
    return QRCode(
        size=len(matrix) + 2 * QUIET_ZONE,
        path="".join(
            run for y, row in enumerate(matrix, QUIET_ZONE) for run in _runs(bytes(row), y)
        ),
    )


def _runs(row: bytes, y: int) -> list[str]:
    """Draw the dark dots of a row, those side by side as one rectangle."""
    x, runs = QUIET_ZONE, []
    for is_dark, dots in groupby(row):
        width = len(list(dots))
        if is_dark:
            runs.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width
    return runs
