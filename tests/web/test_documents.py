"""Documents are prepared once, and no answer changes the next."""

from starlette.responses import Response

from idp.web.documents import send_document
from idp.web.headers import Headers


def ask(body: bytes, if_none_match: bytes | None = None) -> Response:
    """Ask for a document."""
    fields = [] if if_none_match is None else [(b"if-none-match", if_none_match)]
    return send_document(body, 300, Headers(fields))


def test_the_tag_tells_documents_apart() -> None:
    """The same bytes have the same tag, other bytes another."""
    tags = [ask(body).headers["ETag"] for body in (b"{}", b"{}", b'{"a":1}')]

    assert tags[0] == tags[1] != tags[2]


def test_a_document_that_is_kept_is_not_sent_again() -> None:
    """Whoever names its tag is told that it is still good, and everybody else gets it."""
    tag = ask(b"{}").headers["ETag"].encode()

    kept, unknown, unnamed = ask(b"{}", tag), ask(b"{}", b'"other"'), ask(b"{}")

    assert (kept.status_code, kept.body) == (304, b"")
    assert "Content-Length" not in kept.headers
    for sent in (unknown, unnamed):
        assert (sent.status_code, sent.body) == (200, b"{}")
        assert sent.headers["Content-Length"] == "2"
