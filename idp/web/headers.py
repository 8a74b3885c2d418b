"""The header fields of a request, found by name in any case (RFC 9110 §5.1)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Fields = list[tuple[bytes, bytes]]


class Headers(Mapping[str, str]):
    """Reads what the server hands over, names in lower case, and decodes only what is asked for.

    Of a field that was sent more than once the first line counts, unless all are asked for.
    """

    __slots__ = ("_first", "_lines")

    def __init__(self, lines: Iterable[tuple[bytes, bytes]]) -> None:
        self._lines: Fields = list(lines)
        self._first = dict(reversed(self._lines))

    def get(self, name: str, default: Any = None) -> Any:
        """Give the value of a field, or the default; Mapping's own raises and catches an error."""
        value = self._first.get(_key(name))
        return default if value is None else value.decode("latin-1")

    def every(self, name: str) -> list[str]:
        """Give the values of all lines of a field, in their order."""
        key = _key(name)
        if len(self._first) == len(self._lines):  # nothing was repeated, as nearly always
            return [self._first[key].decode("latin-1")] if key in self._first else []
        return [value.decode("latin-1") for each, value in self._lines if each == key]

    def __getitem__(self, name: str) -> str:
        return self._first[_key(name)].decode("latin-1")

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _key(name) in self._first

    def __iter__(self) -> Iterator[str]:
        return (name.decode("latin-1") for name in self._first)

    def __len__(self) -> int:
        return len(self._first)


def _key(name: str) -> bytes:
    return name.lower().encode("latin-1")
