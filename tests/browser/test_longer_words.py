"""Words that are longer than English ones, on the narrowest phone (WCAG 2.2, 1.4.10)."""

from pathlib import Path

from playwright.async_api import Browser

from idp.web.static import PACKAGED_STATIC
from idp.web.templating import Templates
from tests.templates.contexts import NAMES, STATES
from tests.templates.pseudo import TAG, write_catalogue

NARROW = {"width": 320, "height": 640}
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth > innerWidth"


async def test_longer_words_fit_on_a_narrow_page(chromium: Browser, tmp_path: Path) -> None:
    """No page has to be moved sideways in a language that needs a third more room."""
    write_catalogue(tmp_path)
    templates = Templates(str(tmp_path), "Acme ID")
    css = (PACKAGED_STATIC / "app.css").read_text()
    page = await chromium.new_page(viewport=NARROW)
    await page.route("**/*", lambda route: route.abort())

    too_wide = []
    for name, (template, _, context) in zip(NAMES, STATES, strict=True):
        with templates.languages.reading(TAG):
            html = templates.render(template, csrf_token="t0ken", **context)
        html = html.replace('http-equiv="refresh"', "")  # which would lead away at once
        await page.set_content(html.replace("</head>", f"<style>{css}</style></head>"))
        if await page.evaluate(WIDER_THAN_THE_WINDOW):
            too_wide.append(name)

    assert too_wide == []
    await page.close()
