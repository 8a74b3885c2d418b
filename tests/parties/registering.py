"""What a certification suite registers a client with, when it is told to register its own."""

from typing import Any

from joserfc.jwk import RSAKey

from tests.parties.suite import CLIENT_SECRET_BASIC, Variant

CALLBACK = "https://localhost.emobix.co.uk:8443/test/a/idp/callback"
KEY = RSAKey.generate_key(2048, {"kid": "suite", "use": "sig", "alg": "RS256"})


def registration(variant: Variant, *grant_types: str, **changes: Any) -> dict[str, Any]:
    """Describe a client of a variant; None leaves a member out (OIDC Registration §2)."""
    by_browser = ["implicit"] if variant.words != {"code"} else []
    by_code = ["authorization_code"] if "code" in variant.words else []
    metadata = {
        "client_name": "Suite",
        "grant_types": [*by_code, *by_browser, *grant_types],
        "jwks": {"keys": [KEY.as_dict(private=False)]},
        "token_endpoint_auth_method": CLIENT_SECRET_BASIC,
        "response_types": [variant.response_type],
        "redirect_uris": [CALLBACK],
        "contacts": ["certification@oidf.org"],
    } | changes
    return {name: value for name, value in metadata.items() if value is not None}
