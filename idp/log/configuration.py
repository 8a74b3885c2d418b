"""Where the lines of this process go, as the settings say."""

import logging

from idp.config import LogConfig
from idp.log.libraries import route_libraries
from idp.log.line import render_json, render_text
from idp.log.outputs import Console, File
from idp.log.writer import log


def configure(config: LogConfig) -> None:
    """Send every line of this process to the console, and to the log file if there is one."""
    level = logging.getLevelNamesMapping()[config.level.upper()]
    log.open(level, Console(render_json if config.format == "json" else render_text))
    route_libraries(level)
    if config.file:
        try:
            log.add(File(config))
        except OSError as error:
            log.warning("log_file_unusable", file=config.file, reason=error.strerror)
