"""Structured logs: the request's id on every line, no secrets, one line for each event."""

import logging
import re
import sys
from contextlib import suppress
from contextvars import ContextVar
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from idp.config import LogConfig
from idp.redaction import redact

FILE_MODE = 0o640

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

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_client_address: ContextVar[str | None] = ContextVar("client_address", default=None)

log: structlog.stdlib.BoundLogger = structlog.get_logger("idp")


def configure(config: LogConfig) -> None:
    """Send every line of this process to the console, and to the log file if there is one."""
    logging.raiseExceptions = False  # or logging itself would print a record that it cannot write
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, _Console | _File):
            root.removeHandler(handler)
            handler.close()
    root.setLevel(config.level.upper())
    root.addHandler(_Console(_json if config.format == "json" else _text))
    _route_libraries(root.level)
    if config.file:
        _add_file(root, config)


def bind_request(request_id: str, address: str | None) -> None:
    """Put the request's id and the client's address on every line from here on."""
    _request_id.set(request_id)
    _client_address.set(address)


def clear_request() -> None:
    """Forget the request."""
    _request_id.set(None)
    _client_address.set(None)


def request_id() -> str | None:
    """Name the request that is being answered; None outside of one."""
    return _request_id.get()


def client_address() -> str | None:
    """Name the address from which the request came; None outside of one."""
    return _client_address.get()


def _route_libraries(level: int) -> None:
    for name in ("uvicorn", "uvicorn.error"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    # Its lines hold query strings, in which clients send login_hint, id_token_hint and state.
    logging.getLogger("uvicorn.access").disabled = True
    for name, least in QUIET_LIBRARIES.items():
        logging.getLogger(name).setLevel(max(level, least))


def _add_file(root: logging.Logger, config: LogConfig) -> None:
    try:
        root.addHandler(_File(config))
    except OSError as error:
        log.warning("log_file_unusable", file=config.file, reason=error.strerror)


class _Console(logging.StreamHandler[Any]):
    """Whatever standard error is at that moment."""

    def __init__(self, renderer: Processor) -> None:
        super().__init__(sys.stderr)
        self.setFormatter(_formatter(renderer))

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


class _File(RotatingFileHandler):
    """A file that only this account and its group can read, and that may break without harm."""

    def __init__(self, config: LogConfig) -> None:
        Path(config.file).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(
            config.file, maxBytes=config.max_bytes, backupCount=config.backups, encoding="utf-8"
        )
        self.setFormatter(_formatter(_json))
        self._is_broken = False

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).touch(mode=FILE_MODE)
        return super()._open()

    def close(self) -> None:
        """Close the file; what it would not take then is lost, as it was before."""
        with suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Say once that the file is broken; the console goes on."""
        if not self._is_broken:
            self._is_broken = True
            log.warning("log_file_unusable", file=self.baseFilename)


def _formatter(renderer: Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=PROCESSORS,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )


def _add_request(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name, value in (("request_id", request_id()), ("address", client_address())):
        if value is not None:
            event.setdefault(name, value)
    return event


def _redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    meta = {name: event.pop(name) for name in ("_record", "_from_structlog") if name in event}
    return {**redact(event), **meta}


def _text(_: WrappedLogger, __: str, event: EventDict) -> str:
    """Render a line for people: time, level, event, then what is known about it."""
    head = [event.pop("time", ""), event.pop("level", "").ljust(7), event.pop("event", "")]
    traceback = event.pop("exception", "")
    if event.get("logger") == "idp":
        del event["logger"]
    pairs = [f"{name}={_quote(str(value))}" for name, value in event.items()]
    line = " ".join([_escape(part) for part in map(str, head)] + pairs)
    return line + "".join(f"\n    | {_escape(part)}" for part in traceback.splitlines())


def _json(logger: WrappedLogger, name: str, event: EventDict) -> str | bytes:
    """Render a line for programs; JSON escapes control characters itself."""
    return structlog.processors.JSONRenderer(default=str)(logger, name, event)


def _quote(value: str) -> str:
    if re.fullmatch(r"[^\s\"=\\]+", value):
        return _escape(value)
    return '"' + _escape(value.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def _escape(text: str) -> str:
    """Write out what could end the line or move the cursor, so that nobody can forge a line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


PROCESSORS: list[Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    _add_request,
    structlog.processors.format_exc_info,
    _redact,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
]

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        *PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
