"""The checks of an authorization request, one by one and in order."""

from typing import Any

import pytest

from idp import clock
from idp.authorization.checks import CHECKS, validate
from idp.oauth2.errors import SentToClient
from idp.signing.signer import Signer
from idp.vocabulary import Prompt, TokenEndpointAuthMethod
from tests.authorization.conftest import MakeClient, MakeRequest, MakeRules

CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636 Appendix B
WITH_PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}

# What is wrong with the request, and the error that says so.
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "repeated state": ({"state": ["a", "b"]}, "invalid_request"),
    "repeated, the same value": ({"scope": ["openid", "openid"]}, "invalid_request"),
    "repeated, unknown": ({"color": ["red", "blue"]}, "invalid_request"),
    "endless state": ({"state": "s" * 2001}, "invalid_request"),
    "endless, unknown": ({"color": "r" * 2001}, "invalid_request"),
    "endless in all": ({f"color{n}": "r" * 1500 for n in range(6)}, "invalid_request"),
    "registration": ({"registration": "{}"}, "registration_not_supported"),
    "no response_type": ({"response_type": None}, "invalid_request"),
    "empty response_type": ({"response_type": ""}, "invalid_request"),
    "implicit": ({"response_type": "token"}, "unsupported_response_type"),
    "implicit ID token": ({"response_type": "id_token"}, "unsupported_response_type"),
    "hybrid": ({"response_type": "code id_token"}, "unsupported_response_type"),
    "quoted response_type": ({"response_type": 'co"de'}, "unsupported_response_type"),
    "unknown response_mode": ({"response_mode": "web_message"}, "invalid_request"),
    "quoted response_mode": ({"response_mode": 'qu"ery'}, "invalid_request"),
    "nothing registered is asked": ({"scope": "email unknown"}, "invalid_scope"),
    "only spaces in scope": ({"scope": "  "}, "invalid_scope"),
    "quoted scope": ({"scope": 'openid "x"'}, "invalid_scope"),
    "scope beyond ASCII": ({"scope": "openid caf\u00e9"}, "invalid_scope"),
    "challenge without method": ({"code_challenge": CHALLENGE}, "invalid_request"),
    "plain": (WITH_PKCE | {"code_challenge_method": "plain"}, "invalid_request"),
    "lower case method": (WITH_PKCE | {"code_challenge_method": "s256"}, "invalid_request"),
    "method without challenge": ({"code_challenge_method": "S256"}, "invalid_request"),
    "short challenge": (WITH_PKCE | {"code_challenge": CHALLENGE[:-1]}, "invalid_request"),
    "padded challenge": (WITH_PKCE | {"code_challenge": CHALLENGE + "="}, "invalid_request"),
    "challenge and newline": (WITH_PKCE | {"code_challenge": CHALLENGE + "\n"}, "invalid_request"),
    "no PKCE and no nonce": ({"nonce": None}, "invalid_request"),
    "no PKCE and no openid": ({"scope": "notes.read"}, "invalid_request"),
    "unknown prompt": ({"prompt": "login magic"}, "invalid_request"),
    "none is not alone": ({"prompt": "none login"}, "invalid_request"),
    "no registration here": ({"prompt": "create"}, "invalid_request"),
    "negative max_age": ({"max_age": "-1"}, "invalid_request"),
    "max_age in words": ({"max_age": "soon"}, "invalid_request"),
    "max_age in other digits": ({"max_age": "\u0663"}, "invalid_request"),
    "max_age as superscript": ({"max_age": "\u00b2"}, "invalid_request"),
    "max_age beyond the calendar": ({"max_age": "9" * 10}, "invalid_request"),
    "hint is no token": ({"id_token_hint": "gibberish"}, "invalid_request"),
    "claims are no JSON": ({"claims": "not even JSON"}, "invalid_request"),
    "essential acr out of reach": (
        {"claims": '{"id_token":{"acr":{"essential":true,"value":"urn:example:gold"}}}'},
        "unmet_authentication_requirements",
    ),
}


