"""The pages themselves: what they need, what they never do, and how they treat hostile values."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from types import SimpleNamespace as Given
from typing import Any

import pytest

from idp.web.templating import Templates, data_directory

HOSTILE = "\"'><script src=//evil.example></script><b onclick=x style=y>{{ 7 * 7 }}"

ALICE = Given(username="alice", display_name="Alice Example", email="alice@acme.example")
NAMELESS = Given(username="bob", display_name="", email=None)
NOTES = Given(
    name="Notes",
    host="notes.example",
    policy_uri="https://notes.example/privacy",
    tos_uri="https://notes.example/terms",
    first_party=False,
)
OWN = Given(
    name="Acme Wiki",
    host="wiki.acme.example",
    policy_uri=None,
    tos_uri=None,
    first_party=True,
    logo_url="/logo/wiki",
)
SCOPES = [
    Given(name="openid", icon="id", label="Know that it is you", detail=None),
    Given(name="profile", icon="person", label="See your name and picture", detail=None),
    Given(name="email", icon="mail", label="See your email address", detail=None),
    Given(
        name="offline_access",
        icon="refresh",
        label="Stay connected when you are away",
        detail="until you disconnect it, or for 30 days without use",
    ),
    Given(name="printers", icon="unheard-of", label="Use your printers", detail=None),
]
TYPED = {"username": "alice", "email": "alice@", "name": "Alice"}
EXCHANGE = Given(
    title="Token request",
    request="POST /token HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\n\ncode=c0de",
    response='HTTP/1.1 200 OK\n\n{"access_token": "ey..."}',
    curl="curl -d code=c0de https://id.acme.example/token",
    decoded=[("ID token", {"alg": "RS256"}, '{\n  "sub": "248289761001"\n}')],
)
ACTIONS = [("Fetch userinfo", "/playground/userinfo", True), ("Start over", "/playground", False)]
FACTS = [("issuer", "https://id.acme.example")]
OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "Acme ID API", "version": "1.0", "description": "Everything over HTTP."},
    "servers": [{"url": "https://id.acme.example"}],
    "tags": [{"name": "Tokens", "description": "Get and revoke them."}, {"name": "Discovery"}],
    "paths": {
        "/token": {
            "post": {
                "tags": ["Tokens"],
                "summary": "Exchange a code for tokens",
                "description": "Redeems an authorization code, once.",
                "operationId": "token",
                "security": [{"client_secret_basic": []}, {}],
                "requestBody": {
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "properties": {
                                    "grant_type": {
                                        "type": "string",
                                        "enum": ["authorization_code", "refresh_token"],
                                        "description": "How the tokens are asked for.",
                                    },
                                    "code": {"type": ["string", "null"]},
                                },
                                "required": ["grant_type"],
                            }
                        }
                    }
                },
                "responses": {
                    "200": {
                        "description": "The tokens",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Tokens"},
                                "example": {"access_token": "ey...", "expires_in": 600},
                            }
                        },
                    },
                    "400": {"$ref": "#/components/responses/Refused"},
                },
            }
        },
        "/jwks": {
            "get": {
                "tags": ["Discovery"],
                "summary": "Read the public keys",
                "operationId": "jwks",
                "parameters": [{"name": "If-None-Match", "in": "header"}],
                "responses": {"200": {"description": "The key set"}},
            }
        },
    },
    "components": {
        "schemas": {
            "Tokens": {"type": "object", "properties": {"access_token": {"type": "string"}}},
            "Error": {"properties": {"error": {"enum": ["invalid_grant", "invalid_request"]}}},
        },
        "responses": {
            "Refused": {
                "description": "The request was refused",
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Error"},
                        "examples": {
                            "spent": {
                                "summary": "A code that was used before",
                                "value": {"error": "invalid_grant"},
                            }
                        },
                    }
                },
            }
        },
    },
}

LOGIN: dict[str, Any] = {
    "client": NOTES,
    "username": "",
    "error": None,
    "register_url": None,
    "can_cancel": True,
    "reason": None,
}
CONSENT: dict[str, Any] = {
    "client": NOTES,
    "user": ALICE,
    "scopes": SCOPES,
    "destination": "notes.example",
    "switch_url": "/login?switch",
}
REGISTER: dict[str, Any] = {
    "client": NOTES,
    "values": {},
    "errors": {},
    "min_length": 8,
    "login_url": "/login",
}
SETUP: dict[str, Any] = {"values": {}, "errors": {}, "min_length": 15}
ACCOUNT: dict[str, Any] = {
    "user": ALICE,
    "is_admin": True,
    "sessions": [
        Given(description="This browser", signed_in_at="24 Nov 2026 13:41 UTC", current=True)
    ],
    "connections": [
        Given(
            client_id="notes",
            name="Notes",
            host="notes.example",
            scopes=["See your name and picture", "See your email address"],
            granted_at="3 May 2026",
        )
    ],
}
PLAYGROUND: dict[str, Any] = {
    "exchanges": [EXCHANGE],
    "actions": ACTIONS,
    "facts": FACTS,
    "error": None,
}
ERROR: dict[str, Any] = {
    "title": "The app sent you here with an address we don't know",
    "message": "To protect you we stopped. Go back to the app and try again.",
    "technical": "redirect_uri is not registered for this client",
    "request_id": "7Q4K-M2XD",
    "occurred_at": "22 Nov 2026 13:41 UTC",
    "home_url": "/account",
}
WRONG = {"username": "This name is taken. Choose another.", "password": "Choose a longer one."}

# Page, name of the state, context: every state that a person may meet.
STATES: list[tuple[str, str, dict[str, Any]]] = [
    ("login.html", "first", LOGIN),
    ("login.html", "alone", LOGIN | {"client": None, "can_cancel": False}),
    ("login.html", "invalid", LOGIN | {"username": "alice", "error": "invalid"}),
    ("login.html", "throttled", LOGIN | {"error": "throttled", "retry_after_minutes": 5}),
    ("login.html", "again", LOGIN | {"username": "alice", "reason": "login"}),
    ("login.html", "old", LOGIN | {"reason": "max_age", "register_url": "/register"}),
    ("consent.html", "third-party", CONSENT),
    ("consent.html", "first-party", CONSENT | {"client": OWN}),
    ("consent.html", "nothing", CONSENT | {"scopes": [], "switch_url": None, "user": NAMELESS}),
    ("select_account.html", "one", {"client": NOTES, "accounts": [Given(user=ALICE)]}),
    ("select_account.html", "bare", {"client": None, "accounts": [Given(user=NAMELESS)]}),
    ("register.html", "empty", REGISTER),
    ("register.html", "wrong", REGISTER | {"values": TYPED, "errors": WRONG}),
    ("register.html", "refused", REGISTER | {"client": None, "errors": {"form": "Try later."}}),
    ("setup.html", "empty", SETUP),
    ("setup.html", "wrong", SETUP | {"values": TYPED, "errors": WRONG}),
    ("account.html", "full", ACCOUNT),
    (
        "account.html",
        "empty",
        ACCOUNT | {"user": NAMELESS, "is_admin": False, "sessions": [], "connections": []},
    ),
    ("logout.html", "client", {"client": NOTES, "user": ALICE, "parameters": [("state", "s")]}),
    ("logout.html", "alone", {"client": None, "user": NAMELESS}),
    ("logged_out.html", "client", {"client": NOTES, "return_url": "https://notes.example/"}),
    ("logged_out.html", "alone", {"client": None, "return_url": None}),
    ("error.html", "full", ERROR),
    ("error.html", "bare", ERROR | {"technical": None, "home_url": None}),
    ("form_post.html", "code", {"action": "https://notes.example/cb", "parameters": [("a", "b")]}),
    ("docs.html", "api", {"document": OPENAPI}),
    ("playground/index.html", "start", PLAYGROUND),
    ("playground/index.html", "error", PLAYGROUND | {"error": "Refused.", "values": {}}),
    ("playground/step.html", "tokens", PLAYGROUND | {"title": "Tokens issued"}),
    ("playground/step.html", "bare", {"exchanges": [], "actions": [], "facts": [], "error": None}),
]
NAMES = [f"{page}-{state}" for page, state, _ in STATES]
DIRECTORY = data_directory("templates")
TEMPLATES = sorted(path.relative_to(DIRECTORY).as_posix() for path in DIRECTORY.rglob("*.html"))
PARTIALS = {"layout.html", "parts.html", "icons.html", "spec.html", "account_fields.html"}
PARTIALS |= {"playground/frame.html"}


class Page(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.elements if "id" in attributes]

    @property
    def title(self) -> str:
        return self.text.split("·")[0].strip()


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates("", "Acme ID")


def show(templates: Templates, name: str, context: dict[str, Any]) -> Page:
    return Page(templates.render(name, csrf_token="t0ken", **context))


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
    assert scripts == ([templates.static.url("submit.js")] if name == "form_post.html" else [])
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


def test_every_page_has_its_states_here() -> None:
    """No template escapes the tables of this file."""
    assert {name for name, _, _ in STATES} | PARTIALS == set(TEMPLATES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_begins_by_saying_when_it_appears(name: str) -> None:
    """The first thing in a template is a comment for whoever restyles it."""
    source = (DIRECTORY / name).read_text()

    assert source.startswith("{# ")
    assert source.index("#}") > 60


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_holds_nothing_that_the_content_policy_forbids(name: str) -> None:
    """No inline style or script, no handler, no address elsewhere and no unescaped value."""
    source = (DIRECTORY / name).read_text()

    for forbidden in (r"<style", r"\sstyle\s*=", r"\son\w+\s*=", r"https?://", r"javascript:"):
        assert not re.search(forbidden, source, re.IGNORECASE), forbidden
    assert not re.search(r"<script(?! src=\"{{ static\()", source)
    assert not re.search(r"\|\s*safe|autoescape|Markup", source)


def untranslated(source: str) -> Iterator[str]:
    """Find words for people that stand outside a translation."""
    source = re.sub(r"{#.*?#}|{%-? trans.*?endtrans -?%}", "", source, flags=re.DOTALL)
    source = re.sub(r"{% block id %}[a-z-]+{% endblock %}", "", source)
    text = re.sub(r"{{.*?}}|{%.*?%}", "", source, flags=re.DOTALL)
    text = re.sub(r"<label[^>]*>\w+</label>|<[^>]*>", "\n", text)
    yield from re.findall(r"[A-Za-z]{2,}", text)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_word_of_a_template_can_be_translated(name: str) -> None:
    """Words stand in gettext calls; only parameter names of the protocol are left as they are."""
    assert list(untranslated((DIRECTORY / name).read_text())) == []


@pytest.mark.parametrize(
    ("name", "context", "ids"),
    [
        ("login.html", LOGIN, "login-page username password login-submit login-cancel"),
        ("consent.html", CONSENT, "consent-page consent-allow consent-deny client-policy"),
        ("consent.html", CONSENT, "client-tos"),
        ("consent.html", CONSENT | {"client": OWN}, "client-logo"),
        ("select_account.html", STATES[9][2], "select-account-page select-account-continue"),
        ("select_account.html", STATES[9][2], "select-account-other"),
        ("register.html", REGISTER, "register-page username email name password register-submit"),
        ("setup.html", SETUP, "setup-page username email name password setup-submit"),
        ("account.html", ACCOUNT, "account-page logout"),
        ("logout.html", {"client": None, "user": ALICE}, "logout-confirm-page logout-confirm"),
        ("logged_out.html", {"client": None, "return_url": None}, "logged-out-page"),
        ("error.html", ERROR, "error-page"),
    ],
)
def test_the_ids_that_automation_relies_on_are_there(
    templates: Templates, name: str, context: dict[str, Any], ids: str
) -> None:
    """Stable ids are a promise to those who drive these pages by program."""
    assert set(ids.split()) <= set(show(templates, name, context).ids)


@pytest.mark.parametrize(
    ("error", "username", "title", "focused", "sentence"),
    [
        (None, "", "Sign in", "username", ""),
        (None, "alice", "Sign in", "password", ""),
        ("invalid", "alice", "Error: Sign in", "password", "do not go together"),
        ("throttled", "", "Error: Sign in", "username", "Wait 5 minutes, then try again."),
    ],
)
def test_the_login_page_says_what_went_wrong_where_it_is_heard(
    templates: Templates, error: str | None, username: str, title: str, focused: str, sentence: str
) -> None:
    """An error is in the title, in an alert and at the fields, and the focus is where to go on."""
    context = LOGIN | {"error": error, "username": username, "retry_after_minutes": 5}

    page = show(templates, "login.html", context)

    fields = {str(field["id"]): field for field in page.all("input") if "id" in field}
    described = {field.get("aria-describedby") for field in fields.values()}
    assert page.title == title
    assert [name for name, field in fields.items() if "autofocus" in field] == [focused]
    assert described == ({"login-error"} if error else {None})
    assert ("login-error" in page.ids) == bool(error)
    assert sentence in page.text


def test_a_wrong_field_is_marked_described_and_focused(templates: Templates) -> None:
    """Registration keeps what was typed, except the password, and leads to the first mistake."""
    page = show(templates, "register.html", REGISTER | {"values": TYPED, "errors": WRONG})

    fields = {str(field["id"]): field for field in page.all("input") if "id" in field}
    assert page.title == "Error: Create an account"
    assert fields["username"]["aria-describedby"] == "username-error"
    assert fields["password"]["aria-describedby"] == "password-error password-rules"
    assert "autofocus" in fields["username"]
    assert fields["email"]["value"] == "alice@"
    assert "value" not in fields["password"]
    assert WRONG["username"] in page.text


def test_the_host_comes_before_the_name_that_a_client_gives_itself(templates: Templates) -> None:
    """On the consent page the verified host stands first and a name from outside is marked."""
    third = show(templates, "consent.html", CONSENT).text
    first = show(templates, "consent.html", CONSENT | {"client": OWN}).text

    assert third.index("notes.example") < third.index("Notes")
    assert "unverified" in third
    assert "unverified" not in first


def test_the_reference_follows_references_and_lists_error_codes(templates: Templates) -> None:
    """Parameters, shared responses, error codes and examples are all told."""
    page = show(templates, "docs.html", {"document": OPENAPI})

    for told in ("grant_type", "authorization_code", "If-None-Match", "invalid_grant", "600"):
        assert told in page.text
    links = {str(link["href"]) for link in page.all("a")}
    assert {"#tag-1", "#token", "#jwks"} <= links
    assert {link[1:] for link in links} <= set(page.ids)


def test_only_the_form_post_page_loads_a_script(templates: Templates) -> None:
    """The page that sends itself still has a button for browsers without scripts."""
    page = show(templates, "form_post.html", {"action": "https://a.example/", "parameters": []})

    assert [script["src"] for script in page.all("script")] == [templates.static.url("submit.js")]
    assert page.all("button")
