"""Documents that anybody may keep for a while: the metadata and the keys.

OpenID Connect Discovery 1.0 §4, RFC 8414 §3, RFC 7517 §5.
"""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from idp.signing.rotation import JWKS_MAX_AGE
from idp.web.provider import Provider
from idp.web.responses import CORS

METADATA_MAX_AGE = 300  # seconds


def metadata(provider: Provider, request: Request) -> Response:
    """Describe this server."""
    return _document(provider.metadata, METADATA_MAX_AGE, request)


def jwks(provider: Provider, request: Request) -> Response:
    """Publish the keys that sign tokens, the next ones included."""
    return _document(provider.signer.key_set.jwks, JWKS_MAX_AGE, request)


def _document(body: bytes, max_age: int, request: Request) -> Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = CORS | {
        "Cache-Control": f"public, max-age={max_age}",
        "Content-Type": "application/json",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
    }
    if _is_kept(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers)


def _is_kept(request: Request, etag: str) -> bool:
    """Compare weakly (RFC 9110 §13.1.2): a proxy that compresses makes the tag a weak one."""
    tags = request.headers.get("if-none-match", "").split(",")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in tags)
