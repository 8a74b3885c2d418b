"""An app on Authlib's client for Starlette; it keeps the tokens of its users in memory."""

import json
import os
from typing import Any

import uvicorn
from authlib.integrations.starlette_client import OAuth
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

ISSUER, PORT = os.environ["ISSUER"], int(os.environ["PORT"])
CALLBACK = f"http://localhost:{PORT}/callback"
SIGNED_OUT = f"http://localhost:{PORT}/signed-out"

tokens: dict[str, dict[str, Any]] = {}


async def keep(token: dict[str, Any], refresh_token: str, **_: Any) -> None:
    """Keep what Authlib has refreshed in the place of what it was refreshed with."""
    old = next(old for old in tokens.values() if old["refresh_token"] == refresh_token)
    old |= token


oauth = OAuth()
oauth.register(
    "idp",
    update_token=keep,
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=f"{ISSUER}/.well-known/openid-configuration",
    client_kwargs={"scope": "openid email offline_access", "code_challenge_method": "S256"},
)


def show(known: dict[str, Any]) -> Response:
    """Show what the app knows."""
    return HTMLResponse(f"<pre>{json.dumps(known)}</pre>")


async def home(request: Request) -> Response:
    """Show who is signed in, or send them to sign in; Authlib refreshes what has expired."""
    if "sub" not in request.session:
        redirect: Response = await oauth.idp.authorize_redirect(request, CALLBACK)
        return redirect
    token = tokens[request.session["sub"]]
    userinfo = await oauth.idp.userinfo(token=token)
    return show({"userinfo": userinfo, "access_token": token["access_token"]})


async def callback(request: Request) -> Response:
    """Take the tokens; Authlib has verified the ID token."""
    token = await oauth.idp.authorize_access_token(request)
    sub = token["userinfo"]["sub"]
    tokens[sub], request.session["sub"] = token, sub
    return RedirectResponse("/")


async def expire(request: Request) -> Response:
    """Let the access token be old, and go on."""
    tokens[request.session["sub"]]["expires_at"] = 1
    return RedirectResponse("/")


async def sign_out(request: Request) -> Response:
    """End the session here, and the one at the server."""
    id_token = tokens.pop(request.session.pop("sub"))["id_token"]
    redirect: Response = await oauth.idp.logout_redirect(request, SIGNED_OUT, id_token)
    return redirect


async def signed_out(request: Request) -> Response:
    """Welcome those who have signed out; Authlib looks at the state."""
    await oauth.idp.validate_logout_response(request)
    return show({"signed_out": True, "session": sorted(request.session)})


ROUTES = [
    Route("/", home),
    Route("/callback", callback),
    Route("/expire", expire),
    Route("/sign-out", sign_out),
    Route("/signed-out", signed_out),
]
SESSIONS = Middleware(SessionMiddleware, secret_key="only for tests")

if __name__ == "__main__":
    app = Starlette(routes=ROUTES, middleware=[SESSIONS])
    uvicorn.run(app, host="localhost", port=PORT, log_level="warning")
