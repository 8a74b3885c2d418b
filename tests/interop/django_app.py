"""An app on Django with mozilla-django-oidc; its sessions are renewed by `prompt=none`."""

import json
import os
from urllib.parse import urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
import jwt
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path

ISSUER, PORT = os.environ["ISSUER"], int(os.environ["PORT"])

settings.configure(
    SECRET_KEY="only for tests",
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATABASE"]}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "mozilla_django_oidc",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "mozilla_django_oidc.middleware.SessionRefresh",
    ],
    AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
    LOGIN_URL="/oidc/authenticate/",
    LOGIN_REDIRECT_URL="/",
    LOGOUT_REDIRECT_URL="/signed-out",
    ALLOW_LOGOUT_GET_METHOD=True,
    OIDC_RP_CLIENT_ID=os.environ["CLIENT_ID"],
    OIDC_RP_CLIENT_SECRET=os.environ["CLIENT_SECRET"],
    OIDC_RP_SIGN_ALGO="RS256",
    OIDC_OP_AUTHORIZATION_ENDPOINT=f"{ISSUER}/authorize",
    OIDC_OP_TOKEN_ENDPOINT=f"{ISSUER}/token",
    OIDC_OP_USER_ENDPOINT=f"{ISSUER}/userinfo",
    OIDC_OP_JWKS_ENDPOINT=f"{ISSUER}/jwks.json",
    OIDC_OP_LOGOUT_URL_METHOD=f"{__name__}.end_session_url",
    OIDC_STORE_ID_TOKEN=True,
    OIDC_USE_PKCE=True,
    OIDC_EXEMPT_URLS=["/expire"],
)


def show(**known: object) -> HttpResponse:
    """Show what the app knows."""
    return HttpResponse(f"<pre>{json.dumps(known)}</pre>")


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show who is signed in, and by which sign-in."""
    id_token = jwt.decode(request.session["oidc_id_token"], options={"verify_signature": False})
    return show(email=request.user.email, nonce=id_token["nonce"])


def expire(request: HttpRequest) -> HttpResponse:
    """Let the session be old, and go on: it is renewed on the way."""
    request.session["oidc_id_token_expiration"] = 0
    return HttpResponseRedirect("/")


def signed_out(request: HttpRequest) -> HttpResponse:
    """Welcome those who have signed out."""
    return show(signed_out=not request.user.is_authenticated)


def end_session_url(request: HttpRequest) -> str:
    """Tell where the session at the server is ended."""
    parameters = {
        "id_token_hint": request.session["oidc_id_token"],
        "post_logout_redirect_uri": f"http://localhost:{PORT}/signed-out",
    }
    return f"{ISSUER}/logout?{urlencode(parameters)}"


urlpatterns = [
    path("", home),
    path("expire", expire),
    path("signed-out", signed_out),
    path("oidc/", include("mozilla_django_oidc.urls")),
]


class Silent(WSGIRequestHandler):
    """Requests are no news."""

    def log_message(self, *_: object) -> None:
        """Keep still."""


if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)
    make_server("localhost", PORT, get_wsgi_application(), handler_class=Silent).serve_forever()
