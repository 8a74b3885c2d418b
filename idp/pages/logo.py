"""A client's logo, from this server: pages load nothing from elsewhere (RFC 7591 §2)."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from idp.clients.client_identifier_url import client_id_in
from idp.clients.logos import version_of
from idp.clients.registration import find_client
from idp.web.clients import view_of
from idp.web.provider import Provider
from idp.web.request import HttpRequest

KEPT = "public, max-age=3600"
KEPT_BRIEFLY = "public, max-age=60"  # the client's server may be up again

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def logo(provider: Provider, http: HttpRequest) -> Response:
    """Give a client's logo, or the letter that it begins with if it cannot be had."""
    client = find_client(client_id_in(http.path_params["client_id"]))
    logo_uri = client.logo_uri if client else None
    if client is None or logo_uri is None or version_of(logo_uri) != http.path_params["version"]:
        raise HTTPException(404)
    found = provider.logos.find(logo_uri)
    if found is not None:
        headers = HEADERS | {"Cache-Control": KEPT}
        return Response(found.image, 200, headers, found.media_type)
    letter = provider.templates.render("logo.svg", letter=view_of(client).host[0].upper())
    return Response(letter, 200, HEADERS | {"Cache-Control": KEPT_BRIEFLY}, "image/svg+xml")
