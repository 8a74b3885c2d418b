"""What only the person at the terminal can say: a new password, and yes or no.

A password is never an argument: those are in the list of processes and in the shell's history.
"""

import sys

import typer

from idp.cli.refusal import Refused

NO_TERMINAL = "There is no terminal to ask for the password: give it with --password-stdin."
NOT_TEXT = "The password on standard input is not UTF-8 text."
NOT_A_LINE = "Standard input has more than one line: give the password alone."
ADD_YES = "There is no terminal to ask for confirmation: add --yes."
UNCHANGED = "Nothing was changed."


def read_password(*, from_stdin: bool) -> str:
    """Get a new password from the person, or from the pipe that they point to. Raises Refused."""
    if from_stdin:
        return _read_line()
    if not sys.stdin.isatty():
        raise Refused(NO_TERMINAL)
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return password


def confirm(question: str) -> None:
    """Go on only if the person agrees. Raises Refused."""
    if not sys.stdin.isatty():
        raise Refused(ADD_YES)
    if not typer.confirm(question, err=True):
        raise Refused(UNCHANGED)


def _read_line() -> str:
    try:
        text = sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(NOT_TEXT) from error
    line = text.removesuffix("\n").removesuffix("\r")
    if "\n" in line:
        raise Refused(NOT_A_LINE)
    return line
