"""Documents that anybody may keep for a while: the metadata and the keys.

OpenID Connect Discovery 1.0 §4, RFC 8414 §3, RFC 7517 §5.
"""

from starlette.responses import Response

from idp.web.documents import send_document
from idp.web.headers import Headers
from idp.web.provider import Provider

METADATA_MAX_AGE = 300  # seconds


def metadata(provider: Provider, headers: Headers) -> Response:
    """Describe this server."""
    return send_document(provider.metadata, METADATA_MAX_AGE, headers)


def jwks(provider: Provider, headers: Headers) -> Response:
    """Publish the keys that sign tokens, the next ones included."""
    max_age = provider.config.keys.jwks_max_age
    return send_document(provider.signer.key_set.jwks, max_age, headers)
