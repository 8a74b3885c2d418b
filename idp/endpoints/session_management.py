"""The page that clients load into a frame to watch a session (OIDC Session Management §3.3)."""

from starlette.responses import HTMLResponse, Response

from idp.web.cookies import Cookies
from idp.web.headers import Headers
from idp.web.provider import Provider

# Any client may frame it: it answers only whether a state that the client has still holds.
POLICY = "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors *"
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def check_session(provider: Provider, headers: Headers) -> Response:
    """Give the page, with the name of the cookie that its script reads."""
    cookie = Cookies(provider.config).browser_state_name
    html = provider.templates.render("check_session.html", cookie=cookie)
    return HTMLResponse(html, headers=HEADERS)
