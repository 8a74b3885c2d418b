"""What libraries log by Python's logging: their records become lines like our own."""

import logging
import time

from idp.log.context import current_request
from idp.log.line import Occurrence
from idp.log.writer import log

# Libraries that log requests, addresses or SQL with its values below these levels.
QUIET_LIBRARIES = {
    "alembic": logging.WARNING,
    "asyncio": logging.WARNING,
    "authlib": logging.INFO,
    "httpcore2": logging.WARNING,
    "httpx2": logging.WARNING,
    "pydantic_settings": logging.WARNING,
    "sqlalchemy": logging.WARNING,
}


def route_libraries(level: int) -> None:
    """Bring what libraries log at that level and above here, but for what holds too much."""
    logging.raiseExceptions = False  # or logging itself would print a record that it cannot write
    root = logging.getLogger()
    root.setLevel(level)
    if not any(isinstance(handler, _Lines) for handler in root.handlers):
        root.addHandler(_Lines())
    for name in ("uvicorn", "uvicorn.error"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    # Its lines hold query strings, in which clients send login_hint, id_token_hint and state.
    logging.getLogger("uvicorn.access").disabled = True
    for name, least in QUIET_LIBRARIES.items():
        logging.getLogger(name).setLevel(max(level, least))


class _Lines(logging.Handler):
    """Turns records into lines."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; one that cannot be read is passed over."""
        try:
            event = record.getMessage()
        except Exception:  # whatever its arguments are
            self.handleError(record)
            return
        error = record.exc_info[1] if record.exc_info else None
        level, when = record.levelname.lower(), time.time_ns()
        log.write(Occurrence(when, level, record.name, event, {}, current_request(), error))
