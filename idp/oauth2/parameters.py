"""The parameters of a request, as pairs, because some may repeat and the others must not."""

from collections import Counter
from collections.abc import Iterable
from urllib.parse import parse_qsl

MAX_PARAMETERS = 100
MAY_REPEAT = frozenset({"resource", "audience"})  # RFC 8707 §2, RFC 8693 §2.1


class MalformedParametersError(Exception):
    """The encoding cannot be read: constant text, for the client's developer."""


class Parameters:
    """An immutable list of names and values.

    A parameter without a value counts as left out (RFC 6749 §3.1), except where a caller asks for
    it as it is: an empty `state` must come back (RFC 6749 §4.1.2).
    """

    __slots__ = ("_first", "pairs")

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs = tuple(pairs)
        self._first = dict(reversed(self.pairs))  # of a name that is repeated, the first value

    @classmethod
    def decode(cls, encoded: bytes) -> "Parameters":
        """Read application/x-www-form-urlencoded.

        Raises MalformedParametersError if it is not that, not UTF-8, or has NUL bytes or too many
        parameters.
        """
        if not encoded:  # as the query of nearly every request, or its body
            return NO_PARAMETERS
        try:
            pairs = parse_qsl(
                encoded.decode("ascii"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=MAX_PARAMETERS,
            )
        except ValueError:
            text = f"Send at most {MAX_PARAMETERS} parameters, percent-encoded UTF-8."
            raise MalformedParametersError(text) from None
        if b"%00" in encoded or b"\0" in encoded:
            raise MalformedParametersError("A parameter has a NUL character.")
        return cls(pairs)

    def get(self, name: str) -> str | None:
        """Give the value of a parameter, None if it is missing or empty."""
        return self._first.get(name) or None

    def verbatim(self, name: str) -> str | None:
        """Give the value of a parameter, which may be empty."""
        return self._first.get(name)

    def __contains__(self, name: str) -> bool:
        return name in self._first

    @property
    def repeated(self) -> frozenset[str]:
        """The names that stand there more than once though they must not (RFC 6749 §3.1)."""
        if len(self._first) == len(self.pairs):
            return frozenset()
        counts = Counter(name for name, _ in self.pairs)
        return frozenset(name for name, count in counts.items() if count > 1) - MAY_REPEAT


NO_PARAMETERS = Parameters()
