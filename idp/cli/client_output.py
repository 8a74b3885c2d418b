"""How clients are printed."""

from collections.abc import Iterator
from typing import Any

import typer

from idp.cli.output import moment, note, print_fields, print_json
from idp.clients.model import Client
from idp.clients.registration import Registered, registration_response
from idp.config import Config

KEEP = "Keep the secret now: nobody can show it again. `idp client secret` makes a new one."


def print_registered(config: Config, registered: Registered, *, as_json: bool) -> None:
    """Print what was registered; the secret is never seen again."""
    if as_json:
        print_json(registration_response(registered))
        return
    client, secret = registered.client, registered.client_secret
    typer.echo(f"Added {client.display_name}.")
    fields = [("issuer", config.issuer), ("client_id", client.client_id)]
    if secret is not None:
        fields.append(("client_secret", secret.reveal()))
    # Libraries differ in what they do by default, and the server accepts this one only.
    fields.append(("token_endpoint_auth_method", client.token_endpoint_auth_method))
    print_fields(fields)
    if secret is not None:
        note(KEEP)


def client_as_json(client: Client) -> dict[str, Any]:
    """Give a client as its registration was answered, without a secret (RFC 7591 §3.2.1)."""
    return registration_response(Registered(client, None))


def client_row(client: Client) -> tuple[str, ...]:
    """Give the cells of a client in a list."""
    return (
        client.client_id,
        client.client_name or "",
        _kind(client),
        " ".join(sorted(client.grant_types)),
        moment(client.created_at),
    )


def client_fields(client: Client) -> Iterator[tuple[str, str]]:
    """Give all that is known of a client, a line each; a list has several."""
    yield "client_id", client.client_id
    names = sorted(client.metadata, key=lambda name: name != "client_name")  # that one comes first
    for name in names:
        value = client.metadata[name]
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            yield ("" if index else name), _text(item)
    for secret in client.secrets:
        if secret.is_live:
            yield (
                "client_secret",
                f"until {moment(secret.expires_at)}" if secret.expires_at else "set",
            )
    yield "registered", moment(client.created_at)
    if client.used_at is not None:
        yield "used", f"{client.used_at:%Y-%m-%d}"  # noted once a day


def _kind(client: Client) -> str:
    kinds = ["public" if client.is_public else "confidential"]
    kinds += ["first-party"] if client.first_party else []
    kinds += ["resource server"] if client.resource_server else []
    if client.used_at is not None:
        kinds.append("by its document" if client.has_document else "self-registered")
    kinds += ["disabled"] if client.is_disabled else []
    return ", ".join(kinds)


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case dict():
            return f"{len(value.get('keys', ()))} keys"
        case _:
            return str(value)
