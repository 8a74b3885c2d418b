"""The command line: `idp NOUN VERB`.

    serve                        what it takes; server, supervisor, listening, connection,
                                 hangup, greeting do it
    user client keys mail delivery db config check
                                 a file per noun, imported when one of its verbs is wanted
    initial_token                a noun below client
    authenticators               verbs of user; person finds whom one is about
    noun                         how that is put off
    command                      what all share: --config, --debug, refusals told in sentences
    settings, running            the configuration and the database, or a refusal
    metadata, client_output, client_import
                                 a client: as options describe it, as it is shown, out of a file
    json_file                    JSON from a file or from standard input
    terminal                     passwords and questions
    output                       tables, JSON, boxes
    doubts                       what the settings allow, and is probably not meant
    refusal                      what is told instead of a traceback

Exit codes: 0 done, 1 refused, 2 not a command line that is understood, 3 something that idp needs
cannot be used.
"""

from typing import Annotated

import typer

from idp import __version__
from idp.cli import serve
from idp.cli.command import ConfigFile, Debug, Globals
from idp.cli.noun import Noun

EPILOG = (
    "Exit codes: 0 done; 1 refused, and standard error says what to change; 2 the command line"
    " is not understood; 3 something that idp needs cannot be used: the database, a key file,"
    " the port."
)

NOUNS = {
    "user": "The accounts of people.",
    "client": "The apps that people sign in to, and APIs.",
    "keys": "The keys that sign tokens.",
    "mail": "Mail to people.",
    "delivery": "What is sent to others, such as logout tokens.",
    "db": "The tables of the database.",
    "config": "The settings.",
    "check": "What this machine can do.",
}

app = typer.Typer(
    name="idp",
    no_args_is_help=True,
    epilog=EPILOG,
    rich_markup_mode=None,  # plain text takes no time, and reads well in a pipe
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
serve.add_to(app)
for _noun, _help in NOUNS.items():
    app.add_typer(
        typer.Typer(cls=Noun, no_args_is_help=True, rich_markup_mode=None), name=_noun, help=_help
    )


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"idp {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    config_file: ConfigFile = None,
    debug: Debug = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """A self-hosted OAuth 2.0 and OpenID Connect provider.

    Begin with `idp serve --dev` to try it out, or with `idp serve` and the link that it prints.
    """
    ctx.obj = Globals(config_file, debug)


def main() -> None:
    """Run the command that the arguments name."""
    app(prog_name="idp")
