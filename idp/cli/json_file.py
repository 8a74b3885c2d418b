"""JSON from a file, or from standard input."""

import json
import sys
from pathlib import Path
from typing import Any

from idp.cli.refusal import Refused

STDIN = "-"


def read_json(file: str) -> Any:
    """Read it. Raises Refused."""
    place = "Standard input" if file == STDIN else file
    try:
        raw = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
        return json.loads(raw)
    except OSError as error:
        raise Refused(f"{place} cannot be read ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise Refused(f"{place} is not JSON{_line_of(error)}.") from error


def _line_of(error: Exception) -> str:
    return f" (line {error.lineno}: {error.msg})" if isinstance(error, json.JSONDecodeError) else ""
