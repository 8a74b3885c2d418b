"""Makes the clients of a plan for FAPI 2.0, and the configuration of the plan with their keys.

It is started where lab/ca.pem and lab/ca.key are. What to do with the result is told in
docs/certification.md.
"""

import argparse
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey, RSAKey

HERE, LAB = Path(__file__).parent, Path("lab")
NAMES = ("lab-fapi", "lab-fapi-second")
QUERY = ("", "?dummy1=lorem&dummy2=ipsum")  # what the suite adds for its second client
SCOPES = {"openid_connect": "openid email offline_access", "plain_oauth": "email offline_access"}
DOCUMENTS = {"openid_connect": "openid-configuration", "plain_oauth": "oauth-authorization-server"}
# The words of the plans' variants; the first of each is the default.
VARIANTS = {
    "client_auth_type": ("private_key_jwt", "mtls"),
    "sender_constrain": ("dpop", "mtls"),
    "openid": ("openid_connect", "plain_oauth"),
    "fapi_request_method": ("unsigned", "signed_non_repudiation"),
    "fapi_response_mode": ("plain_response", "jarm"),
    "authorization_request_type": ("simple", "rar"),
}
DETAILS = [{"type": "account_information", "actions": ["list_accounts", "read_balances"]}]

Variant = dict[str, str]
JSON = dict[str, Any]


def main() -> None:
    """Write lab/fapi-clients.json and lab/fapi-suite.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, values in VARIANTS.items():
        parser.add_argument(f"--{name}", choices=values, default=values[0])
    variant: Variant = vars(parser.parse_args())
    suite: JSON = json.loads((HERE / "suite.json").read_text("utf-8"))
    # With a key for PS256 no module is left out that is about RS256.
    keys = [make_key("PS256"), make_key("ES256")]
    clients = [client(suite["alias"], variant, which, keys[which]) for which in (0, 1)]
    configured = configuration(suite, variant, keys) | certificates(variant)
    for name, content in (("fapi-clients", clients), ("fapi-suite", configured)):
        (LAB / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def make_key(alg: str) -> JSON:
    """Make the key by which a client signs."""
    named = {"kid": f"lab-{alg}", "use": "sig", "alg": alg}
    rsa = alg == "PS256"
    key = RSAKey.generate_key(2048, named) if rsa else ECKey.generate_key("P-256", named)
    return dict(key.as_dict(private=True))


def client(alias: str, variant: Variant, which: int, key: JSON) -> JSON:
    """Say how a client is registered."""
    is_signed = variant["fapi_request_method"] != "unsigned"
    is_jarm = variant["fapi_response_mode"] == "jarm"
    callback = f"https://localhost.emobix.co.uk:8443/test/a/{alias}/callback{QUERY[which]}"
    by_kind = {"RSA": RSAKey, "EC": ECKey}
    public = by_kind[key["kty"]].import_key(key).as_dict(private=False)
    registered: JSON = {
        "client_id": NAMES[which],
        "client_name": f"Laboratory, FAPI {which + 1}",
        "fapi_profile": f"fapi2_{'message_signing' if is_signed and is_jarm else 'security'}",
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": [callback],
        "jwks": {"keys": [public]},
        "authorization_details_types": [DETAILS[0]["type"]],
        "require_signed_request_object": is_signed,
        "tls_client_certificate_bound_access_tokens": variant["sender_constrain"] == "mtls",
    }
    if variant["client_auth_type"] == "mtls":
        registered["token_endpoint_auth_method"] = "tls_client_auth"
        registered["tls_client_auth_subject_dn"] = subject(which)
    return registered


def configuration(suite: JSON, variant: Variant, keys: list[JSON]) -> JSON:
    """Give what is pasted into the suite."""
    issuer = suite["server"]["discoveryUrl"].partition("/.well-known/")[0]
    host = issuer.replace("://", "://mtls.") if variant["sender_constrain"] == "mtls" else issuer
    configured = {
        name: {
            "client_id": NAMES[which],
            "scope": SCOPES[variant["openid"]],
            "jwks": {"keys": [keys[which]]},
            "dpop_signing_alg": keys[which]["alg"],
        }
        for which, name in enumerate(("client", "client2"))
    }
    return configured | {
        "alias": suite["alias"],
        "description": f"{suite['description']}: {' '.join(variant.values())}",
        "server": {"discoveryUrl": f"{issuer}/.well-known/{DOCUMENTS[variant['openid']]}"},
        "resource": {"resourceUrl": f"{host}/userinfo", "richAuthorizationRequest": DETAILS},
        "browser": suite["browser"],
        "override": exceptions(issuer, suite["browser"]),
    }


def exceptions(issuer: str, usual: list[JSON]) -> JSON:
    """Tell where the suite's browser does something else: it refuses, and it looks and leaves."""
    cancel = {
        "task": "Refuse",
        "match": f"{issuer}/login*",
        "commands": [["click", "id", "login-cancel"]],
    }
    arrive = usual[0]["tasks"][-1]
    refusing = {"match": f"{issuer}/authorize*", "tasks": [cancel, arrive]}
    looking = {"match": f"{issuer}/authorize*", "match-limit": 1, "tasks": []}
    profile = "fapi2-security-profile-final"
    return {
        f"{profile}-user-rejects-authentication": {"browser": [refusing]},
        f"{profile}-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds": {
            "browser": [looking, *usual]
        },
    }


def certificates(variant: Variant) -> JSON:
    """Give each client a certificate, if any is asked for."""
    if "mtls" not in variant.values():
        return {}
    return {name: certificate(which) for which, name in enumerate(("mtls", "mtls2"))}


def certificate(which: int) -> JSON:
    """Make a certificate that the authority of the laboratory has signed."""
    authority = x509.load_pem_x509_certificate((LAB / "ca.pem").read_bytes())
    signer: Any = serialization.load_pem_private_key((LAB / "ca.key").read_bytes(), None)
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string(subject(which)))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(signer, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "cert": signed.public_bytes(serialization.Encoding.PEM).decode(),
        "key": private.decode(),
        "ca": authority.public_bytes(serialization.Encoding.PEM).decode(),
    }


def subject(which: int) -> str:
    """Name a client as its certificate does."""
    return f"CN={NAMES[which]},O=Laboratory"


if __name__ == "__main__":
    main()
