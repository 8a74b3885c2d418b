"""Clients that register themselves, and manage what they registered (RFC 7591 §3, RFC 7592).

They are trusted less than those of an operator: what takes something from people or from others,
they cannot say of themselves. Their registration access token stays the same for as long as they
are there, since one whose update is answered in vain would otherwise be locked out.
"""

from collections.abc import Mapping
from typing import Any

from idp import audit, clock
from idp.audit import EventName
from idp.clients.errors import InvalidClientMetadata
from idp.clients.keys import KeySource
from idp.clients.metadata import validate
from idp.clients.model import Client
from idp.clients.registration import (
    Registered,
    add,
    find_client,
    generate_secret,
    uses_secret,
)
from idp.clients.sector import SectorSource, check_sector, sector_key_of
from idp.clients.software_statement import SOFTWARE_STATEMENT, claims_of
from idp.clients.use import note_use
from idp.config import Config
from idp.secret import Secret
from idp.storage import clients as storage
from idp.vocabulary import Scope

REGISTRATION_TOKEN_PREFIX = "idp_rat_"

# What an operator alone may say of a client.
RESERVED = (("first_party", True), ("resource_server", True), ("require_pkce", False))
# ... and what it may be told only by an operator, whatever it is.
OF_OPERATOR = ("trusted_issuers", "token_exchange_audiences")
# What the server says of it, and an update must not repeat (RFC 7592 §2.2).
SERVER_SAYS = (
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
)


class TooManyClients(Exception):
    """There are as many clients of this kind as the operator wants."""


def validate_of_itself(
    untrusted: object, config: Config, keys: KeySource, sectors: SectorSource
) -> dict[str, Any]:
    """Give valid metadata of what a client says of itself, and others in its software statement.

    May commit and wait for its sector, and for the keys of a statement's issuer. Raises
    RegistrationRefused.
    """
    if not isinstance(untrusted, Mapping):
        raise InvalidClientMetadata("The metadata must be a JSON object.")
    statement = untrusted.get(SOFTWARE_STATEMENT)
    claims = {} if statement is None else claims_of(statement, config, keys)
    said = {**untrusted, **claims}
    for name, value in RESERVED:
        if said.get(name) is value:
            raise InvalidClientMetadata(f"{name} is for the operator to set; leave it out.")
    for name in OF_OPERATOR:
        if said.get(name):
            raise InvalidClientMetadata(f"{name} is for the operator to set; leave it out.")
    metadata = validate(said, config)
    _check_allowed(metadata, config)
    check_sector(metadata, sectors)
    return metadata if statement is None else metadata | {SOFTWARE_STATEMENT: statement}


def register_itself(metadata: dict[str, Any], config: Config, *, invited_by: str) -> Registered:
    """Add a client with valid metadata; `invited_by` is for the audit log. Raises TooManyClients.

    Whoever comes beside it waits for its end, so that two do not both find the last place.
    """
    storage.lock_self_registration()
    if storage.count_self_registered_clients() >= config.client_registration.max_clients:
        raise TooManyClients
    token = Secret.generate(REGISTRATION_TOKEN_PREFIX)
    return add(metadata, registration_access_token=token, invited_by=invited_by)


def find_itself(client_id: str, registration_access_token: Secret) -> Client | None:
    """Find the client that may be managed with a token, and note that it is in use."""
    client = find_client(client_id)
    if client is None or client.is_disabled or client.registration_token_digest is None:
        return None
    if not registration_access_token.matches(client.registration_token_digest):
        return None
    note_use(client)
    return client


def check_update(client: Client, untrusted: object) -> None:
    """Refuse an update that does not come from what was registered (RFC 7592 §2.2)."""
    if not isinstance(untrusted, Mapping):
        raise InvalidClientMetadata("The metadata must be a JSON object.")
    for name in SERVER_SAYS:
        if name in untrusted:
            raise InvalidClientMetadata(f"{name} must be left out of an update.")
    if untrusted.get("client_id") != client.client_id:
        raise InvalidClientMetadata("client_id must be there, as it was given to the client.")
    secret = untrusted.get("client_secret")
    if secret is not None and not (isinstance(secret, str) and client.check_client_secret(secret)):
        raise InvalidClientMetadata("client_secret must be the one that is good, or left out.")


def replace(client: Client, metadata: dict[str, Any]) -> Registered | None:
    """Put valid metadata in place of what was registered; give None if the client is gone.

    The client keeps its secret; it gets one if it had none and needs one now.
    """
    method = metadata["token_endpoint_auth_method"]
    if not storage.set_client_metadata(client.client_id, metadata, sector_key_of(metadata)):
        return None
    secret = None
    if not uses_secret(method):
        storage.remove_client_secrets(client.client_id)
    elif not client.secrets:
        secret = generate_secret()
        storage.set_client_secret(client.client_id, secret.digest, clock.now())
    audit.record(EventName.CLIENT_CHANGED, client_id=client.client_id, by="itself")
    changed = find_client(client.client_id)
    return None if changed is None else Registered(changed, secret)


def _check_allowed(metadata: Mapping[str, Any], config: Config) -> None:
    allowed = config.client_registration
    if not set(metadata["grant_types"]) <= set(allowed.grant_types):
        raise InvalidClientMetadata(
            f"grant_types must be among those for such clients: {', '.join(allowed.grant_types)}."
        )
    if not set(metadata["scope"].split()) <= {*Scope, *allowed.scopes}:
        raise InvalidClientMetadata(
            "scope must have only standard words and those that the operator allows such clients."
        )
    types = metadata.get("authorization_details_types", ())
    if not set(types) <= set(allowed.authorization_details_types):
        raise InvalidClientMetadata(
            "authorization_details_types must be among those that the operator allows such clients."
        )
