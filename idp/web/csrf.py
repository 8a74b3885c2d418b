"""Forms that only our own pages can submit: where the request comes from, and a token in it.

The token is derived from the browser's cookie, which no other site can read or, by its `__Host-`
prefix, set. So a form stays good in several tabs, and nothing has to be stored.
"""

import base64
import hashlib
import hmac
from urllib.parse import urlsplit

from idp.secret import Secret
from idp.web.request import HttpRequest

FIELD = "csrf"
PURPOSE = b"idp csrf token"
OWN_SITES = frozenset({"same-origin", "none"})


class ForgedForm(Exception):
    """The form was not sent by one of our pages, or by one that is too old."""


def token(browser: Secret) -> str:
    """Give the token that forms shown to this browser carry."""
    mac = hmac.digest(browser.reveal().encode(), PURPOSE, hashlib.sha256)
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def check(http: HttpRequest, issuer: str) -> None:
    """Raise ForgedForm unless a form comes from a page of ours in this very browser."""
    if http.is_new_browser or not _is_from_here(http, issuer):
        raise ForgedForm
    sent = http.form.get(FIELD) or ""
    if not hmac.compare_digest(sent.encode(), token(http.browser).encode()):
        raise ForgedForm


def _is_from_here(http: HttpRequest, issuer: str) -> bool:
    """Ask Fetch Metadata, or in older browsers Origin; the token decides if neither is sent.

    Origin is "null" under our own Referrer-Policy, so it says nothing then.
    """
    site = http.headers.get("sec-fetch-site")
    if site is not None:
        return site in OWN_SITES
    origin = http.headers.get("origin", "null")
    own = urlsplit(issuer)
    return origin in ("null", f"{own.scheme}://{own.netloc}")
