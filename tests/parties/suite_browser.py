"""The browser of a certification suite: it does on our pages what the suite's configuration says.

`browser` of that configuration lists addresses, and for each of them tasks, of which each is done
on the page that is there by then if its address matches. In a pattern only `*` is special.
"""

import re
from typing import Any

from tests.parties.browser import Arrival, Browser, Page

SCREENSHOT = "update-image-placeholder"


class SuiteBrowser:
    """A browser, the tasks that it knows, and what it has seen since it was last sent somewhere."""

    def __init__(self, browser: Browser, entries: list[dict[str, Any]]) -> None:
        self.browser = browser
        self.entries = entries
        self.pages: list[str] = []
        self.screenshots: list[str] = []

    async def get(self, url: str) -> Page | Arrival:
        """Open an address, and do all tasks for it; give where this ends."""
        return await self._do(url, await self.browser.open(url))

    async def post(self, url: str, parameters: dict[str, str]) -> Page | Arrival:
        """Send a form from elsewhere, and do all tasks for the address."""
        shown = await self.browser.post(url, parameters, origin="https://localhost.emobix.co.uk")
        return await self._do(url, shown)

    async def _do(self, url: str, shown: Page | Arrival) -> Page | Arrival:
        self.pages, self.screenshots = [], []
        entry = next(entry for entry in self.entries if matches(entry["match"], url))
        for task in entry["tasks"]:
            if matches(task["match"], address_of(shown)):
                shown = await self._do_task(task, shown)
            else:
                assert task["optional"]
        return shown

    async def _do_task(self, task: dict[str, Any], shown: Page | Arrival) -> Page | Arrival:
        typed: dict[str, str] = {}
        if isinstance(shown, Page) and not has_left(shown):
            self.pages += sorted(each for each in shown.ids if each.endswith("-page"))
        for command, by, selector, *more in task["commands"]:
            if has_left(shown):
                assert (command, by, selector) == ("wait", "id", "submission_complete")
                continue
            assert isinstance(shown, Page)
            target = find(shown, by, selector)
            if target is None and more[-1:] == ["optional"]:
                continue
            assert target, f"{selector} is not on the page at {shown.url}"
            if command == "text":
                typed[target] = more[0]
            if command == "click":
                shown = await self.browser.submit(shown, target, **typed)
            if len(more) > 2 and more[2].startswith(SCREENSHOT):
                self.screenshots.append(target)
        return shown


def find(page: Page, by: str, selector: str) -> str | None:
    """Tell which element a command is about: by its id, or the first of several in CSS."""
    ids = {"id": [selector], "css": [each.strip()[1:] for each in selector.split(",")]}[by]
    return next((each for each in ids if each in page), None)


def has_left(shown: Page | Arrival) -> bool:
    """Tell whether it is at the suite: a form that is there to be sent has sent itself."""
    return isinstance(shown, Arrival) or "form-post-page" in shown


def address_of(shown: Page | Arrival) -> str:
    """Tell where a browser is that runs scripts."""
    return shown.forms[0].action if isinstance(shown, Page) and has_left(shown) else shown.url


def matches(pattern: str, url: str) -> bool:
    """Tell whether an address is one that a task, or a list of them, is for."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), url) is not None
