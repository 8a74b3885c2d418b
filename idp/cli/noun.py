"""A noun of the command line, whose module is imported when one of its verbs is wanted."""

from importlib import import_module
from typing import Any

from typer.core import TyperGroup
from typer.main import get_group


class Noun(TyperGroup):
    """A group of commands that are in `idp.cli.<its name>`.

    With the modules come SQLAlchemy and others that take most of a second, and neither
    `idp --help` nor the completion of a noun should wait for them.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """Name the verbs."""
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Find a verb."""
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        if not self.commands:
            module = import_module(f"idp.cli.{self.name}")
            self.commands.update(get_group(module.app).commands)
