"""Everything that a person reads on a page is translated."""

import re
from collections.abc import Iterator
from types import SimpleNamespace as Given
from typing import Any

import pytest

from idp.web.templating import Templates
from tests.templates.contexts import NAMES, STATES
from tests.templates.page import Page, show
from tests.templates.pseudo import TAG, write_catalogue

BRAND = "Acme ID"

# The values of a page that are sentences of ours. All others come from people or clients.
OURS = {"error", "errors", "title", "message", "label", "detail", "sentence", "way", "scopes"}
# What describes the protocol to those who write clients is full of its names, which stay.
FOR_DEVELOPERS = {"docs.html", "playground/index.html", "playground/step.html"}
FOR_PEOPLE = [
    pytest.param(*state, id=name)
    for state, name in zip(STATES, NAMES, strict=True)
    if state[0] not in FOR_DEVELOPERS
]
READ_ALOUD = ("aria-label", "alt", "placeholder", "title")


def texts_in(value: Any, *, ours: bool = False) -> Iterator[tuple[str, bool]]:
    """Give every text in a context, and whether it is a sentence of ours."""
    match value:
        case str():
            yield value, ours
        case Given():
            yield from texts_in(vars(value), ours=ours)
        case dict():
            for key, item in value.items():
                yield from texts_in(item, ours=ours or key in OURS)
        case list() | tuple():
            for item in value:
                yield from texts_in(item, ours=ours)


def sentences_of_ours() -> set[str]:
    """Give what the contexts say in our name."""
    contexts = [context for name, _, context in STATES if name not in FOR_DEVELOPERS]
    return {text for text, ours in texts_in(contexts) if ours}


def from_others(context: dict[str, Any]) -> list[str]:
    """Give what stands on a page as people and clients have said it, the longest first."""
    texts = {text for text, ours in texts_in(context) if not ours}
    return sorted(texts | {BRAND}, key=len, reverse=True)


def read_on(page: Page) -> str:
    """Give all that a person sees on a page, or hears of it."""
    heard = [
        str(attributes.get(name) or "") for _, attributes in page.elements for name in READ_ALOUD
    ]
    return "\n".join([*page.texts, *heard])


@pytest.fixture(scope="module")
def pseudo(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Give the packaged templates, with a language that nobody speaks."""
    directory = tmp_path_factory.mktemp("own")
    write_catalogue(directory, more=sentences_of_ours())
    return Templates(str(directory), BRAND)


@pytest.mark.parametrize(("name", "state", "context"), FOR_PEOPLE)
def test_every_sentence_of_a_page_is_translated(
    pseudo: Templates, name: str, state: str, context: dict[str, Any]
) -> None:
    """Only what people and clients have said themselves is left in plain letters."""
    with pseudo.languages.reading(TAG):
        page = show(pseudo, name, context)

    text = read_on(page)
    for said in from_others(context):
        text = re.sub(rf"(?<!\w){re.escape(said)}(?!\w)", " ", text)
    assert re.findall(r"[A-Za-z]{2,}", text) == [], state
    assert page.all("html")[0]["lang"] == TAG
