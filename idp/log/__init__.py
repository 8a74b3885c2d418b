"""The log: one line for each event, the request's id on every line, no secrets.

The server's own events take a short way, for each request leaves one:

`writer.py`         `log.info("event", name=value)`; notes it and hands its line out
`line.py`           what a line says, redacted, as text for people and as JSON for programs
`outputs.py`        the console, and the file that is set aside when it is full
`context.py`        the request that lines belong to
`libraries.py`      the records of libraries, which come by Python's logging
`configuration.py`  puts them together as the settings say

A logging library with a chain of processors costs as much as a tenth of an RSA signature for each
line, and what would be left of it here is the name of its methods; so there is none.
"""

from idp.log.configuration import configure
from idp.log.context import bind_request, clear_request, client_address, request_id
from idp.log.writer import log

__all__ = ["bind_request", "clear_request", "client_address", "configure", "log", "request_id"]
