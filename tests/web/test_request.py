"""Reading a request to its end, and refusing what is none."""

from dataclasses import dataclass

import pytest
from starlette.types import Message, Scope

from idp.config import Config
from idp.web.cookies import Cookies
from idp.web.request import FORM, JSON, HttpRequest, UnreadableRequest, read

CONFIG = Config(issuer="https://idp.example", server={"max_body_bytes": 1000})
END: Message = {"type": "http.request", "body": b"", "more_body": False}


def body(*chunks: bytes) -> list[Message]:
    """Cut a body into messages, as a server hands it over."""
    sent: list[Message] = [
        {"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks
    ]
    return [*sent, END]


@dataclass
class Sent:
    """A request; it takes its messages from the list, and so shows how many it read."""

    scope: Scope
    messages: list[Message]

    async def receive(self) -> Message:
        """Hand over the next message."""
        return self.messages.pop(0)


def request(
    messages: list[Message],
    *,
    method: str = "POST",
    query: bytes = b"",
    **headers: str,
) -> Sent:
    """Make a request."""
    given = {"content_type": FORM, "host": "evil.example"} | headers
    scope = {
        "type": "http",
        "method": method,
        "path": "/token",
        "query_string": query,
        "headers": [
            (name.replace("_", "-").encode(), value.encode("latin-1"))
            for name, value in given.items()
        ],
    }
    return Sent(scope, messages)


async def read_it(sent: Sent) -> HttpRequest:
    """Read a request for the server of this file."""
    return await read(sent.scope, sent.receive, CONFIG, Cookies(CONFIG))


async def test_parameters_of_the_body_and_of_the_url_stay_apart() -> None:
    """What stands in the URL never counts as part of a POST's body (RFC 6749 §3.2)."""
    http = await read_it(request(body(b"a=1&b=", b"2"), query=b"a=9&c=3"))

    assert http.form.pairs == (("a", "1"), ("b", "2"))
    assert http.parameters is http.form
    assert http.query.pairs == (("a", "9"), ("c", "3"))


async def test_the_url_is_built_on_the_issuer() -> None:
    """A Host header changes nothing."""
    http = await read_it(request(body()))

    assert http.url == "https://idp.example/token"


async def test_head_is_read_as_get() -> None:
    """A HEAD request never passes for a POST, whatever body it has."""
    http = await read_it(request(body(b"a=1"), method="HEAD", query=b"a=2"))

    assert http.method == "GET"
    assert http.parameters.get("a") == "2"


@pytest.mark.parametrize(
    "content_type", [FORM, "Application/X-WWW-Form-URLencoded ; charset=UTF-8", ""]
)
async def test_media_types_that_are_read(content_type: str) -> None:
    """Case and a charset make no difference, and an empty body needs no type."""
    sent = body(b"a=%C3%A9") if content_type else body()

    http = await read_it(request(sent, content_type=content_type))

    assert http.form.get("a") == ("é" if content_type else None)


@pytest.mark.parametrize(
    ("messages", "headers", "status"),
    [
        (body(b'{"a":1}'), {"content_type": "application/json"}, 400),
        (body(b"--x\r\n"), {"content_type": "multipart/form-data; boundary=x"}, 400),
        (body(b"a=1"), {"content_type": "text/plain"}, 400),
        (body(b"a=1"), {"content_type": ""}, 400),
        (body(b"a=1"), {"content_type": ";" * 500}, 400),
        (body(b"a=\xff"), {}, 400),
        (body(b"a=%ff"), {}, 400),
        (body(b"a=%00"), {}, 400),
        (body(b"%00=a"), {}, 400),
        (body(b"a=%ed%a0%80"), {}, 400),
        (body(b"&".join([b"a=1"] * 101)), {}, 400),
        (body(b"&" * 101), {}, 400),
        (body(b"a" * 1001), {}, 413),
        (body(b"a" * 600, b"a" * 600), {}, 413),
        (body(b"a" * 1001), {"content_type": "multipart/form-data; boundary=x"}, 413),
        ([{"type": "http.disconnect"}], {}, 400),
        ([*body(b"a=1")[:1], {"type": "http.disconnect"}], {}, 400),
    ],
)
async def test_what_cannot_be_read_is_refused(
    messages: list[Message], headers: dict[str, str], status: int
) -> None:
    """A body that is too long, cut short, or no form of ours is refused with a constant text."""
    with pytest.raises(UnreadableRequest) as refused:
        await read_it(request(messages, **headers))

    assert refused.value.status == status
    assert refused.value.text.isascii()


@pytest.mark.parametrize(
    "query", [b"a=%ff", b"a=%00", b"a=\xff", b"&".join([b"a=1"] * 10_000), b"%ed%a0%80"]
)
async def test_a_query_that_cannot_be_read_is_refused(query: bytes) -> None:
    """The query is held to the same rules as the body."""
    with pytest.raises(UnreadableRequest) as refused:
        await read_it(request(body(), method="GET", query=query))

    assert refused.value.status == 400


async def test_a_body_that_is_too_long_is_not_read_on() -> None:
    """Whoever sends gigabytes is stopped at the limit."""
    messages = body(*[b"a" * 600] * 100)

    with pytest.raises(UnreadableRequest):
        await read_it(request(messages))

    assert len(messages) == 99


@pytest.mark.parametrize(
    ("cookie", "session"),
    [
        ("__Host-idp-session=abc", "abc"),
        ("a=1; __Host-idp-session=abc; b=2", "abc"),
        # What other programs on the same host set must not hide ours.
        ('prefs={"a": 1}; __Host-idp-session=abc', "abc"),
        ("a b c; =; ;; \x01\xff=\xff; __Host-idp-session=abc", "abc"),
        ("idp-session=abc", None),
        ("__host-idp-session=abc", None),
        ("__Host-idp-session=", None),
        ("__Host-idp-session", None),
        ("__Host-idp-session=" + "a" * 129, None),
        ("=" * 4000, None),
        ("\x00\xff", None),
    ],
)
async def test_cookies_are_read_as_browsers_send_them(cookie: str, session: str | None) -> None:
    """Only our own names count, and nothing that stands beside them does any harm."""
    http = await read_it(request(body(), cookie=cookie))

    assert (http.session.reveal() if http.session else None) == session


async def test_a_browser_without_a_name_gets_one() -> None:
    """Each request knows its browser: by its cookie, or by the name that it will be given."""
    known = await read_it(request(body(), cookie="__Host-idp-browser=abc"))
    unknown = await read_it(request(body()))
    another = await read_it(request(body()))

    assert (known.browser.reveal(), known.is_new_browser) == ("abc", False)
    assert unknown.is_new_browser
    assert unknown.browser is unknown.browser
    assert unknown.browser.reveal() != another.browser.reveal()


async def test_two_authorization_headers_are_refused() -> None:
    """Nobody has to guess which of two credentials counts (RFC 6749 §2.3)."""
    twice = request(body())
    twice.scope["headers"] += [(b"authorization", b"Basic a"), (b"authorization", b"Bearer b")]

    with pytest.raises(UnreadableRequest) as refusal:
        await read_it(twice)

    assert refusal.value.status == 400


JSON_SENT = {"content_type": "application/json; charset=utf-8"}


async def test_json_is_read_where_it_is_taken() -> None:
    """The document comes as it is; parameters are those of the URL alone."""
    sent = request(body(b'{"a": [1, "\xc3\xa9", null]}'), query=b"b=2", **JSON_SENT)

    http = await read(sent.scope, sent.receive, CONFIG, Cookies(CONFIG), takes=JSON)

    assert http.document == {"a": [1, "\u00e9", None]}
    assert (http.form.pairs, http.query.pairs) == ((), (("b", "2"),))


@pytest.mark.parametrize(
    ("chunk", "headers"),
    [
        (b"a=1", {}),
        (b"{}", {"content_type": "text/json"}),
        (b"{", JSON_SENT),
        (b"{} {}", JSON_SENT),
        (b'{"a": 1, "a": 1}', JSON_SENT),
        (b'[{"b": {"a": 1, "a": 2}}]', JSON_SENT),
        (b"Infinity", JSON_SENT),
        (b"\xff", JSON_SENT),
    ],
)
async def test_what_is_no_json_is_refused(chunk: bytes, headers: dict[str, str]) -> None:
    """So is what two readers could understand in two ways."""
    sent = request(body(chunk), **headers)

    with pytest.raises(UnreadableRequest) as refused:
        await read(sent.scope, sent.receive, CONFIG, Cookies(CONFIG), takes=JSON)

    assert refused.value.status == 400


async def test_no_body_is_no_document() -> None:
    """A GET has none."""
    sent = request(body(), method="GET", **JSON_SENT)

    http = await read(sent.scope, sent.receive, CONFIG, Cookies(CONFIG), takes=JSON)

    assert http.document is None
