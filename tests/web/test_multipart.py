"""Forms with files: read as browsers send them, and refused otherwise."""

import pytest

from idp.web.multipart import MalformedForm, read_form

TYPE = "multipart/form-data; boundary=----WebKitFormBoundaryabc"
FIELD = (
    b'------WebKitFormBoundaryabc\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nt0ken\r\n'
)
FILE = (
    b"------WebKitFormBoundaryabc\r\n"
    b'Content-Disposition: form-data; name="picture"; filename="me.png"\r\n'
    b"Content-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n\r\n--x\r\n"
)
END = b"------WebKitFormBoundaryabc--\r\n"


def test_fields_and_files() -> None:
    """What was typed is text, what was chosen is bytes, whatever they look like."""
    form = read_form(TYPE, FIELD + FILE + END)

    assert form.fields.get("csrf") == "t0ken"
    assert form.files == {"picture": b"\x89PNG\r\n\x1a\n\r\n--x"}


@pytest.mark.parametrize(
    "content_type",
    [
        'Multipart/Form-Data; Boundary="----WebKitFormBoundaryabc"',
        "multipart/form-data; charset=utf-8; boundary=----WebKitFormBoundaryabc",
    ],
)
def test_spellings_of_the_content_type(content_type: str) -> None:
    """A boundary may be quoted, and stand behind something else (RFC 2046 §5.1.1)."""
    assert read_form(content_type, FIELD + END).fields.get("csrf") == "t0ken"


def test_no_file_was_chosen() -> None:
    """An empty file is a file."""
    part = FILE.split(b"\r\n\r\n")[0].replace(b"me.png", b"") + b"\r\n\r\n\r\n"

    assert read_form(TYPE, part + END).files == {"picture": b""}


def test_what_a_file_is_called_names_no_field() -> None:
    """Only the first name of a part is its name."""
    part = FILE.replace(b"me.png", b"x; name=csrf")

    assert set(read_form(TYPE, part + END).files) == {"picture"}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", FIELD + END),
        ("multipart/form-data; boundary=", FIELD + END),
        (f"multipart/form-data; boundary={'x' * 71}", FIELD + END),
        (TYPE, b"x"),
        (TYPE, b"before" + FIELD + END),
        (TYPE, FIELD),
        (TYPE, FIELD + FILE),
        (TYPE, FIELD.replace(b"\r\n\r\n", b"\r\n") + END),
        (TYPE, FIELD.replace(b' name="csrf"', b"") + END),
        (TYPE, FIELD.replace(b"t0ken", b"\xff") + END),
        (TYPE, FIELD.replace(b"t0ken", b"\0") + END),
        (TYPE, FIELD.replace(b"csrf", b"\xff") + END),
        (TYPE, FIELD * 30 + END),
    ],
)
def test_what_no_browser_sends_is_refused(content_type: str, body: bytes) -> None:
    """No boundary, no end, no name, no text, or more parts than any form has."""
    with pytest.raises(MalformedForm):
        read_form(content_type, body)
