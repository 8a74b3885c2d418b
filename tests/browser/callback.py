"""Where a client receives its users: a site of its own, which notes with what they arrive."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

PAGE = b"<!doctype html><html lang=en><title>Notes</title><h1>Notes</h1>"


@dataclass
class Callback:
    """A site, and what its browsers brought along. `localhost` is another site than 127.0.0.1."""

    port: int
    arrivals: list[dict[str, str]] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """Its origin."""
        return f"http://localhost:{self.port}"

    @property
    def redirect_uri(self) -> str:
        """Where it wants authorization responses."""
        return f"{self.origin}/callback"

    @property
    def signed_out_uri(self) -> str:
        """Where it wants people who have signed out."""
        return f"{self.origin}/signed-out"


@contextmanager
def listening() -> Iterator[Callback]:
    """Run the site for as long as the context is open."""
    callback = Callback(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/favicon.ico":
                self.send_error(404)
            else:
                self._arrive(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._arrive(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _arrive(self, parameters: str) -> None:
            callback.arrivals.append(dict(parse_qsl(parameters, keep_blank_values=True)))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_: Any) -> None:
            """Keep still."""

    with ThreadingHTTPServer(("localhost", 0), Handler) as site:
        callback.port = site.server_port
        thread = threading.Thread(target=site.serve_forever, args=[0.05])
        thread.start()
        yield callback
        site.shutdown()
        thread.join()
