"""The token endpoint as HTTP: what it reads, and what it answers to nonsense."""

import httpx2
import pytest

from tests.conftest import AddClient
from tests.parties.clients import MACHINE
from tests.parties.relying_party import RelyingParty

FORM = "application/x-www-form-urlencoded"
BODY = b"grant_type=client_credentials"
PATHS = ["/token", "/par", "/introspect", "/revoke"]


@pytest.fixture
async def machine(add_client: AddClient) -> RelyingParty:
    """Add a client that acts for itself."""
    return await add_client(**MACHINE)


async def test_grant_type_must_be_one_that_is_supported(machine: RelyingParty) -> None:
    """A missing one is an invalid request; what the client sent is never repeated to it."""
    tried = {
        None: "invalid_request",
        "": "invalid_request",
        "implicit": "unsupported_grant_type",
        "CLIENT_CREDENTIALS": "unsupported_grant_type",
        " client_credentials": "unsupported_grant_type",
        "urn:ietf:params:oauth:grant-type:saml2-bearer": "unsupported_grant_type",
        'a"b\\c': "unsupported_grant_type",
        "\u00e9<script>\n": "unsupported_grant_type",
        "x" * 10_000: "unsupported_grant_type",
    }

    answers = {grant_type: await machine.token(grant_type=grant_type) for grant_type in tried}

    assert {name: each.json()["error"] for name, each in answers.items()} == tried
    assert {each.status_code for each in answers.values()} == {400}
    assert {each.json()["error_description"] for each in answers.values()} == {
        "The parameter grant_type is missing.",
        "The grant_type is not supported.",
    }


async def test_repeated_parameters_are_refused(machine: RelyingParty) -> None:
    """A parameter that stands there twice is an error, whichever it is (RFC 6749 §3.2)."""
    auth = (machine.client_id, machine.client_secret or "")
    repeated = {
        "/token": [
            BODY + b"&grant_type=client_credentials",
            BODY + b"&grant_type=nonsense",
            b"grant_type=&" + BODY,
            BODY + b"&scope=notes.read&scope=notes.write",
            BODY + b"&unknown=1&unknown=1",
            b"grant_type=refresh_token&refresh_token=a&refresh_token=b",
        ],
        "/introspect": [b"token=a&token=b", b"token=a&token="],
        "/revoke": [b"token=a&token=b"],
    }

    answers = [
        await machine.http.post(path, content=body, auth=auth, headers={"Content-Type": FORM})
        for path, bodies in repeated.items()
        for body in bodies
    ]

    assert {(each.status_code, each.json()["error"]) for each in answers} == {
        (400, "invalid_request")
    }


async def test_only_forms_are_read(machine: RelyingParty) -> None:
    """Other content types are refused, and the query counts for nothing."""
    auth = (machine.client_id, machine.client_secret or "")
    refused = [
        ("application/json", b'{"grant_type":"client_credentials"}', ""),
        ("text/plain", BODY, ""),
        ("multipart/form-data; boundary=x", b"--x--", ""),
        ("", BODY, ""),
        (FORM, b"", "?grant_type=client_credentials"),
        (FORM, b"scope=notes.read", "?grant_type=client_credentials"),
        (FORM, b"grant_type=%FF", ""),
        (FORM, b"grant_type=client_credentials%00", ""),
        (FORM, b"&".join([BODY] * 200), ""),
    ]
    accepted = [FORM, FORM.upper(), FORM + "; charset=UTF-8", FORM + ";charset=utf-8"]

    answers = [
        await machine.http.post(
            "/token" + query, content=body, auth=auth, headers={"Content-Type": kind}
        )
        for kind, body, query in refused
    ]
    good = [
        await machine.http.post("/token", content=BODY, auth=auth, headers={"Content-Type": kind})
        for kind in accepted
    ]

    assert {(each.status_code, each.json()["error"]) for each in answers} == {
        (400, "invalid_request")
    }
    assert {each.status_code for each in good} == {200}


async def test_credentials_in_the_query_are_not_read(machine: RelyingParty) -> None:
    """URLs end up in logs (RFC 6749 §2.3.1)."""
    query = {"client_id": machine.client_id, "client_secret": machine.client_secret}

    response = await machine.http.post(
        "/token", params=query, data={"grant_type": "client_credentials"}
    )

    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("path", PATHS)
async def test_other_methods_are_refused(http: httpx2.AsyncClient, path: str) -> None:
    """Only POST, since all that is sent is secret."""
    answers = [
        await http.request(method, path) for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH")
    ]

    assert [each.status_code for each in answers] == [405] * 5


async def test_answers_are_for_nobody_to_keep(machine: RelyingParty) -> None:
    """Success and error alike are JSON with no-store (RFC 6749 §5.1)."""
    answers = [
        await machine.token(grant_type="client_credentials"),
        await machine.token(grant_type="client_credentials", scope="unknown"),
        await machine.token(grant_type="unknown"),
        await machine.http.post("/token"),
        await machine.introspect("x"),
        await machine.revoke("x"),
    ]

    for each in answers:
        assert each.headers["cache-control"] == "no-store"
        assert each.headers["content-type"] == "application/json"
        assert each.headers["x-content-type-options"] == "nosniff"


async def test_scripts_of_any_site_may_call(http: httpx2.AsyncClient) -> None:
    """A preflight is answered for every origin, and credentials are never allowed."""
    asked = {
        "Origin": "https://spa.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }

    answers = {
        path: await http.options(path, headers=asked) for path in ("/token", "/revoke", "/userinfo")
    }
    refused = await http.post("/token", headers={"Origin": "https://spa.example"})

    for each in answers.values():
        assert each.status_code == 204
        assert each.headers["access-control-allow-origin"] == "*"
        assert "POST" in each.headers["access-control-allow-methods"]
        assert "Authorization" in each.headers["access-control-allow-headers"]
        assert "access-control-allow-credentials" not in each.headers
    assert refused.headers["access-control-allow-origin"] == "*"
