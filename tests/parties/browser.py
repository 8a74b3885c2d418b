"""A browser without scripts: cookies, redirects and forms, as a person uses them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import httpx2


@dataclass
class Form:
    """A form of a page, and the buttons in it by id."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Page:
    """A page that is shown."""

    url: str
    status: int
    headers: httpx2.Headers
    text: str
    ids: set[str]
    forms: list[Form]

    def __contains__(self, element_id: str) -> bool:
        return element_id in self.ids


@dataclass
class Arrival:
    """A redirect to somewhere else: the relying party."""

    url: str

    @property
    def params(self) -> dict[str, str]:
        """What was sent along, in the query or the fragment."""
        url, fragment = urldefrag(self.url)
        return dict(parse_qsl(fragment or urlsplit(url).query, keep_blank_values=True))


class Browser:
    """One person's browser; it stays on the issuer's pages and stops where they lead away."""

    def __init__(self, transport: httpx2.AsyncBaseTransport, issuer: str) -> None:
        self.issuer = issuer
        self.http = httpx2.AsyncClient(transport=transport, base_url=issuer)

    @property
    def cookies(self) -> httpx2.Cookies:
        """The cookies that it keeps."""
        return self.http.cookies

    async def open(self, url: str) -> Page | Arrival:
        """Open an address and follow where it leads."""
        return await self._follow(await self.http.get(url))

    async def post(self, url: str, data: dict[str, str], **headers: str) -> Page | Arrival:
        """Send a form of our own making."""
        return await self._follow(await self.http.post(url, data=data, headers=headers))

    async def submit(self, page: Page, button: str, **typed: str) -> Page | Arrival:
        """Fill in the form that has this button, and press it."""
        form = next(form for form in page.forms if button in form.buttons)
        name, value = form.buttons[button]
        data = form.fields | typed | ({name: value} if name else {})
        url = urljoin(page.url, form.action) if form.action else page.url
        return await self._follow(await self.http.post(url, data=data))

    async def sign_in(self, page: Page, username: str, password: str) -> Page | Arrival:
        """Sign in on the login page."""
        return await self.submit(page, "login-submit", username=username, password=password)

    async def _follow(self, response: httpx2.Response) -> Page | Arrival:
        for _ in range(10):
            if not response.is_redirect:
                return _read(response)
            url = urljoin(str(response.url), response.headers["location"])
            if not url.startswith(self.issuer + "/"):
                return Arrival(url)
            response = await self.http.get(url)
        raise AssertionError("redirected in a circle")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.forms: list[Form] = []
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.add(values["id"])
        if tag == "form":
            self.forms.append(Form(values.get("action", "")))
        is_sent = values.get("type") not in {"checkbox", "radio"} or "checked" in values
        if tag == "input" and self.forms and "name" in values and is_sent:
            self.forms[-1].fields[values["name"]] = values.get("value", "")
        if tag == "select":
            self.select = values["name"]
        if tag == "option" and ("selected" in values or self.select not in self.forms[-1].fields):
            self.forms[-1].fields[self.select] = values.get("value", "")
        if tag == "button" and self.forms:
            button = (values.get("name", ""), values.get("value", ""))
            self.forms[-1].buttons[values.get("id", "")] = button


def _read(response: httpx2.Response) -> Page:
    reader = _Reader()
    reader.feed(response.text)
    return Page(
        url=str(response.url),
        status=response.status_code,
        headers=response.headers,
        text=response.text,
        ids=reader.ids,
        forms=reader.forms,
    )
