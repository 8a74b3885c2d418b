"""PNG: chunks, of which only those that draw are kept (ISO/IEC 15948)."""

import struct

from idp.users.pictures.cleaned import Cleaned, NotAPicture

SIGNATURE = 8
OVERHEAD = 12  # length, type and checksum of a chunk

# The picture, its colours, its transparency, and its movement.
KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD pHYs acTL fcTL fdAT cICP".split()
)


def clean(body: bytes) -> Cleaned:
    """Copy a PNG without texts, times and Exif, and without what follows its end."""
    kept, position = [body[:SIGNATURE]], SIGNATURE
    width, height = struct.unpack_from(">II", body, SIGNATURE + 8)
    if body[SIGNATURE + 4 : SIGNATURE + 8] != b"IHDR":
        raise NotAPicture
    while True:
        length, kind = struct.unpack_from(">I4s", body, position)
        end = position + OVERHEAD + length
        if end > len(body):
            raise NotAPicture
        if kind in KEPT:
            kept.append(body[position:end])
        if kind == b"IEND":
            return Cleaned(b"".join(kept), width, height)
        position = end
