"""Small pictures of every kind, with and without what should not be known of them."""

import struct
import zlib

SECRET = b"GPS 59.9139 N 10.7522 E"


def chunk(kind: bytes, data: bytes) -> bytes:
    """Make a chunk of a PNG."""
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def png(*more: bytes, width: int = 2, height: int = 1, after: bytes = b"") -> bytes:
    """Make a PNG, with more chunks before its pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0" + b"\xff\0\0" * 2))
    end = chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + pixels + end + after


def segment(marker: int, data: bytes) -> bytes:
    """Make a segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def exif(orientation: int, *, order: str = ">") -> bytes:
    """Say which way is up, and where it was."""
    mark = b"MM" if order == ">" else b"II"
    head = struct.pack(f"{order}2sHIH", mark, 42, 8, 2)
    camera = struct.pack(f"{order}HHII", 0x010F, 2, 4, 0)
    upright = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    return segment(0xE1, b"Exif\0\0" + head + camera + upright + bytes(4) + SECRET)


JFIF = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
PROFILE = segment(0xE2, b"ICC_PROFILE\0\x01\x01profile")
SCAN = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\0\x34\xff\xd0\x56"


def jpeg(*more: bytes, after: bytes = b"", width: int = 3, height: int = 2) -> bytes:
    """Make the skeleton of a JPEG, with more segments after its beginning."""
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0")
    tables = segment(0xDB, bytes(65)) + segment(0xC4, bytes(17))
    return b"\xff\xd8" + b"".join(more) + frame + tables + SCAN + b"\xff\xd9" + after


def gif(*more: bytes, after: bytes = b"", width: int = 1, height: int = 1) -> bytes:
    """Make a GIF, with more blocks before its picture."""
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    image = struct.pack("<BHHHHB", 0x2C, 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return screen + b"".join(more) + image + b"\x3b" + after


COMMENT = b"\x21\xfe" + bytes((len(SECRET),)) + SECRET + b"\0"
LOOP = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
XMP = b"\x21\xff\x0bXMP DataXMP" + bytes((len(SECRET),)) + SECRET + b"\0"
CONTROL = b"\x21\xf9\x04\0\0\0\0\0"


def webp_chunk(kind: bytes, data: bytes) -> bytes:
    """Make a chunk of a WebP."""
    return struct.pack("<4sI", kind, len(data)) + data + b"\0" * (len(data) % 2)


def webp(*chunks: bytes, after: bytes = b"") -> bytes:
    """Make a WebP of these chunks."""
    content = b"".join(chunks)
    return struct.pack("<4sI4s", b"RIFF", 4 + len(content), b"WEBP") + content + after


LOSSLESS = webp_chunk(b"VP8L", b"\x2f" + struct.pack("<I", 4 | 2 << 14) + b"\x88\x88\x08")
LOSSY = webp_chunk(b"VP8 ", b"\x30\x01\0\x9d\x01\x2a" + struct.pack("<HH", 5, 3) + b"pixels")
EXTENDED = webp_chunk(b"VP8X", b"\x0c\0\0\0\x04\0\0\x02\0\0")
WEBP_EXIF = webp_chunk(b"EXIF", SECRET)
