"""Static files, read once at start and served from memory (RFC 9111 §4.3, RFC 8246)."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

PACKAGED_STATIC = Path(__file__).resolve().parent.parent / "static"

_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOREVER = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served; the version is a digest of its bytes."""

    body: bytes
    content_type: str
    version: str


class StaticFiles:
    """Serve the files of some directories, the first that has a name winning; mount at /static."""

    def __init__(self, *directories: Path, url_prefix: str = "") -> None:
        self._mounted_at = f"{url_prefix}/static"
        self._files = _read_all(directories)

    def url(self, name: str) -> str:
        """Return the address of a file, which changes whenever its content does."""
        return f"{self._mounted_at}/{name}?v={self._files[name].version}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self._respond(Request(scope))
        await response(scope, receive, send)

    def _respond(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD"}:
            return PlainTextResponse("method not allowed", 405, {"Allow": "GET, HEAD"})
        path: str = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        file = self._files.get(path.lstrip("/"))
        if file is None:
            return PlainTextResponse("not found", 404, {"X-Content-Type-Options": "nosniff"})
        return _serve(file, request)


def _serve(file: StaticFile, request: Request) -> Response:
    etag = f'"{file.version}"'
    is_versioned = request.query_params.get("v") == file.version
    headers = {
        "Cache-Control": _FOREVER if is_versioned else _ASK_EACH_TIME,
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
    }
    if _is_known(etag, request.headers.get("If-None-Match", "")):
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = file.content_type
    return Response(file.body, headers=headers)


def _is_known(etag: str, if_none_match: str) -> bool:
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in known or "*" in known


def _read_all(directories: tuple[Path, ...]) -> Mapping[str, StaticFile]:
    files: dict[str, StaticFile] = {}
    for directory in reversed(directories):
        for path in sorted(directory.rglob("*")):
            if path.is_file():
                files[path.relative_to(directory).as_posix()] = _read(path)
    return MappingProxyType(files)


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    content_type = _CONTENT_TYPES.get(path.suffix, guessed)
    return StaticFile(body, content_type, hashlib.sha256(body).hexdigest()[:16])
