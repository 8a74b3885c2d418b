"""A verb of the command line, to which an identifier is one even if it begins with a dash.

Keys are called by a hash of theirs, of which one in 64 begins so (RFC 7638 §3.1).
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from typer.core import TyperCommand, TyperOption

# As they are made here, and the thumbprint of a key; no option is written like either.
IDENTIFIER = re.compile(r"-[A-Za-z0-9_-]{21}|-[A-Za-z0-9_-]{42}")


class Verb(TyperCommand):
    """A command that takes for an option only what is not an identifier."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments of the command line."""
        options = [each for each in self.params if isinstance(each, TyperOption)]
        with_value = {name for each in options if not each.is_flag for name in each.opts}
        return super().parse_args(ctx, arranged(args, with_value))


def arranged(args: Sequence[str], with_value: set[str]) -> list[str]:
    """Put what is no option behind two dashes, if there is an identifier that looks like one.

    What follows an option of `with_value` belongs to it.
    """
    pairs = [
        (each, previous not in with_value and _is_argument(each))
        for previous, each in pairwise(["", *args])
    ]
    if "--" in args or not any(is_one and IDENTIFIER.fullmatch(each) for each, is_one in pairs):
        return list(args)
    own = [each for each, is_argument in pairs if is_argument]
    return [*(each for each, is_argument in pairs if not is_argument), "--", *own]


def _is_argument(each: str) -> bool:
    return each == "-" or not each.startswith("-") or bool(IDENTIFIER.fullmatch(each))
