"""What browsers and crawlers ask every site for, by addresses that nobody chose here."""

from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from idp import paths
from idp.web.headers import Headers
from idp.web.provider import Provider

DAY = "public, max-age=86400"


def home(provider: Provider, headers: Headers) -> Response:
    """Lead who opens the bare address to their account, or to what there is to try."""
    path = paths.PLAYGROUND if provider.config.server.dev else paths.ACCOUNT
    return RedirectResponse(provider.url(path), 303)


def favicon(provider: Provider, headers: Headers) -> Response:
    """Send a browser that has not read a page, and so not its link, to the icon."""
    location = provider.templates.static.url("favicon.svg")
    return RedirectResponse(location, 303, {"Cache-Control": DAY})


def robots(provider: Provider, headers: Headers) -> Response:
    """Keep crawlers out of what is of use only to who signs in (RFC 9309)."""
    kept = {"Cache-Control": DAY, "X-Content-Type-Options": "nosniff"}
    return PlainTextResponse("User-agent: *\nDisallow: /\n", headers=kept)


def change_password(provider: Provider, headers: Headers) -> Response:
    """Lead password managers to the form (W3C, A Well-Known URL for Changing Passwords)."""
    return RedirectResponse(provider.url(paths.PASSWORD), 303)


def passkey_endpoints(provider: Provider, headers: Headers) -> Response:
    """Say where passkeys are made and kept (W3C, A Well-Known URL for Passkey Endpoints)."""
    address = provider.config.issuer + paths.PASSKEYS
    return JSONResponse({"enroll": address, "manage": address}, headers={"Cache-Control": DAY})
