"""JPEG: segments, of which only those that draw are kept, and which way is up (ISO/IEC 10918-1)."""

import struct
from collections.abc import Iterator

from idp.users.pictures.cleaned import Cleaned, NotAPicture

SOI, EOI, SOS, COM, EXIF = 0xD8, 0xD9, 0xDA, 0xFE, 0xE1
APPLICATION = range(0xE0, 0xF0)
RESTARTS = range(0xD0, 0xD8)
SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the frame headers

# What applications wrote that changes how it looks: JFIF, a colour profile, Adobe's colours.
DRAWING = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}

EXIF_HEADER = b"Exif\0\0"
ORIENTATION = 0x0112
UPRIGHT = 1
MAX_ENTRIES = 200

# A marker, and what belongs to it: with SOS also the picture itself.
Segment = tuple[int, bytes]


def clean(body: bytes) -> Cleaned:
    """Copy a JPEG without what a camera says of itself, of the place and of the time."""
    kept = [body[:2]]
    width = height = 0
    for marker, segment in _segments(body):
        if marker in SIZES:
            height, width = struct.unpack_from(">HH", segment, 5)
        if marker == EXIF and (orientation := _orientation(segment[4:])) != UPRIGHT:
            kept.append(_turned(orientation))
        if _draws(marker, segment):
            kept.append(segment)
    return Cleaned(b"".join(kept) + bytes((0xFF, EOI)), width, height)


def _segments(body: bytes) -> Iterator[Segment]:
    """Give the segments up to the end of the first picture: phones put more behind it."""
    position = 2
    while True:
        if body[position] != 0xFF:
            raise NotAPicture
        marker = body[position + 1]
        if marker == 0xFF:  # fill
            position += 1
            continue
        if marker == EOI:
            return
        end = position + 2 + struct.unpack_from(">H", body, position + 2)[0]
        if marker == SOS:
            end = _end_of_scan(body, end)
        if end > len(body):
            raise NotAPicture
        yield marker, body[position:end]
        position = end


def _end_of_scan(body: bytes, position: int) -> int:
    """Find the next marker: in a scan, 0xFF is followed by zero, or it restarts the decoder."""
    while True:
        position = body.find(b"\xff", position)
        if position < 0:
            raise NotAPicture
        if body[position + 1] != 0 and body[position + 1] not in RESTARTS:
            return position
        position += 2


def _draws(marker: int, segment: bytes) -> bool:
    if marker in APPLICATION:
        beginning = DRAWING.get(marker)
        return beginning is not None and segment[4:].startswith(beginning)
    return marker != COM


def _orientation(exif: bytes) -> int:
    """Find which way the camera was held (Exif §4.6.5); it is not needed to read anything else."""
    if not exif.startswith(EXIF_HEADER):
        return UPRIGHT
    tiff = exif[len(EXIF_HEADER) :]
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for number in range(min(count, MAX_ENTRIES)):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if tag == ORIENTATION:
                return value if 1 <= value <= 8 else UPRIGHT
    except struct.error:
        return UPRIGHT
    return UPRIGHT


def _turned(orientation: int) -> bytes:
    """Write an Exif segment that says which way is up, and nothing else."""
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)
    content = EXIF_HEADER + tiff
    return struct.pack(">BBH", 0xFF, EXIF, len(content) + 2) + content
