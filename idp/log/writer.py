"""The server's own events: noted, and after a moment made into lines and written.

A line that is made in the middle of a request takes twice as long as one of many in a row, and a
system call for each comes on top. So in an event loop they wait a moment for others. A warning or
worse, and what is logged elsewhere, is written at once, after all that was noted before it. When
the process ends everything is written; only SIGKILL loses the last moment.
"""

import asyncio
import atexit
import logging
import time
from threading import RLock

from idp.log.context import current_request
from idp.log.line import OURS, Line, Occurrence, make_line, render_text
from idp.log.outputs import Console, Output

A_MOMENT = 0.02  # seconds
MOST_NOTED = 500


class Log:
    """The log of this process; until it is told otherwise, warnings on the console."""

    def __init__(self) -> None:
        self._lock = RLock()  # a file that fails while it is written to is a warning
        self._noted: list[Occurrence] = []
        self._loop: asyncio.AbstractEventLoop | None = None  # in which they will be written
        self._begin()

    def _begin(self) -> None:
        self._level = logging.WARNING
        self._outputs: list[Output] = [Console(render_text)]

    def open(self, level: int, output: Output) -> None:
        """Write lines of that level and above to this output from here on."""
        self.close()
        self._level, self._outputs = level, [output]

    def add(self, output: Output) -> None:
        """Write lines to this output, too."""
        self._outputs.append(output)

    def close(self) -> None:
        """Write what was noted, and be as at the beginning."""
        with self._lock:
            self.flush()
            for output in self._outputs:
                output.close()
            self._begin()

    def info(self, event: str, /, **fields: object) -> None:
        """Note that something happened; the values must not change any more."""
        if self._level > logging.INFO:
            return
        occurrence = Occurrence(time.time_ns(), "info", OURS, event, fields, current_request())
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # on the command line, or in a thread that hashes
            self.write(occurrence)
        else:
            self._write_soon(loop, occurrence)

    def warning(self, event: str, /, **fields: object) -> None:
        """Write that something happened which somebody should look at."""
        if self._level <= logging.WARNING:
            request = current_request()
            self.write(Occurrence(time.time_ns(), "warning", OURS, event, fields, request))

    def error(self, event: str, /, *, exc_info: BaseException, **fields: object) -> None:
        """Write that something failed, with the traceback."""
        request = current_request()
        self.write(Occurrence(time.time_ns(), "error", OURS, event, fields, request, exc_info))

    def write(self, occurrence: Occurrence) -> None:
        """Write what happened, whatever its level, and all that was noted before."""
        with self._lock:
            self._noted.append(occurrence)
            self.flush()

    def flush(self) -> None:
        """Write what was noted."""
        with self._lock:
            noted, self._noted, self._loop = self._noted, [], None
            lines = [_line_of(each) for each in noted]
            for output in self._outputs:
                try:
                    output.write(lines)
                except OSError:
                    self.warning("log_file_unusable", file=output.name)

    def _write_soon(self, loop: asyncio.AbstractEventLoop, occurrence: Occurrence) -> None:
        with self._lock:
            self._noted.append(occurrence)
            if len(self._noted) >= MOST_NOTED:
                self.flush()
            elif self._loop is not loop:
                self._loop = loop
                loop.call_later(A_MOMENT, self.flush)


def _line_of(occurrence: Occurrence) -> Line:
    try:
        return make_line(occurrence)
    except Exception as error:  # a value that has no text must not cost the lines beside it
        return make_line(occurrence._replace(fields={}, error=error))


log = Log()
atexit.register(log.close)
