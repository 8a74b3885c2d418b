"""What commands print: tables and fields for people, JSON for programs."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import typer

ROUND = "╭─╮│╰╯"
PLAIN = "+-+|++"


def print_json(value: Any) -> None:
    """Print a value for programs."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns."""
    lines = [list(head), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())


def print_fields(fields: Iterable[tuple[str, str]]) -> None:
    """Print names and values, a line each."""
    for line in align(fields):
        typer.echo(f"  {line}")


def print_box(lines: Sequence[str]) -> None:
    """Print lines with a frame around them."""
    corners = ROUND if (sys.stdout.encoding or "").lower().startswith("utf") else PLAIN
    width = max(map(len, lines))
    typer.echo(f"{corners[0]}{corners[1] * (width + 2)}{corners[2]}")
    for line in lines:
        typer.echo(f"{corners[3]} {line.ljust(width)} {corners[3]}")
    typer.echo(f"{corners[4]}{corners[1] * (width + 2)}{corners[5]}")


def note(sentence: str) -> None:
    """Say something beside the result, where it is not in the way of a program."""
    typer.echo(sentence, err=True)


def warn(sentence: str) -> None:
    """Say that something is worth a second thought."""
    note(f"Warning: {sentence}")


def align(fields: Iterable[tuple[str, str]]) -> list[str]:
    """Put values below each other, to the right of their names."""
    pairs = list(fields)
    width = max(len(name) for name, _ in pairs)
    return [f"{name.ljust(width)}  {value}".rstrip() for name, value in pairs]


def moment(value: datetime | None) -> str:
    """Write a time for people."""
    return "" if value is None else f"{value:%Y-%m-%d %H:%M} UTC"


def iso(value: datetime | None) -> str | None:
    """Write a time for programs."""
    return None if value is None else value.isoformat()
