"""Mail: sent soon, again if it must be, with its secrets made at the last moment."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import anyio
import pytest
from jinja2 import TemplateNotFound

from idp import clock as idp_clock
from idp.config import Config
from idp.outbox import mail, queue, smtp
from idp.outbox.mail import MailTemplate, UnusableAddress
from idp.outbox.sender import BROKEN
from idp.web.provider import Provider
from tests.conftest import Clock, Configure, Logged
from tests.outbox.conftest import Outbox, wait_until
from tests.parties.post_office import PostOffice

ALICE = "alice@example.com"

Mail = Callable[..., Awaitable[None]]


@pytest.fixture
def config(configure: Configure, post_office: PostOffice) -> Config:
    """Let the server send its mail to the post office, and have some patience with it."""
    return configure(mail=post_office.settings | {"timeout": 5})


@pytest.fixture
def put_mail(provider: Provider) -> Mail:
    """Put a mail into the outbox."""

    async def put_mail(to: str = ALICE, **facts: str) -> None:
        await provider.database.run(mail.send, MailTemplate.TEST, to, facts)

    return put_mail


async def test_arrives(put_mail: Mail, post_office: PostOffice, outbox: Outbox) -> None:
    """A mail is handed over to the server as soon as its transaction has committed."""
    await put_mail()
    letter = await post_office.letter_to(ALICE)

    with anyio.fail_after(60):
        delivery = await wait_until(outbox, "delivered")
    assert letter.subject == "This mail is a test"
    assert post_office.envelopes == [("no-reply@idp.example", [ALICE])]
    assert (delivery.kind, delivery.target) == ("mail", ALICE)


async def test_headers(put_mail: Mail, post_office: PostOffice) -> None:
    """It says who sends it and when, and that no machine shall answer."""
    await put_mail()
    headers = (await post_office.letter_to(ALICE)).headers

    assert headers["From"] == "idp <no-reply@idp.example>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[\w-]+\.1@idp\.example>", headers["Message-ID"])
    age = idp_clock.now() - headers["Date"].datetime
    assert timedelta(seconds=-1) < age < timedelta(minutes=1)
    assert [part.get_content_type() for part in headers.iter_parts()] == ["text/plain", "text/html"]


async def test_answers_do_not_wait_for_it(
    put_mail: Mail, post_office: PostOffice, outbox: Outbox
) -> None:
    """Who puts a mail into the outbox goes on at once, even if the mail server hangs."""
    post_office.at_mail = [""]

    with anyio.fail_after(4):
        await put_mail()

    with anyio.fail_after(60):
        delivery = await wait_until(outbox, "pending")
    assert delivery.last_error == smtp.TOO_SLOW


@pytest.mark.parametrize(
    ("answers", "state", "error"),
    [
        ({"at_address": ["451 4.2.1 later"]}, "pending", f"{smtp.NOT_THEIRS} 451"),
        ({"at_address": ["550 5.1.1 who?"]}, "failed", f"{smtp.NOT_THEIRS} 550"),
        ({"at_data": ["452 4.3.1 full"]}, "pending", f"{smtp.NOT_TAKEN} 452"),
        ({"at_data": ["554 5.7.1 spam"]}, "failed", f"{smtp.NOT_TAKEN} 554"),
        ({"at_mail": ["421 4.3.2 closing"]}, "pending", f"{smtp.NOT_OURS} 421"),
        ({"at_mail": ["553 5.7.1 not you"]}, "pending", f"{smtp.NOT_OURS} 553"),
    ],
)
async def test_what_the_server_refuses(
    put_mail: Mail,
    post_office: PostOffice,
    outbox: Outbox,
    answers: dict[str, list[str]],
    state: str,
    error: str,
) -> None:
    """A lasting refusal of this mail is the end of it; everything else is tried again."""
    for name, value in answers.items():
        setattr(post_office, name, [*value])  # it is used up

    await put_mail()
    with anyio.fail_after(60):
        delivery = await wait_until(outbox, state)

    assert delivery.last_error == error
    assert post_office.letters == []


async def test_is_tried_again(
    put_mail: Mail, post_office: PostOffice, outbox: Outbox, provider: Provider, clock: Clock
) -> None:
    """What the server did not take arrives later, as a message of its own."""
    post_office.at_data = ["451 later"]
    await put_mail()
    with anyio.fail_after(60):
        await wait_until(outbox, "pending")

    clock.move(2 * queue.FIRST_PAUSE)
    provider.database.deliveries_added.set()

    letter = await post_office.letter_to(ALICE)
    assert ".2@" in letter.headers["Message-ID"]


async def test_template_that_is_broken(
    config: Config,
    put_mail: Mail,
    outbox: Outbox,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
) -> None:
    """What cannot be made waits for whoever mends it, as long as all else does."""

    def fail(name: str, **context: object) -> str:
        raise TemplateNotFound(name)

    monkeypatch.setattr(provider.templates, "render", fail)
    await put_mail()
    with anyio.fail_after(60):
        waiting = await wait_until(outbox, "pending")

    clock.move(2 * 86_400)
    provider.database.deliveries_added.set()
    with anyio.fail_after(60):
        given_up = await wait_until(outbox, "failed", 2)

    assert waiting.last_error == given_up.last_error == BROKEN


@pytest.mark.parametrize(
    "address",
    [
        "",
        "alice",
        "@example.com",
        "alice@",
        "alice@example.com\r\nBcc: all@example.com",
        "alice@example.com\nX: y",
        "alice@example.com, bob@example.com",
        "alice@example.com bob@example.com",
        "Alice <alice@example.com>",
        "alice@bob@example.com",
        '"alice"@example.com',
        "alice@[127.0.0.1]",
        "alice@exa\0mple.com",
        "alice@exämple\N{ZERO WIDTH JOINER}.com",
    ],
)
async def test_address_that_is_more_than_one(put_mail: Mail, outbox: Outbox, address: str) -> None:
    """Nothing goes to an address that could add a header or a recipient (CWE-93)."""
    with pytest.raises(UnusableAddress):
        await put_mail(address)

    assert await outbox() == []


async def test_domain_in_other_letters(put_mail: Mail, post_office: PostOffice) -> None:
    """A domain travels in ASCII, as every mail server knows it (RFC 5890)."""
    await put_mail("alice@straße.example")

    await post_office.letter_to("alice@xn--strae-oqa.example")
    assert post_office.envelopes[0][1] == ["alice@xn--strae-oqa.example"]


async def test_local_part_in_other_letters(put_mail: Mail, post_office: PostOffice) -> None:
    """A name in other letters arrives where the mail server knows how (RFC 6531)."""
    await put_mail("jürgen@example.com")

    letter = await post_office.letter_to("jürgen@example.com")
    assert post_office.envelopes[0][1] == ["jürgen@example.com"]
    assert letter.subject


async def test_log_has_no_address(
    logged: Logged, put_mail: Mail, post_office: PostOffice, outbox: Outbox
) -> None:
    """Who was sent mail is in the outbox, and not in every line of the log."""
    await put_mail()
    await post_office.letter_to(ALICE)
    with anyio.fail_after(60):
        delivery = await wait_until(outbox, "delivered")

    ours = [line for line in logged() if line["logger"] == "idp"]  # and not the mail server's
    (line,) = [line for line in ours if line["event"] == "delivery_delivered"]
    assert line["delivery_id"] == delivery.delivery_id
    assert ALICE not in str(ours)
