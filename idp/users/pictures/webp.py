"""WebP: chunks, of which only those that draw are kept (RFC 9649)."""

import struct

from idp.users.pictures.cleaned import Cleaned, NotAPicture

HEADER = 12
KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
HAS_EXIF, HAS_XMP = 0x08, 0x04
LOSSLESS = 0x2F


def clean(body: bytes) -> Cleaned:
    """Copy a WebP without Exif and XMP, and without what follows its end."""
    (size,) = struct.unpack_from("<I", body, 4)
    end = min(len(body), 8 + size)
    kept: list[bytes] = []
    width = height = 0
    position = HEADER
    while position + 8 <= end:
        kind, length = struct.unpack_from("<4sI", body, position)
        chunk = body[position : position + 8 + length]
        if position + 8 + length > end:
            raise NotAPicture
        if kind in KEPT:
            if not kept:
                width, height = _size_of(kind, chunk[8:])
            kept.append(_without_flags(kind, chunk) + b"\0" * (length % 2))
        position += 8 + length + length % 2
    chunks = b"".join(kept)
    header = struct.pack("<4sI4s", b"RIFF", 4 + len(chunks), b"WEBP")
    return Cleaned(header + chunks, width, height)


def _size_of(kind: bytes, data: bytes) -> tuple[int, int]:
    if kind == b"VP8X":
        return 1 + _number(data[4:7]), 1 + _number(data[7:10])
    if kind == b"VP8L" and data[0] == LOSSLESS:
        (bits,) = struct.unpack_from("<I", data, 1)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise NotAPicture


def _without_flags(kind: bytes, chunk: bytes) -> bytes:
    """Say no more that there is metadata."""
    if kind != b"VP8X":
        return chunk
    return chunk[:8] + bytes((chunk[8] & ~(HAS_EXIF | HAS_XMP),)) + chunk[9:]


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")
