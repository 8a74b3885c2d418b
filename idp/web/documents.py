"""Documents that anybody may keep for a while: prepared once, with what tells their age.

An answer says for how long it is good (RFC 9111 §5.2.2.1) and by what it is known again
(RFC 9110 §8.8.3).
"""

import hashlib
from functools import lru_cache

from starlette.responses import Response

from idp.web.headers import Fields, Headers
from idp.web.responses import CORS, ReadyResponse, fields_of

DOCUMENTS_REMEMBERED = 16


def send_document(body: bytes, max_age: int, headers: Headers) -> Response:
    """Send a JSON document, or say that the one which is kept is still good."""
    etag, whole, unchanged = _prepare(body, max_age)
    return unchanged if _is_kept(etag, headers) else whole


@lru_cache(DOCUMENTS_REMEMBERED)  # a rotation of the keys makes another document
def _prepare(body: bytes, max_age: int) -> tuple[str, Response, Response]:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    fields: Fields = fields_of(
        CORS
        | {
            "Cache-Control": f"public, max-age={max_age}",
            "Content-Type": "application/json",
            "ETag": etag,
            "X-Content-Type-Options": "nosniff",
        }
    )
    length = (b"content-length", b"%d" % len(body))
    return etag, ReadyResponse(body, 200, [*fields, length]), ReadyResponse(b"", 304, fields)


def _is_kept(etag: str, headers: Headers) -> bool:
    """Compare weakly (RFC 9110 §13.1.2): a proxy that compresses makes the tag a weak one."""
    sent = headers.get("if-none-match")
    if sent is None:
        return False
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in sent.split(","))
