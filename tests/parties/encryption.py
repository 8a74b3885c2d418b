"""A client that is encrypted to, and encrypts: its keys, and what it reads and writes with them."""

import json
from dataclasses import replace
from typing import Any

from joserfc import jwe
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

from idp.storage.clients import add_client, find_client_row
from idp.web.provider import Provider
from tests.fetch.servers import Server
from tests.parties.relying_party import RelyingParty

SIGNING_KEY = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
RSA_KEY = RSAKey.generate_key(2048, {"kid": "rsa-enc", "use": "enc"})
EC_KEY = ECKey.generate_key("P-256", {"kid": "ec-enc", "use": "enc"})
KEYS: dict[str, Key] = {
    "RSA-OAEP-256": RSA_KEY,
    "ECDH-ES": EC_KEY,
    "ECDH-ES+A128KW": EC_KEY,
    "ECDH-ES+A256KW": EC_KEY,
}
ENCS = ("A128CBC-HS256", "A256GCM", "A128GCM")
BY_BROWSER = {
    "response_types": ["code", "id_token", "code id_token"],
    "grant_types": ["authorization_code", "implicit", "refresh_token"],
}


def jwks(*keys: Key) -> dict[str, Any]:
    """Publish keys, by default all of the client."""
    chosen = keys or (SIGNING_KEY, RSA_KEY, EC_KEY)
    return {"keys": [key.as_dict(private=False) for key in chosen]}


def opened(token: str, key: Key | None = None) -> tuple[dict[str, Any], str]:
    """Give the header of an encrypted JWT, and what the client finds inside."""
    keys = key or KeySet([RSA_KEY, EC_KEY])
    message = jwe.decrypt_compact(token, keys, algorithms=[*KEYS, *ENCS])
    assert message.plaintext is not None
    return dict(message.protected), message.plaintext.decode()


def encrypted(
    plaintext: str, published: dict[str, Any], alg: str, enc: str = ENCS[0], **header: Any
) -> str:
    """Encrypt to the one key of a server that is for this; with None a parameter goes."""
    jwk = next(each for each in published["keys"] if each["alg"] == alg)
    named = {"alg": alg, "enc": enc, "kid": jwk["kid"], "cty": "JWT"} | header
    kept = {name: value for name, value in named.items() if value is not None}
    key = KeySet.import_key_set(json.loads(json.dumps({"keys": [jwk]}))).keys[0]
    registry = jwe.JWERegistry(algorithms=[alg, enc, "DEF", *ENCS], strict_check_header=False)
    return jwe.encrypt_compact(kept, plaintext, key, registry=registry)


def publish(server: Server, *keys: Key) -> None:
    """Put these keys there, and no others."""
    body = json.dumps(jwks(*keys))
    server.answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


async def with_keys_at(provider: Provider, rp: RelyingParty, server: Server) -> RelyingParty:
    """Add the same client once more, with its keys on this machine, as nobody could register."""

    def add() -> str:
        row = find_client_row(rp.client_id)
        assert row is not None
        metadata = {name: value for name, value in row.metadata.items() if name != "jwks"}
        metadata["jwks_uri"] = f"http://127.0.0.1:{server.port}/jwks.json"
        added = replace(row, client_id=f"{rp.client_id}_2", metadata=metadata)
        add_client(added)
        return added.client_id

    return RelyingParty(rp.http, await provider.database.run(add), rp.client_secret)
