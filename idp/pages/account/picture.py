"""A person's picture: given, taken away, and shown to whoever knows its address."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from idp import paths
from idp.pages.account.profile import show_profile
from idp.storage.pictures import find_picture
from idp.users.login_sessions import SignedIn
from idp.users.pictures.cleaned import NotAPicture
from idp.users.pictures.keeping import give_picture, take_picture_away
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import redirect
from idp.words import N_

NOT_A_PICTURE = N_(
    "This is no PNG, JPEG, GIF or WebP picture that can be shown. Choose another one."
)
TOO_LARGE = N_("This picture is too large. Choose a smaller one.")
NOT_EDITABLE = N_("Pictures are given by administrators here.")

HEADERS = {
    "Cache-Control": "public, max-age=3600",  # another picture has another address
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",  # clients show it on their pages
}


def give(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Take a picture from the person."""
    _refuse_if_settled(provider)
    body = http.files.get("picture", b"")
    error = TOO_LARGE if len(body) > provider.config.account.max_picture_bytes else None
    if error is None:
        try:
            give_picture(provider.config.issuer, signed_in.user, body)
        except NotAPicture:
            error = NOT_A_PICTURE
    if error is not None:
        errors = {"picture": error}
        return show_profile(provider, http, signed_in.user, errors=errors, status=422)
    return redirect(provider, http, provider.url(paths.PROFILE))


def take_away(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Leave the person without a picture."""
    _refuse_if_settled(provider)
    take_picture_away(signed_in.user)
    return redirect(provider, http, provider.url(paths.PROFILE))


def picture(provider: Provider, http: HttpRequest) -> Response:
    """Show a picture to whoever knows where it is."""
    found = find_picture(http.path_params["picture_id"])
    if found is None:
        raise HTTPException(404)
    return Response(found.image, 200, HEADERS, found.media_type)


def _refuse_if_settled(provider: Provider) -> None:
    if "picture" not in provider.config.account.editable_claims:
        raise HTTPException(404, NOT_EDITABLE)
