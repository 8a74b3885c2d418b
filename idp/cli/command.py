"""What all commands share: --config and --debug behind every verb, and refusals in sentences."""

import inspect
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from idp.cli.refusal import Refused
from idp.cli.verb import Verb

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="The settings file, instead of config.toml.",
        show_default=False,
    ),
]
Debug = Annotated[
    bool, typer.Option("--debug", help="Show where in the program an error came from.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

Function = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Globals:
    """The options that were given before the noun."""

    config_file: Path | None = None
    debug: bool = False


def verbs() -> typer.Typer:
    """Give an empty list of commands to a noun."""
    return typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def command(app: typer.Typer, name: str) -> Callable[[Function], Function]:
    """Make a command of a function, whose first parameter gets the settings file.

    The other parameters are the command's own; --config and --debug come with it, so that they
    can stand anywhere on the command line.
    """

    def add(function: Function) -> Function:
        @wraps(function)
        def invoke(
            ctx: typer.Context, config_file: Path | None, debug: bool, **options: Any
        ) -> None:
            given: Globals = ctx.obj or Globals()
            with refusals_told(debug=debug or given.debug):
                function(config_file or given.config_file, **options)

        invoke.__signature__ = _signature(function)  # type: ignore[attr-defined]  # typer reads it
        app.command(name, cls=Verb)(invoke)
        return function

    return add


@contextmanager
def refusals_told(*, debug: bool) -> Iterator[None]:
    """Turn a refusal into its sentences on standard error, and its exit code."""
    try:
        yield
    except Refused as refusal:
        if debug:
            traceback.print_exception(refusal)
        for sentence in refusal.sentences:
            typer.echo(f"Error: {sentence}", err=True)
        raise typer.Exit(refusal.exit_code) from None


def _signature(function: Function) -> inspect.Signature:
    """Give the parameters of a command: its own, and those that all have."""
    _, *own = inspect.signature(function).parameters.values()
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Signature(
        [
            inspect.Parameter("ctx", kind, annotation=typer.Context),
            *(parameter.replace(kind=kind) for parameter in own),
            inspect.Parameter("config_file", kind, annotation=ConfigFile, default=None),
            inspect.Parameter("debug", kind, annotation=Debug, default=False),
        ]
    )
