"""Mail as people read it: the same as text and as HTML, and nothing is loaded from anywhere."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from idp import clock as idp_clock
from idp.outbox import mail
from idp.outbox.letter import carrier_of
from idp.outbox.mail import MailSecrets, MailTemplate
from idp.outbox.notices import Notice
from idp.secret import Secret
from idp.storage.deliveries import list_deliveries
from idp.storage.users import User
from idp.web.letters import Letters, Lifetime, lifetime_until
from idp.web.provider import Provider
from idp.web.templating import Templates
from tests.conftest import Configure
from tests.parties.letters import Letter

ALICE = "alice@example.com"
CODE_AND_LINK = {"proof": "p1", "page": "/somewhere"}
LINK = {"proof": "p2", "page": "/somewhere"}

MAILS: list[tuple[MailTemplate, dict[str, str]]] = [
    (MailTemplate.VERIFY_EMAIL, CODE_AND_LINK),
    (MailTemplate.RECOVER, CODE_AND_LINK),
    (MailTemplate.CONFIRM_NEW_EMAIL, CODE_AND_LINK),
    (MailTemplate.NOTICE_OLD_EMAIL, LINK | {"new_email": "new@example.com"}),
    (MailTemplate.INVITATION, LINK),
    (MailTemplate.EMAIL_CODE, {"proof": "p1"}),
    (MailTemplate.ACCOUNT_EXISTS, {"page": "/login"}),
    (MailTemplate.REQUEST, {"page": "/request/0123", "client": "Example Bank"}),
    (MailTemplate.TEST, {}),
    *((MailTemplate.NOTICE, {"event": event, "page": "/account"}) for event in Notice),
]
NAMES = [f"{template}-{facts.get('event', '')}" for template, facts in MAILS]
WHERE = {"address": "203.0.113.7", "browser": "Firefox on Windows"}

Write = Callable[..., Awaitable[Letter]]


def renew(proof_id: str) -> MailSecrets | None:
    """Give the secrets of a mail with a code, and of one with a link alone."""
    code = Secret("12345678") if proof_id == "p1" else None
    expires_at = idp_clock.now() + timedelta(minutes=10)
    return None if proof_id == "spent" else MailSecrets(code, Secret("t0ken"), expires_at)


class Words(HTMLParser):
    """What is to be read of a mail in HTML, and what its tags say."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(re.sub(r"<head\b.*?</head>", "", html, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.text.extend(data.split())


@pytest.fixture
def prepare(provider: Provider) -> Callable[..., Any]:
    """Put a mail into the outbox and make what is sent of it."""
    letters = Letters(provider.config, provider.templates, carrier_of(provider.config), renew)

    def prepare(template: MailTemplate, user: User | None, facts: dict[str, str]) -> Any:
        mail.send(template, ALICE, facts, user_id=user.user_id if user else None)
        return letters.prepare(list_deliveries()[0])

    return prepare


@pytest.fixture
def write(provider: Provider, prepare: Callable[..., Any]) -> Write:
    """Write a mail, and give it as it arrives."""

    async def write(
        template: MailTemplate, facts: dict[str, str], user: User | None = None
    ) -> Letter:
        prepared = await provider.database.run(prepare, template, user, WHERE | facts)
        return Letter(prepared.message.as_bytes())

    return write


@pytest.mark.parametrize(("template", "facts"), MAILS, ids=NAMES)
async def test_both_forms_say_the_same(
    write: Write, alice: User, template: MailTemplate, facts: dict[str, str]
) -> None:
    """Whoever reads mail as plain text misses nothing."""
    letter = await write(template, facts, alice)

    text = re.sub(r":\nhttps://idp\.example/\S+$", "", letter.text, flags=re.MULTILINE)
    assert Words(letter.html).text == text.split()
    assert letter.subject
    assert f"<title>{letter.subject}</title>" in letter.html


