"""Finding, filling in and serving what pages are made of."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from idp.web.static import PACKAGED_STATIC, StaticFiles
from idp.web.templating import Templates, data_directory, dereference, pretty_json

LOGGED_OUT = {
    "client": None,
    "return_url": None,
    "staying": [],
    "frames": [],
    "location": None,
}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An operator's directory with one page and one style sheet of their own."""
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "app.css").write_text("body { color: red }")
    (tmp_path / "logged_out.html").write_text("{# ours #}Bye from {{ brand }}, {{ client }}")
    return tmp_path


def browser(static: StaticFiles, *, root_path: str = "") -> TestClient:
    app = Starlette(routes=[Mount("/static", app=static)])
    return TestClient(app, root_path=root_path)


def test_the_operators_template_wins_and_the_rest_stays(own: Path) -> None:
    """One file replaces one page, still escaping; all others are the packaged ones."""
    templates = Templates(str(own), "Acme & Co")

    ours = templates.render("logged_out.html", client="<b>")
    theirs = templates.render("form_post.html", action="/", parameters=[])

    assert ours == "Bye from Acme &amp; Co, &lt;b&gt;"
    assert "<!doctype html>" in theirs


def test_the_operators_style_sheet_wins_under_a_new_address(own: Path) -> None:
    """A static file beside the operator's templates replaces the packaged one."""
    packaged, ours = Templates("", "idp").static, Templates(str(own), "idp").static

    response = browser(ours).get(ours.url("app.css"))

    assert response.text == "body { color: red }"
    assert ours.url("app.css") != packaged.url("app.css")
    assert ours.url("favicon.svg") == packaged.url("favicon.svg")


def test_an_edited_template_shows_without_a_restart(own: Path) -> None:
    """Whoever restyles a page sees it on the next load."""
    templates = Templates(str(own), "idp")
    templates.render("logged_out.html", client=1)

    (own / "logged_out.html").write_text("{# ours #}edited and longer")

    assert templates.render("logged_out.html") == "edited and longer"


def test_a_templates_directory_that_is_missing_is_an_error(tmp_path: Path) -> None:
    """A typing mistake in the setting does not silently show the packaged pages."""
    with pytest.raises(NotADirectoryError):
        Templates(str(tmp_path / "missing"), "idp")


def test_a_value_that_is_missing_is_an_error() -> None:
    """A page never appears with a hole in it."""
    with pytest.raises(UndefinedError):
        Templates("", "idp").render("logged_out.html")


def test_every_address_in_a_page_starts_with_the_path_of_the_issuer() -> None:
    """An issuer below a path keeps its pages and files below it."""
    templates = Templates("", "idp", url_prefix="/tenant")

    html = templates.render("logged_out.html", **LOGGED_OUT)

    assert f'href="{templates.static.url("app.css")}"' in html
    assert templates.static.url("app.css").startswith("/tenant/static/app.css?v=")


def test_the_language_and_direction_of_a_page_can_be_given() -> None:
    """A page in a language that runs from right to left says so."""
    html = Templates("", "idp").render(
        "logged_out.html", language="ar", direction="rtl", **LOGGED_OUT
    )

    assert '<html lang="ar" dir="rtl">' in html


def test_packaged_data_is_found_or_missed_by_name() -> None:
    """The templates are found wherever the program runs from; an unknown name is an error."""
    assert (data_directory("templates") / "login.html").is_file()
    with pytest.raises(FileNotFoundError):
        data_directory("no-such-data")


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("app.css", "text/css; charset=utf-8"),
        ("submit.js", "text/javascript; charset=utf-8"),
        ("favicon.svg", "image/svg+xml"),
    ],
)
def test_a_versioned_file_may_be_kept_forever(name: str, content_type: str) -> None:
    """Its address changes with its bytes, so that no browser has to ask again."""
    static = StaticFiles(PACKAGED_STATIC)

    response = browser(static).get(static.url(name))

    assert response.content == (PACKAGED_STATIC / name).read_bytes()
    assert response.headers["Content-Type"] == content_type
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789abcdef"])
def test_an_address_without_the_right_version_is_asked_for_each_time(query: str) -> None:
    """Only the address that names these very bytes may outlive a change."""
    response = browser(StaticFiles(PACKAGED_STATIC)).get(f"/static/app.css{query}")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("form", "status"), [("{}", 304), ("W/{}", 304), ('"other", {}', 304), ("*", 304), ('"x"', 200)]
)
def test_a_known_file_is_not_sent_again(form: str, status: int) -> None:
    """A matching entity tag gets an empty answer."""
    client = browser(StaticFiles(PACKAGED_STATIC))
    etag = client.get("/static/app.css").headers["ETag"]

    response = client.get("/static/app.css", headers={"If-None-Match": form.format(etag)})

    assert response.status_code == status
    assert bool(response.content) == (status == 200)


@pytest.mark.parametrize(
    "path", ["/static/", "/static/none.css", "/static/../web/static.py", "/static/%2e%2e/secret.py"]
)
def test_nothing_but_the_files_themselves_is_served(path: str) -> None:
    """A name that is not on the list is not found; no path leads out of the directory."""
    assert browser(StaticFiles(PACKAGED_STATIC)).get(path).status_code == 404


def test_static_files_are_found_below_a_root_path() -> None:
    """A server that runs below a path still finds them."""
    client = browser(StaticFiles(PACKAGED_STATIC), root_path="/tenant")

    assert client.get("/tenant/static/app.css").status_code == 200


def test_static_files_are_only_read() -> None:
    """HEAD answers like GET without the bytes; anything that writes is refused."""
    client = browser(StaticFiles(PACKAGED_STATIC))

    head, post = client.head("/static/app.css"), client.post("/static/app.css")

    assert (head.status_code, head.content) == (200, b"")
    assert (post.status_code, post.headers["Allow"]) == (405, "GET, HEAD")


def test_references_are_replaced_and_circles_end() -> None:
    """A schema that contains itself is told once."""
    node = {"properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    document = {
        "a": {"$ref": "#/components/schemas/Node"},
        "components": {"schemas": {"Node": node}},
    }

    found = dereference(document)

    assert isinstance(found, dict)
    assert found["a"] == {"properties": {"next": {"title": "Node"}}}


def test_examples_are_written_for_people() -> None:
    """JSON is indented and not escaped for a program; text stays as it is."""
    assert pretty_json({"name": "Zoë's <b>"}) == '{\n  "name": "Zoë\'s <b>"\n}'
    assert pretty_json("a=b") == "a=b"
