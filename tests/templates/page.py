"""A page as a browser reads it."""

from html.parser import HTMLParser
from typing import Any

from idp.web.templating import Templates


class Page(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.texts.append(data)

    @property
    def text(self) -> str:
        """Give all texts as one."""
        return "".join(self.texts)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """List the attributes of each element with a tag."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def ids(self) -> list[str]:
        """List the ids, in their order."""
        return [str(attributes["id"]) for _, attributes in self.elements if "id" in attributes]

    @property
    def title(self) -> str:
        """Give what the title says before the name of the service."""
        return self.text.split("·")[0].strip()


def show(templates: Templates, name: str, context: dict[str, Any]) -> Page:
    """Fill in a template and read it."""
    return Page(templates.render(name, csrf_token="t0ken", **context))
