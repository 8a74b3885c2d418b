"""Which of two forms of an answer a program wants (RFC 9110 §12.5.1)."""

import re

MOST_RANGES = 20  # what stands behind so many others nobody wants
WEIGHT = re.compile(r"[ \t]*q[ \t]*=[ \t]*([01](?:\.\d{0,3})?)[ \t]*", re.IGNORECASE)


def prefers(accept: str, media_type: str, usual: str) -> bool:
    """Tell whether a form is asked for by its name, and no less than the usual one.

    `accept` is the header of that name; who accepts anything gets the usual form.
    """
    wanted = dict(map(_read, reversed(accept.split(",")[:MOST_RANGES])))
    return 0 < wanted.get(media_type, 0) >= wanted.get(usual, 0)


def _read(media_range: str) -> tuple[str, float]:
    """Read a range with its weight; one whose weight makes no sense is not wanted."""
    name, *parameters = media_range.split(";")
    is_weighed = any(each.partition("=")[0].strip().lower() == "q" for each in parameters)
    weights = [match[1] for each in parameters if (match := WEIGHT.fullmatch(each))]
    return name.strip().lower(), float(weights[0]) if weights else 1.0 - is_weighed