@pytest.mark.parametrize(("changes", "error"), REFUSED.values(), ids=REFUSED)
def test_wrong_parameter_is_refused(
    make_request: MakeRequest, make_rules: MakeRules, changes: dict[str, Any], error: str
) -> None:
    """Each wrong parameter has its error code, and a text that RFC 6749 lets through."""
    request = make_request(**changes)

    with pytest.raises(SentToClient) as refusal:
        validate(request, make_rules())

    assert refusal.value.error == error
    assert refusal.value.description.isascii()
    assert not set(refusal.value.description) & {'"', "\\", "\n"}


ACCEPTED: dict[str, dict[str, Any]] = {
    "nothing more": {},
    "PKCE for the nonce": WITH_PKCE | {"nonce": None},
    "unknown parameter": {"color": "red"},
    "parameters that may not fail": {
        "acr_values": "urn:example:gold",
        "ui_locales": "xx-nowhere",
        "claims_locales": "de",
        "display": "hologram",
    },
    "voluntary acr out of reach": {"claims": '{"id_token":{"acr":{"value":"urn:a:gold"}}}'},
    "this server as a resource": {"resource": ["https://idp.example", "https://idp.example/"]},
    "empty request object": {"request": "", "request_uri": "", "registration": ""},
    "scope in any order": {"scope": "profile  openid notes.read"},
    "scope of which some is registered": {"scope": "openid email unknown"},
    "longest state": {"state": "s" * 2000},
    "pages one after another": {"prompt": "login consent select_account"},
    "max_age of nothing": {"max_age": "0"},
    "empty hint": {"id_token_hint": ""},
}


@pytest.mark.parametrize("changes", ACCEPTED.values(), ids=ACCEPTED)
def test_odd_but_right_request_is_accepted(
    make_request: MakeRequest, make_rules: MakeRules, changes: dict[str, Any]
) -> None:
    """What the standards let a client send, or tell the server to ignore, does not fail."""
    request = make_request(**changes)

    valid = validate(request, make_rules())

    assert "openid" in valid.scope


def test_first_check_that_fails_gives_the_error(
    make_request: MakeRequest, make_rules: MakeRules
) -> None:
    """With several things wrong the order of CHECKS decides, so that the answer is always one."""
    wrong = {
        "max_age": "soon",
        "prompt": "magic",
        "scope": "unknown",
        "response_type": "token",
        "registration": "{}",
    }
    answers = []

    while wrong:
        with pytest.raises(SentToClient) as refusal:
            validate(make_request(**wrong), make_rules())
        answers.append(refusal.value.error)
        wrong.popitem()

    assert answers == [
        "registration_not_supported",
        "unsupported_response_type",
        "invalid_scope",
        "invalid_request",
        "invalid_request",
    ]
    assert len(CHECKS) == len(set(CHECKS))


@pytest.mark.parametrize(
    "registered",
    [
        {"response_types": frozenset()},
        {"grant_types": frozenset({"client_credentials"})},
    ],
)
def test_client_must_be_registered_for_codes(
    make_client: MakeClient,
    make_request: MakeRequest,
    make_rules: MakeRules,
    registered: dict[str, Any],
) -> None:
    """A client that never redeems codes gets none."""
    request = make_request(make_client(**registered))

    with pytest.raises(SentToClient) as refusal:
        validate(request, make_rules())

    assert refusal.value.error == "unauthorized_client"


PUBLIC = {"token_endpoint_auth_method": TokenEndpointAuthMethod.NONE}
NONCE = {"scope": "openid"}
NO_NONCE = {"scope": "openid", "nonce": None}
NO_OPENID = {"scope": "notes.read"}


