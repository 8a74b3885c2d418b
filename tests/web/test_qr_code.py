"""QR codes."""

import re

import pytest
import segno

from idp.web.qr_code import QUIET_ZONE, qr_code

URI = "otpauth://totp/idp:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=idp"


def dots_of(path: str) -> set[tuple[int, int]]:
    """Tell which dots are dark, as a browser draws the path."""
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path)
    assert "".join(f"M{x} {y}h{width}v1h-{back}z" for x, y, width, back in runs) == path
    assert all(width == back for _, _, width, back in runs)
    return {(int(x) + n, int(y)) for x, y, width, _ in runs for n in range(int(width))}


@pytest.mark.parametrize("text", [URI, "1", "ÄÖ ☃", URI * 6])
def test_the_picture_has_the_dots_of_the_code(text: str) -> None:
    """Each is where it belongs, within a quiet zone that readers need."""
    drawn = qr_code(text)

    expected = {
        (x + QUIET_ZONE, y + QUIET_ZONE)
        for y, row in enumerate(segno.make_qr(text, error="m").matrix)
        for x, is_dark in enumerate(row)
        if is_dark
    }
    assert dots_of(drawn.path) == expected
    assert max(x for x, _ in expected) + 1 + QUIET_ZONE == drawn.size


def test_a_secret_is_not_printed() -> None:
    """The path is the secret, in another form."""
    assert "M4" not in repr(qr_code(URI))
