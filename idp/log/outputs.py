"""Where lines go: to the console, and to a file that is set aside when it is full."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Protocol

from idp.config import LogConfig
from idp.log.line import Line, Render, render_json

FILE_MODE = 0o640


class Output(Protocol):
    """One place where lines go; it may fail without harm to anything else."""

    name: str

    def write(self, lines: list[Line]) -> None:
        """Write lines. Raises OSError the first time that this cannot be done."""

    def close(self) -> None:
        """Give up what is held."""


class Console:
    """Whatever standard error is at that moment; if it is gone, nobody reads there."""

    name = "standard error"

    def __init__(self, render: Render) -> None:
        self._render = render

    def write(self, lines: list[Line]) -> None:
        """Write lines, at one go."""
        if lines and sys.stderr is not None:
            with suppress(OSError, ValueError):  # a ValueError says that it is closed
                sys.stderr.write("".join(map(self._render, lines)))
                sys.stderr.flush()

    def close(self) -> None:
        """Leave it open: it is not ours."""


class File:
    """A file of JSON lines that only this account and its group can read."""

    def __init__(self, config: LogConfig) -> None:
        Path(config.file).parent.mkdir(parents=True, exist_ok=True)
        self.name = config.file
        self._file = _Rotating(
            config.file, maxBytes=config.max_bytes, backupCount=config.backups, encoding="ascii"
        )
        self._is_broken = False

    def write(self, lines: list[Line]) -> None:
        """Write lines. Raises OSError the first time that this cannot be done."""
        try:
            if lines:
                self._file.write(map(render_json, lines))
        except OSError:
            if not self._is_broken:
                self._is_broken = True
                raise

    def close(self) -> None:
        """Close the file; what it would not take then is lost, as it was before."""
        with suppress(OSError):
            self._file.close()


class _Rotating(RotatingFileHandler):
    """Python's own, for how files are set aside; what it does with records is not used."""

    def write(self, lines: Iterable[str]) -> None:
        """Write lines, and set the file aside before one would make it too long."""
        stream = self.stream or self._open_again()
        # Looked up, since other workers write there as well. In ASCII a character is a byte.
        size = os.fstat(stream.fileno()).st_size
        for line in lines:
            size += len(line)
            if size >= self.maxBytes and Path(self.baseFilename).is_file():  # and no device
                self.doRollover()
                stream, size = self.stream or self._open_again(), len(line)
            stream.write(line)
        stream.flush()

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).touch(mode=FILE_MODE)
        return super()._open()

    def _open_again(self) -> TextIOWrapper:
        """Go on after the file could not be set aside."""
        self.stream = self._open()
        return self.stream
