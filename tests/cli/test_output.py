"""What commands print."""

import io
import sys

import pytest

from idp.cli.output import print_box, print_table

Captured = pytest.CaptureFixture[str]


def test_table(capsys: Captured) -> None:
    """Columns are as wide as what is in them, and no line ends with blanks."""
    print_table(("A", "NAME"), [("long", "x"), ("", "")])

    assert capsys.readouterr().out == "A     NAME\nlong  x\n\n"


def test_box_without_unicode(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the frame could not be printed, it is made of plain characters."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, "ascii"))

    print_box(["one", "three"])
    sys.stdout.flush()

    assert raw.getvalue() == b"+-------+\n| one   |\n| three |\n+-------+\n"
