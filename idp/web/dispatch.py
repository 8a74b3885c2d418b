"""What has a fixed path is found by one look-up, not by trying one route after the other."""

from collections.abc import Awaitable, Iterable, Iterator
from dataclasses import dataclass

from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Place:
    """A path where something is, and below which other path it is mounted."""

    app: ASGIApp
    methods: frozenset[str]
    root_path: str


class Dispatch:
    """Pure ASGI: hands a request on, to Starlette's router what has parameters or is not there."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._places: dict[str, Place] = {}
        for path, place in _places(routes, ""):
            self._places.setdefault(path, place)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand a request on; the router has the answer to a method that is not allowed, too."""
        place = self._places.get(scope["path"]) if scope["type"] == "http" else None
        if place is None or scope["method"] not in place.methods:
            return self._app(scope, receive, send)
        scope["root_path"] = place.root_path
        return place.app(scope, receive, send)


def _places(routes: Iterable[BaseRoute], below: str) -> Iterator[tuple[str, Place]]:
    for route in routes:
        if isinstance(route, Mount):
            yield from _places(route.routes, below + route.path)
        elif isinstance(route, Route) and not route.param_convertors:
            yield below + route.path, Place(route.app, frozenset(route.methods or ()), below)
