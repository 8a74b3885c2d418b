"""Probes for whoever watches over this process: does it live, can it work."""

from starlette.responses import Response

from idp.storage.database import ping
from idp.web.headers import Headers
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import json_response


def live(provider: Provider, headers: Headers) -> Response:
    """Answer as long as the event loop turns."""
    return json_response({"status": "ok"})


def ready(provider: Provider, http: HttpRequest) -> Response:
    """Answer if the database does; 503 otherwise."""
    ping()
    return json_response({"status": "ok"})
