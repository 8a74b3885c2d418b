"""JSON that every reader reads alike (RFC 8259 §4)."""

import json
from typing import Any


def read_strictly(text: str | bytes) -> Any:
    """Read JSON; raise ValueError, or RecursionError, if it is none, or if others could differ."""
    return json.loads(text, object_pairs_hook=_without_repeated, parse_constant=_refuse)


def _without_repeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that is repeated: some take the first, some the last."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a name is repeated")
    return members


def _refuse(constant: str) -> object:
    raise ValueError(constant)  # NaN and the infinities are not JSON
