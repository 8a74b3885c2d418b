"""What holds for every page in every state, also with hostile values."""

import re
from types import SimpleNamespace as Given
from typing import Any

import pytest

from idp.web.templating import Templates
from tests.templates.contexts import NAMES, STATES
from tests.templates.openapi import OPENAPI
from tests.templates.page import show

SCRIPTS = {
    ("form_post.html", "code"): ["submit.js"],
    ("logged_out.html", "going on"): ["logged_out.js"],
    ("check_session.html", "only"): ["check_session.js"],
}

HOSTILE = "\"'><script src=//evil.example></script><b onclick=x style=y>{{ 7 * 7 }}"


def hostile(value: Any) -> Any:
    """Replace every text that came from somewhere else, wherever it stands."""
    match value:
        case str():
            return HOSTILE
        case Given():
            return Given(**{key: hostile(item) for key, item in vars(value).items()})
        case dict():
            return {key: hostile(item) for key, item in value.items()}
        case list() | tuple():
            return type(value)(hostile(item) for item in value)
    return value


@pytest.mark.parametrize(("name", "state", "context"), STATES, ids=NAMES)
def test_every_state_of_a_page_renders_with_its_documented_context(
    templates: Templates, name: str, state: str, context: dict[str, Any]
) -> None:
    """A page needs no more than its comment says, and its ids are unique."""
    page = show(templates, name, context)

    assert page.title
    assert len(page.ids) == len(set(page.ids)), state
    assert page.all("main")


@pytest.mark.parametrize(("name", "state", "context"), STATES, ids=NAMES)
def test_a_page_never_lets_a_value_become_markup(
    templates: Templates, name: str, state: str, context: dict[str, Any]
) -> None:
    """Hostile values change no element, no attribute and no expression of a page."""
    if name == "docs.html":
        context = {"document": OPENAPI | {"info": hostile(OPENAPI["info"])}}
    else:
        context = hostile(context)

    page = show(templates, name, context)

    scripts = [element["src"] for element in page.all("script")]
    is_asking = name == "account/passkeys.html" or context.get("passkey_request")
    expected = ["passkey.js"] if is_asking else SCRIPTS.get((name, state), [])
    if name == "login.html":
        expected = ["reveal.js", *expected]
    assert scripts == [templates.static.url(each) for each in expected]
    assert not page.all("b"), state
    assert "49" not in page.text.replace(HOSTILE, "")
    assert not [a for _, attributes in page.elements for a in attributes if a.startswith("on")]


@pytest.mark.parametrize(("name", "state", "context"), STATES, ids=NAMES)
def test_every_form_carries_the_csrf_token(
    templates: Templates, name: str, state: str, context: dict[str, Any]
) -> None:
    """Each form is a POST with the token, except the one that goes to a client."""
    html = templates.render(name, csrf_token="t0ken", **context)

    for form in re.findall(r"<form.*?</form>", html, re.DOTALL):
        assert 'method="post"' in form, state
        assert ('name="csrf" value="t0ken"' in form) == (name != "form_post.html")
