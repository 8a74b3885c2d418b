"""Pictures are known by what they are, and lose what nobody else should know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.users.pictures.cleaned import NotAPicture
from idp.users.pictures.reading import MAX_PIXELS, read_picture
from tests.parties import pictures
from tests.parties.pictures import SECRET, chunk, exif, gif, jpeg, png, segment, webp

EXTENDED_WEBP = (pictures.EXTENDED, pictures.LOSSLESS)
PROFILE = chunk(b"sRGB", b"\0")

# What is sent, and what is kept of it.
CASES: dict[str, tuple[bytes, bytes, str]] = {
    "png": (png(), png(), "image/png"),
    "png with text": (png(chunk(b"tEXt", b"Comment\0" + SECRET)), png(), "image/png"),
    "png with Exif": (png(chunk(b"eXIf", SECRET)), png(), "image/png"),
    "png of unheard-of chunks": (png(chunk(b"seCr", SECRET)), png(), "image/png"),
    "png in colour": (png(PROFILE), png(PROFILE), "image/png"),
    "png and more": (png(after=SECRET), png(), "image/png"),
    "jpeg": (jpeg(pictures.JFIF), jpeg(pictures.JFIF), "image/jpeg"),
    "jpeg with Exif": (jpeg(exif(1)), jpeg(), "image/jpeg"),
    "jpeg with XMP": (jpeg(segment(0xE1, b"http://ns.adobe/" + SECRET)), jpeg(), "image/jpeg"),
    "jpeg with IPTC": (jpeg(segment(0xED, b"Photoshop 3.0\0" + SECRET)), jpeg(), "image/jpeg"),
    "jpeg with comment": (jpeg(segment(0xFE, SECRET)), jpeg(), "image/jpeg"),
    "jpeg with more pictures": (jpeg(segment(0xE2, b"MPF\0" + SECRET)), jpeg(), "image/jpeg"),
    "jpeg in colour": (jpeg(pictures.PROFILE), jpeg(pictures.PROFILE), "image/jpeg"),
    "jpeg and more": (jpeg(after=jpeg() + SECRET), jpeg(), "image/jpeg"),
    "jpeg with fill": (jpeg(b"\xff\xff"), jpeg(), "image/jpeg"),
    "gif": (gif(), gif(), "image/gif"),
    "gif with comment": (gif(pictures.COMMENT), gif(), "image/gif"),
    "gif with XMP": (gif(pictures.XMP), gif(), "image/gif"),
    "gif that moves": (
        gif(pictures.LOOP, pictures.CONTROL),
        gif(pictures.LOOP, pictures.CONTROL),
        "image/gif",
    ),
    "gif and more": (gif(after=SECRET), gif(), "image/gif"),
    "webp": (webp(pictures.LOSSLESS), webp(pictures.LOSSLESS), "image/webp"),
    "lossy webp": (webp(pictures.LOSSY), webp(pictures.LOSSY), "image/webp"),
    "webp with Exif": (
        webp(*EXTENDED_WEBP, pictures.WEBP_EXIF),
        webp(pictures.webp_chunk(b"VP8X", b"\0\0\0\0\x04\0\0\x02\0\0"), pictures.LOSSLESS),
        "image/webp",
    ),
    "webp and more": (webp(pictures.LOSSLESS, after=SECRET), webp(pictures.LOSSLESS), "image/webp"),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "kept", "media_type"), CASES.values(), ids=CASES)
def test_only_what_draws_is_kept(sent: bytes, kept: bytes, media_type: str) -> None:
    """Not the place, the time, the camera, a comment, or what hides behind the end."""
    read = read_picture(sent)

    assert read.media_type == media_type
    assert read.image == kept
    assert SECRET not in read.image


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_photograph_stays_upright(order: str) -> None:
    """Which way the camera was held is the one thing that is told of it."""
    read = read_picture(jpeg(exif(6, order=order)))

    assert read.image.startswith(b"\xff\xd8\xff\xe1")
    assert b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" in read.image
    assert read_picture(read.image).image == read.image


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBP",
        png(width=0),
        png(width=MAX_PIXELS, height=2),
        jpeg(width=65535, height=65535),
        gif(width=0),
        webp(pictures.WEBP_EXIF),
        png()[:-4],
        jpeg()[:-2],
        gif()[:-2],
        webp(pictures.LOSSLESS)[:-6],
        png().replace(b"IHDR", b"IHDX"),
        jpeg(b"no segment"),
        gif(b"\x99"),
    ],
)
def test_anything_else_is_refused(body: bytes) -> None:
    """A program, a page, what ends in the middle, and what would fill somebody's memory."""
    with pytest.raises(NotAPicture):
        read_picture(body)


@given(st.sampled_from(sorted(CASES)), st.data())
def test_what_is_broken_is_read_or_refused(name: str, data: st.DataObject) -> None:
    """Whatever bytes are changed, nothing else happens."""
    body = bytearray(CASES[name][0])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place] = data.draw(st.integers(0, 255))

    try:
        read = read_picture(bytes(body))
    except NotAPicture:
        return
    assert len(read.image) <= len(body) + 40
