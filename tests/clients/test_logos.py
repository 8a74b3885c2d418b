"""What is a picture, whatever its server says of it."""

import pytest

from idp.clients.logos import read_logo, version_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"GIF87a\1\0\1\0", "image/gif"),
        (b"GIF89a\1\0\1\0", "image/gif"),
        (b"RIFF\n\r\0\0WEBPVP8 ", "image/webp"),
    ],
)
def test_picture_is_known_by_its_first_bytes(body: bytes, media_type: str) -> None:
    """They are what browsers go by as well."""
    logo = read_logo(body)

    assert logo is not None
    assert (logo.media_type, logo.image) == (media_type, body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x89PNG",
        b" " + PNG,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF88a",
        b"RIFF\0\0\0\0WAVE",
        b"BM\0\0",
        b"\0\0\1\0",
    ],
)
def test_anything_else_is_no_picture(body: bytes) -> None:
    """A drawing that can hold scripts least of all."""
    assert read_logo(body) is None


def test_another_address_is_another_version() -> None:
    """A browser that keeps a logo asks for the new one when the client has registered it."""
    one, other = version_of("https://a.example/logo.png"), version_of("https://a.example/new.png")

    assert one != other
    assert one == version_of("https://a.example/logo.png")
