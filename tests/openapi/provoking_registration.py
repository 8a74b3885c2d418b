"""Mistakes of clients that register and manage themselves."""

from typing import Any

import httpx2

from idp.openapi.model import Operation, Told
from tests.openapi.world import Provocations, World, path_of
from tests.parties.browser import Browser
from tests.parties.relying_party import REDIRECT_URI

PROVOKED = Provocations()

JSON = Told.JSON
GOOD: dict[str, Any] = {"redirect_uris": [REDIRECT_URI]}
UNKNOWN_ISSUER = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2EuZXhhbXBsZSJ9.AA"

# What is wrong with metadata, by one changed member.
CHANGES: dict[str, dict[str, Any]] = {
    "redirect_uris must not be empty if grant_types has authorization_code.": {"redirect_uris": []},
    "client_name must be one line of printable text.": {"client_name": ""},
    "first_party is for the operator to set; leave it out.": {"first_party": True},
    "scope must have only standard words and those that the operator allows such clients.": {
        "scope": "notes.read"
    },
    "authorization_details_types must be among those that the operator allows such clients.": {
        "authorization_details_types": ["payment"]
    },
    "sector_identifier_uri must be there if subject_type is pairwise, unless all redirect_uris are"
    " https and have one host.": {
        "subject_type": "pairwise",
        "redirect_uris": [REDIRECT_URI, "https://else.example/callback"],
    },
    "sector_identifier_uri must lead to a JSON array that has all redirect_uris.": {
        "sector_identifier_uri": "https://127.0.0.1/uris.json"
    },
    "software_statement must be a signed JWT with the issuer in iss.": {"software_statement": "s"},
    "software_statement must come from an issuer that this server believes.": {
        "software_statement": UNKNOWN_ISSUER
    },
    "client_id must be there, as it was given to the client.": {"client_id": "another"},
    "client_secret must be the one that is good, or left out.": {"client_secret": "wish"},
    "registration_access_token must be left out of an update.": {"registration_access_token": "t"},
}


def _changed(text: str, changes: dict[str, Any]) -> None:
    @PROVOKED.by(JSON, text)
    async def change(world: World, operation: Operation) -> httpx2.Response:
        """Send metadata with a changed member."""
        browser = world.browser()
        return await _send(browser, operation, await _register(browser), changes)


for _text, _changes in CHANGES.items():
    _changed(_text, _changes)


@PROVOKED.by(JSON, "The metadata must be a JSON object.")
async def send_a_list(world: World, operation: Operation) -> httpx2.Response:
    """Send JSON that is no object."""
    browser = world.browser()
    path, headers = _place(operation, await _register(browser))
    return await browser.http.request(operation.method, path, json=[], headers=headers)


@PROVOKED.by(JSON, "Send the metadata as application/json.")
async def send_a_form(world: World, operation: Operation) -> httpx2.Response:
    """Send a form."""
    return await world.browser().http.request(operation.method, path_of(operation), data=GOOD)


@PROVOKED.by(JSON, "The body must be JSON in UTF-8, with each name once.")
async def send_broken_json(world: World, operation: Operation) -> httpx2.Response:
    """Send JSON that ends too early."""
    headers = {"Content-Type": "application/json"}
    return await world.browser().http.request(
        operation.method, path_of(operation), content=b"{", headers=headers
    )


@PROVOKED.by(JSON, "Too many registrations. Wait as Retry-After says.")
async def register_often(world: World, operation: Operation) -> httpx2.Response:
    """Register until it is enough."""
    browser = world.browser()
    for _ in range(world.config.client_registration.per_address):
        await browser.http.post(path_of(operation), json={})
    return await browser.http.post(path_of(operation), json=GOOD)


@PROVOKED.by(JSON, "No more clients can register themselves here; tell the operator.")
async def register_too_many(world: World, operation: Operation) -> httpx2.Response:
    """Register where there is place for one."""
    await world.browser().http.post(path_of(operation), json=GOOD)
    return await world.browser().http.post(path_of(operation), json=GOOD)


async def _register(browser: Browser) -> dict[str, Any]:
    information: dict[str, Any] = (await browser.http.post("/clients", json=GOOD)).json()
    return information


def _place(operation: Operation, client: dict[str, Any]) -> tuple[str, dict[str, str]]:
    if operation.method == "POST":
        return path_of(operation), {}
    token = client["registration_access_token"]
    return path_of(operation, client["client_id"]), {"Authorization": f"Bearer {token}"}


async def _send(
    browser: Browser, operation: Operation, client: dict[str, Any], changes: dict[str, Any]
) -> httpx2.Response:
    path, headers = _place(operation, client)
    named = {"client_id": client["client_id"]} if operation.method == "PUT" else {}
    body = GOOD | named | changes
    return await browser.http.request(operation.method, path, json=body, headers=headers)