@pytest.mark.parametrize(
    ("setting", "client", "request_", "is_needed"),
    [
        ("unless-nonce", {}, NONCE, False),
        ("unless-nonce", {}, NO_NONCE, True),
        ("unless-nonce", {}, NO_OPENID, True),
        ("unless-nonce", PUBLIC, NONCE, True),
        ("unless-nonce", {"require_pkce": True}, NONCE, True),
        ("unless-nonce", {"require_pkce": False}, NO_NONCE, False),
        ("unless-nonce", PUBLIC | {"require_pkce": False}, NONCE, True),
        # No ID token will carry the nonce, since the client may not have one.
        (
            "unless-nonce",
            {"scope": frozenset({"notes.read"})},
            {"scope": "openid notes.read"},
            True,
        ),
        ("always", {}, NONCE, True),
        ("always", {"require_pkce": False}, NONCE, False),
        ("public-clients", {}, NO_NONCE, False),
        ("public-clients", {"require_pkce": True}, NONCE, True),
        ("public-clients", PUBLIC, NONCE, True),
    ],
)
def test_who_needs_pkce(
    make_client: MakeClient,
    make_request: MakeRequest,
    make_rules: MakeRules,
    setting: str,
    client: dict[str, Any],
    request_: dict[str, Any],
    is_needed: bool,
) -> None:
    """The setting, the client and the nonce decide; for public clients there is no way around."""
    rules = make_rules(protocol={"require_pkce": setting})
    known = make_client(**client)

    assert validate(make_request(known, **request_, **WITH_PKCE), rules).code_challenge == CHALLENGE
    if is_needed:
        with pytest.raises(SentToClient, match="PKCE is required"):
            validate(make_request(known, **request_), rules)
    else:
        assert validate(make_request(known, **request_), rules).code_challenge is None


@pytest.mark.parametrize(
    ("sent", "registered", "expected"),
    [
        (None, None, None),
        (None, 300, 300),
        ("", 300, 300),
        ("60", 300, 60),
        ("0", 300, 0),
        ("900", 300, 900),
    ],
)
def test_max_age_overrides_the_registered_one(
    make_client: MakeClient,
    make_request: MakeRequest,
    make_rules: MakeRules,
    sent: str | None,
    registered: int | None,
    expected: int | None,
) -> None:
    """`default_max_age` counts where the request has no max_age (OIDC Registration §2)."""
    request = make_request(make_client(default_max_age=registered), max_age=sent)

    assert validate(request, make_rules()).max_age == expected


def test_without_scope_the_registered_one_counts(
    make_request: MakeRequest, make_rules: MakeRules
) -> None:
    """Neither an ID token nor offline access comes to a client that does not ask by name."""
    request = make_request(scope=None, **WITH_PKCE)

    assert validate(request, make_rules()).scope == {"profile", "notes.read"}


def test_create_is_known_where_people_may_register(
    make_request: MakeRequest, make_rules: MakeRules
) -> None:
    """`prompt=create` follows the setting."""
    rules = make_rules(registration={"mode": "open", "verify_email": False})

    assert validate(make_request(prompt="create"), rules).prompt == {Prompt.CREATE}


HINT = {"iss": "https://idp.example", "sub": "alice", "aud": "notes", "exp": 4_000_000_000}


@pytest.mark.parametrize(
    ("claims", "typ", "hinted"),
    [
        ({}, "JWT", "alice"),
        ({"exp": clock.timestamp(clock.now()) - 86_400}, "JWT", "alice"),
        ({}, "at+jwt", None),
        ({"aud": "another"}, "JWT", None),
        ({"aud": ["notes"]}, "JWT", None),
        ({"iss": "https://other.example"}, "JWT", None),
        ({"sub": None}, "JWT", None),
    ],
    ids=[
        "right",
        "expired",
        "access token",
        "another client's",
        "of several",
        "another issuer's",
        "nobody's",
    ],
)
def test_hint_is_an_id_token_for_this_client(
    make_request: MakeRequest,
    make_rules: MakeRules,
    signer: Signer,
    claims: dict[str, Any],
    typ: str,
    hinted: str | None,
) -> None:
    """An expired hint is still one; whatever else our key has signed is not."""
    hint = signer.sign(HINT | claims, typ=typ, algorithm="ES256")
    request = make_request(id_token_hint=hint)

    if hinted is None:
        with pytest.raises(SentToClient) as refusal:
            validate(request, make_rules())
        assert refusal.value.error == "invalid_request"
    else:
        assert validate(request, make_rules()).hinted_subject == hinted
