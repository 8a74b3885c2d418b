"""A sheet with the accent colour of a client, or of this server, instead of ours (CSS Color 4).

It is named by the colour, so that pages need no style of their own, which the policy forbids.
"""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from idp.colors import BLACK, WHITE, Color, accent_for_dark, readable_accent
from idp.web.provider import Provider
from idp.web.request import HttpRequest

HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SHEET = """\
@layer tokens {{
  :root {{
    --accent: light-dark({light}, {dark});
    --accent-strong: light-dark({light_strong}, {dark_strong});
    --on-accent: light-dark(white, {on_dark});
    --accent-wash: light-dark({light_wash}, {dark_wash});
  }}
}}
"""


def accent(provider: Provider, http: HttpRequest) -> Response:
    """Give the sheet of a colour that can be read."""
    name = http.path_params["name"]
    try:
        color = Color.parse(f"#{name.removesuffix('.css')}")
    except ValueError:
        raise HTTPException(404) from None
    if color != readable_accent(color):
        raise HTTPException(404)
    return Response(_sheet(color), 200, HEADERS, "text/css; charset=utf-8")


def _sheet(color: Color) -> str:
    dark = accent_for_dark(color)
    return SHEET.format(
        light=color,
        light_strong=color.mixed(BLACK, 0.2),
        light_wash=color.mixed(WHITE, 0.93),
        dark=dark,
        dark_strong=dark.mixed(WHITE, 0.25),
        dark_wash=dark.mixed(BLACK, 0.8),
        on_dark=dark.mixed(BLACK, 0.9),
    )
