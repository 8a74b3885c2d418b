"""The table of refusals is true: each one that is documented is provoked here."""

import html
import shutil
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlsplit

import httpx2
import pytest

from idp.app import create_app
from idp.authorization.request import NOT_IN_DOCUMENT
from idp.oauth2 import dpop, mutual_tls
from idp.openapi.model import Operation, Refusal, Told
from idp.openapi.operations import (
    OPERATIONS,
    account,
    client_documents,
    refusals,
    registration,
    registration_pages,
)
from tests.conftest import Prepared, make_config
from tests.openapi import (
    provoking_account,
    provoking_authorization,
    provoking_certificates,
    provoking_client_documents,
    provoking_dpop,
    provoking_encryption,
    provoking_exchange,
    provoking_fapi,
    provoking_jarm,
    provoking_mail,
    provoking_pages,
    provoking_polling,
    provoking_pushed,
    provoking_registration,
    provoking_request_objects,
    provoking_requests,
    provoking_resource,
    provoking_second_factors,
    provoking_signed_requests,
    provoking_tokens,
)
from tests.openapi.world import World
from tests.parties.relying_party import unverified_claims
from tests.parties.trusted_issuer import CI, publish

PROVOKED = (
    provoking_requests.PROVOKED
    | provoking_tokens.PROVOKED
    | provoking_authorization.PROVOKED
    | provoking_pages.PROVOKED
    | provoking_account.PROVOKED
    | provoking_mail.PROVOKED
    | provoking_registration.PROVOKED
    | provoking_request_objects.PROVOKED
    | provoking_second_factors.PROVOKED
    | provoking_encryption.PROVOKED
    | provoking_exchange.PROVOKED
    | provoking_fapi.PROVOKED
    | provoking_jarm.PROVOKED
    | provoking_pushed.PROVOKED
    | provoking_certificates.PROVOKED
    | provoking_dpop.PROVOKED
    | provoking_resource.PROVOKED
    | provoking_polling.PROVOKED
    | provoking_client_documents.PROVOKED
    | provoking_signed_requests.PROVOKED
)
PROVOKED |= provoking_pushed.also_pushed(PROVOKED)
DOCUMENTED = [(operation, refusal) for operation in OPERATIONS for refusal in operation.refusals]
# What each server is configured with: most refusals are those of the usual one.
SERVERS: dict[str, dict[str, Any]] = {
    "usual": {
        "registration": {"mode": "open", "verify_email": False},
        "throttle": {"account_failures": 3, "address_failures": 6, "mails": 3},
        "client_registration": {"mode": "open", "per_address": 3},
        "protocol": {"implicit": True},
        "sign_in": {"email_code": True},
        **provoking_resource.SETTINGS,
    },
    "invited": {"client_registration": {"mode": "token"}},
    "nonces": {"protocol": {"dpop_nonce": True}},
    "full": {
        "client_registration": {
            "mode": "open",
            "max_clients": 1,
            "client_id_metadata_documents": True,
        }
    },
    "documents": {"client_registration": provoking_client_documents.SERVER},
    "closed": {"account": {"deletion": False, "editable_claims": ["name"]}},
    "behind a proxy": {
        "server": {
            "trusted_proxies": ["10.0.0.0/8"],
            "client_certificate_header": "Client-Cert",
        },
    },
    "slow": {"passwords": {"bcrypt_cost": 9, "hashing_threads": 1, "hashing_queue": 1}},
    "without database": {
        "registration": {"mode": "open", "verify_email": False},
        "client_registration": {"mode": "open"},
        "sign_in": {"email_code": True},
    },
}
SERVER_OF = {
    registration_pages.NO_REGISTRATION.text: "closed",
    account.NO_PICTURES.text: "closed",
    account.NO_DELETION.text: "closed",
    "prompt=create is not supported: accounts are made by administrators.": "closed",
    "Too busy. Try again.": "slow",
    **dict.fromkeys((each.text for each in refusals.OF_CERTIFICATES), "behind a proxy"),
    mutual_tls.NEEDED: "behind a proxy",
    provoking_signed_requests.NO_MESSAGE: "behind a proxy",
    dpop.NO_NONCE: "nonces",
    registration.NO_TOKEN.text: "invited",
    registration.FULL.text: "full",
    client_documents.NO_ROOM.text: "full",
    client_documents.THROTTLED.text: "documents",
    NOT_IN_DOCUMENT: "documents",
    **dict.fromkeys(provoking_client_documents.WRONG_URLS, "documents"),
    refusals.NO_DATABASE.text: "without database",
    refusals.PAGE_NO_DATABASE.text: "without database",
}


CASES = [
    pytest.param(
        SERVER_OF.get(refusal.text, "usual"),
        operation,
        refusal,
        id=f"{operation.operation_id}: {refusal.status} {refusal.error or ''} {refusal.text}",
    )
    for operation, refusal in DOCUMENTED
]


@pytest.fixture(scope="module")
async def world(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    prepared_sqlite: Prepared,
) -> AsyncIterator[World]:
    """Run a server on a copy of the prepared database, for all tests that need this one."""
    directory = tmp_path_factory.mktemp("server")
    path, settings = directory / "idp.db", SERVERS[request.param] | {"docs": {"enabled": True}}
    settings |= {"trusted_issuers": {CI: {"jwks": publish(directory), "user_by": "username"}}}
    if request.param == "without database":
        config = make_config(directory, f"sqlite:///{directory}/gone/idp.db", **settings)
        yield World(create_app(config), config)
        return
    shutil.copy(prepared_sqlite.directory / "idp.db", path)
    config = make_config(prepared_sqlite.directory, f"sqlite:///{path}", **settings)
    app = create_app(config)
    async with app.router.lifespan_context(app):
        world = World(app, config)
        await world.add_people()
        yield world


@pytest.mark.parametrize(("world", "operation", "refusal"), CASES, indirect=["world"])
async def test_documented_refusal_is_what_the_server_answers(
    world: World, operation: Operation, refusal: Refusal
) -> None:
    """Status, error code, text and headers are those of the documentation, letter for letter."""
    response = await PROVOKED[refusal.told, refusal.text](world, operation)

    assert response.status_code == refusal.status, response.text
    assert {name.lower() for name, _ in refusal.headers} <= set(response.headers)
    assert told(response, refusal) == (refusal.error, refusal.text)


def told(response: httpx2.Response, refusal: Refusal) -> tuple[str | None, str]:
    """Read a refusal where it is told."""
    match refusal.told:
        case Told.JSON:
            body = response.json()
            return body["error"], body.get("error_description", "")
        case Told.REDIRECT:
            url, fragment = urldefrag(response.headers["location"])
            params: dict[str, Any] = dict(parse_qsl(fragment or urlsplit(url).query))
            if "response" in params:
                params = unverified_claims(params["response"])
            return params["error"], params["error_description"]
        case Told.PAGE:
            page = html.unescape(response.text)
            assert response.headers["content-type"].startswith("text/html")
            return None, refusal.text if refusal.text in page else page


def test_nothing_is_provoked_that_is_not_documented() -> None:
    """Whoever tests a refusal here documents it."""
    assert PROVOKED.keys() <= {(refusal.told, refusal.text) for _, refusal in DOCUMENTED}
