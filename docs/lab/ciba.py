"""Makes the clients of the plan for FAPI-CIBA, and the configuration of the plan with their keys.

It is started where lab/ca.pem and lab/ca.key are, as fapi.py is, from which it has its keys and
certificates. What to do with the result is told in docs/certification.md.
"""

import argparse
import json

from fapi import HERE, JSON, LAB, NAMES, Variant, certificate, make_key, subject
from joserfc.jwk import RSAKey

SCOPE = "openid offline_access"
PERSON = "ada"
ACR = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
# The words of the plan's variants; the first of each is the default.
VARIANTS = {"client_auth_type": ("private_key_jwt", "mtls"), "ciba_mode": ("poll", "ping")}


def main() -> None:
    """Write lab/ciba-clients.json and lab/ciba-suite.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, values in VARIANTS.items():
        parser.add_argument(f"--{name}", choices=values, default=values[0])
    variant: Variant = vars(parser.parse_args())
    suite: JSON = json.loads((HERE / "suite.json").read_text("utf-8"))
    keys = [make_key("PS256"), make_key("PS256")]  # else modules about RS256 are left out
    clients = [client(suite["alias"], variant, which, keys[which]) for which in (0, 1)]
    configured = configuration(suite, variant, keys)
    for name, content in (("ciba-clients", clients), ("ciba-suite", configured)):
        (LAB / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def client(alias: str, variant: Variant, which: int, key: JSON) -> JSON:
    """Say how a client is registered."""
    registered: JSON = {
        "client_id": client_id(which),
        "client_name": f"Laboratory, FAPI-CIBA {which + 1}",
        "fapi_profile": "fapi_ciba",
        "grant_types": ["urn:openid:params:grant-type:ciba", "refresh_token"],
        "response_types": [],
        "scope": SCOPE,
        "jwks": {"keys": [RSAKey.import_key(key).as_dict(private=False)]},
        "backchannel_authentication_request_signing_alg": key["alg"],
        "backchannel_token_delivery_mode": variant["ciba_mode"],
        "tls_client_certificate_bound_access_tokens": True,
    }
    if variant["ciba_mode"] == "ping":
        host = "https://localhost.emobix.co.uk:8443"
        endpoint = f"{host}/test/a/{alias}/ciba-notification-endpoint"
        registered["backchannel_client_notification_endpoint"] = endpoint
    if variant["client_auth_type"] == "mtls":
        registered["token_endpoint_auth_method"] = "tls_client_auth"
        registered["tls_client_auth_subject_dn"] = subject(which)
    return registered


def configuration(suite: JSON, variant: Variant, keys: list[JSON]) -> JSON:
    """Give what is pasted into the suite."""
    issuer = suite["server"]["discoveryUrl"].partition("/.well-known/")[0]
    configured: JSON = {
        name: {
            "client_id": client_id(which),
            "scope": SCOPE,
            "jwks": {"keys": [keys[which]]},
            "hint_type": "login_hint",
            "hint_value": PERSON,
            "acr_value": ACR,
        }
        for which, name in enumerate(("client", "client2"))
    }
    return configured | {
        "alias": suite["alias"],
        "description": f"{suite['description']}: {' '.join(variant.values())}",
        "server": {"discoveryUrl": suite["server"]["discoveryUrl"]},
        "resource": {"resourceUrl": f"{issuer.replace('://', '://mtls.')}/userinfo"},
        "mtls": certificate(0),
        "mtls2": certificate(1),
    }


def client_id(which: int) -> str:
    """Name a client of this plan."""
    return NAMES[which].replace("fapi", "ciba")


if __name__ == "__main__":
    main()