@pytest.mark.parametrize(("template", "facts"), MAILS, ids=NAMES)
async def test_nothing_is_loaded_from_anywhere(
    write: Write, template: MailTemplate, facts: dict[str, str]
) -> None:
    """Nobody learns that a mail was opened, and its one link leads here."""
    letter = await write(template, facts)

    words = Words(letter.html)
    links = [values["href"] for tag, values in words.elements if tag == "a"]
    tags = {tag for tag, _ in words.elements}
    attributes = {name for _, values in words.elements for name in values}
    assert tags <= {"html", "body", "div", "h1", "table", "tr", "td", "p", "a", "br"}
    assert attributes.isdisjoint({"src", "srcset", "background", "data", "poster"})
    assert not re.search(r"url\(|@import|<link|<script", letter.html)
    assert links == ([letter.link] if "page" in facts else [])


async def test_code_and_link(write: Write) -> None:
    """A code to type, bound to this server for those who fill it in, and a link to press."""
    letter = await write(MailTemplate.VERIFY_EMAIL, CODE_AND_LINK)

    assert letter.code == "12345678"
    assert letter.link == "https://idp.example/somewhere/t0ken"
    assert letter.text.endswith("\n@idp.example #12345678\n")
    assert "This is good for 10 minutes, and for one use." in letter.text
    assert "From where: 203.0.113.7, Firefox on Windows\n" in letter.text
    assert "12345678" not in letter.subject


async def test_proof_that_is_good_for_nothing_more(
    provider: Provider, prepare: Callable[..., Any]
) -> None:
    """What was spent or has expired while the mail waited is not sent at all."""
    facts = {"proof": "spent", "page": "/somewhere"}

    prepared = await provider.database.run(prepare, MailTemplate.RECOVER, None, facts)

    assert prepared is None


async def test_account_that_is_gone(write: Write, alice: User) -> None:
    """The last mail about an account does without its name."""
    gone = replace(alice, user_id="gone")

    letter = await write(MailTemplate.NOTICE, {"event": "account_deleted"}, gone)

    assert "about your account" not in letter.text
    assert "If it was you, there is nothing to do." in letter.text


HOSTILE = "<b>&\"'</b>{{7*7}}@example.com"


async def test_values_are_no_markup(write: Write, alice: User) -> None:
    """What somebody typed is text, as it is in the one form, and escaped in the other."""
    facts = LINK | {"new_email": HOSTILE}

    letter = await write(MailTemplate.NOTICE_OLD_EMAIL, facts, alice)

    assert HOSTILE in letter.text.replace("\n", " ")
    assert HOSTILE not in letter.html
    assert "b" not in {tag for tag, _ in Words(letter.html).elements}


@pytest.mark.parametrize(
    ("seconds", "number", "unit"),
    [
        (10, 1, "minutes"),
        (600, 10, "minutes"),
        (3600, 60, "minutes"),
        (7200, 2, "hours"),
        (86_400, 24, "hours"),
        (7 * 86_400, 7, "days"),
    ],
)
def test_lifetimes(seconds: int, number: int, unit: str) -> None:
    """A lifetime is a small number of a unit that people think in."""
    expires_at = idp_clock.now() + timedelta(seconds=seconds)

    assert lifetime_until(expires_at) == Lifetime(number, unit)


@pytest.mark.parametrize(
    ("changes", "sender", "host"),
    [
        ({"branding": {"name": "R&D, Ltd."}}, '"R&D, Ltd." <no-reply@idp.example>', "idp.example"),
        (
            {"mail": {"from_name": "Jürgen", "from_address": "it@acme.example"}},
            "Jürgen <it@acme.example>",
            "idp.example",
        ),
        ({"issuer": "http://127.0.0.1:8000"}, "idp <no-reply@localhost>", "localhost"),
    ],
)
async def test_sender(
    configure: Configure, provider: Provider, changes: dict[str, Any], sender: str, host: str
) -> None:
    """Mail is from this service, under the name that people know, unless the settings say else."""
    config = configure(**changes)
    letters = Letters(config, Templates("", config.branding.name), carrier_of(config), renew)

    def prepare() -> Any:
        mail.send(MailTemplate.TEST, ALICE, {})
        return letters.prepare(list_deliveries()[0])

    letter = Letter((await provider.database.run(prepare)).message.as_bytes())

    assert str(letter.headers["From"]) == sender
    assert letter.headers["Message-ID"].endswith(f"@{host}>")
    assert letter.text.splitlines()[0] == config.branding.name
