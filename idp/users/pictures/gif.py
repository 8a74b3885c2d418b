"""GIF: blocks, of which only those that draw are kept (GIF89a)."""

import struct

from idp.users.pictures.cleaned import Cleaned, NotAPicture

HEADER = 13
EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B
CONTROL, APPLICATION = 0xF9, 0xFF
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # how often it moves


def clean(body: bytes) -> Cleaned:
    """Copy a GIF without comments and what applications noted in it."""
    width, height, packed = struct.unpack_from("<HHB", body, 6)
    position = HEADER + _size_of_colours(packed)
    kept = [body[:position]]
    while (kind := body[position]) != TRAILER:
        if kind == EXTENSION:
            end = _end_of_blocks(body, position + 2)
        elif kind == IMAGE:
            data = position + 10 + _size_of_colours(body[position + 9])
            end = _end_of_blocks(body, data + 1)
        else:
            raise NotAPicture
        if kind == IMAGE or _draws(body, position):
            kept.append(body[position:end])
        position = end
    return Cleaned(b"".join([*kept, bytes((TRAILER,))]), width, height)


def _draws(body: bytes, position: int) -> bool:
    label, name = body[position + 1], body[position + 3 : position + 14]
    return label == CONTROL or (label == APPLICATION and name in LOOPS)


def _size_of_colours(packed: int) -> int:
    return 3 << ((packed & 0x07) + 1) if packed & 0x80 else 0


def _end_of_blocks(body: bytes, position: int) -> int:
    while size := body[position]:
        position += 1 + size
    return position + 1
