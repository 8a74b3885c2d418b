"""What holds for the text of every template."""

import re
from collections.abc import Iterator

import pytest

from idp.outbox.mail import MailTemplate
from idp.web.templating import data_directory
from tests.templates.contexts import STATES

DIRECTORY = data_directory("templates")
TEMPLATES = sorted(
    path.relative_to(DIRECTORY).as_posix()
    for path in DIRECTORY.rglob("*.*")
    if path.suffix in {".html", ".txt"}
)
PARTIALS = {"layout.html", "parts.html", "icons.html", "spec.html", "account_fields.html"}
PARTIALS |= {"passkey_parts.html"}
PARTIALS |= {
    "playground/frame.html",
    "account/frame.html",
    "mail/layout.html",
    "mail/layout.txt",
    "mail/sentences.txt",
}
MAILS = {f"mail/{template}.txt" for template in MailTemplate}  # all written in tests/web/


def test_every_page_has_its_states_here() -> None:
    """No template escapes the table of states."""
    assert {name for name, _, _ in STATES} | PARTIALS | MAILS == set(TEMPLATES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_begins_by_saying_when_it_appears(name: str) -> None:
    """The first thing in a template is a comment for whoever restyles it."""
    source = (DIRECTORY / name).read_text()

    assert source.startswith("{# ")
    assert source.index("#}") > 60


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name != "mail/layout.html"])
def test_a_template_holds_nothing_that_the_content_policy_forbids(name: str) -> None:
    """No inline style or script, no handler, no address elsewhere and no unescaped value."""
    source = (DIRECTORY / name).read_text()

    for forbidden in (r"<style", r"\sstyle\s*=", r"\son\w+\s*=", r"https?://", r"javascript:"):
        assert not re.search(forbidden, source, re.IGNORECASE), forbidden
    assert not re.search(r"<script(?! src=\"{{ static\()", source)
    assert not re.search(r"\|\s*safe|autoescape|Markup", source)


def untranslated(source: str) -> Iterator[str]:
    """Find words for people that stand outside a translation."""
    source = re.sub(r"<style>.*?</style>", "", source, flags=re.DOTALL)
    source = re.sub(r"{#.*?#}|{%-? trans.*?endtrans -?%}", "", source, flags=re.DOTALL)
    source = re.sub(r"{% block id %}[a-z-]+{% endblock %}", "", source)
    text = re.sub(r"{{.*?}}|{%.*?%}", "", source, flags=re.DOTALL)
    text = re.sub(r"<label[^>]*>\w+</label>|<[^>]*>", "\n", text)
    yield from re.findall(r"[A-Za-z]{2,}", text)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_word_of_a_template_can_be_translated(name: str) -> None:
    """Words stand in gettext calls; only parameter names of the protocol are left as they are."""
    assert list(untranslated((DIRECTORY / name).read_text())) == []
