"""What comes out of a picture that was taken apart."""

from dataclasses import dataclass


class NotAPicture(Exception):
    """It is of no kind that is taken, or it is broken."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A picture without its metadata, and its size in pixels."""

    image: bytes
    width: int
    height: int
