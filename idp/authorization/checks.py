"""The checks of an authorization request whose client is trusted, in order.

Each looks at one parameter and raises SentToClient; CHECKS is what a reviewer compares with the
standards. `validate` runs them and builds what only a valid request can be.
"""

from collections.abc import Callable
from dataclasses import dataclass

from idp.authorization.request import AddressedRequest, AuthorizationRequest
from idp.authorization.targets import read_targets
from idp.config import Config
from idp.oauth2 import pkce
from idp.oauth2 import scope as scopes
from idp.oauth2.authorization_details import AUTHORIZATION_DETAILS
from idp.oauth2.dpop_key import is_thumbprint
from idp.oauth2.errors import SentToClient
from idp.oidc import claims_request
from idp.oidc.acr import WantedAcr, acr_values_supported, wanted_acr
from idp.oidc.claims_request import ClaimsRequest, MalformedClaimsError
from idp.oidc.id_token import read_hint
from idp.signing.signer import Signer
from idp.vocabulary import ErrorCode, FAPIProfile, Prompt, ResponseMode

MAX_LENGTH = 2000  # characters of a parameter that is stored, or signed into a token
MAX_DETAILS_LENGTH = 6000  # of what is asked in detail, which is JSON
MAX_TOTAL_LENGTH = 8000  # of all that is stored while a request waits, which anybody can ask for
MAX_AGE_DIGITS = 9
ID_TOKEN = "id_token"
TOKEN = "token"


@dataclass(frozen=True, slots=True)
class Rules:
    """What this server's configuration and keys say to a request."""

    config: Config
    signer: Signer


def check_repeated(request: AddressedRequest, rules: Rules) -> None:
    """No parameter may be there twice (RFC 6749 §3.1)."""
    if request.parameters.repeated:
        raise _invalid("A parameter is repeated.")


def check_registration(request: AddressedRequest, rules: Rules) -> None:
    """What is not supported must be refused, not ignored (OIDC Core §3.1.2.6)."""
    if request.parameters.get("registration") is not None:
        text = "The parameter registration is not supported."
        raise SentToClient(ErrorCode.REGISTRATION_NOT_SUPPORTED, text)


def check_length(request: AddressedRequest, rules: Rules) -> None:
    """No parameter may be endless; login_hint and the like have no limit in the standards."""
    if any(len(value) > _max_length(name) for name, value in request.parameters.pairs):
        raise _invalid("A parameter is too long.")
    if sum(len(name) + len(value) for name, value in request.parameters.pairs) > MAX_TOTAL_LENGTH:
        raise _invalid("The request is too long.")


def check_response_type(request: AddressedRequest, rules: Rules) -> None:
    """One that is on offer (RFC 9700 §2.1.2), and for which the client is registered."""
    if request.parameters.get("response_type") is None:
        raise _invalid("The parameter response_type is missing.")
    response_type, client = request.response_type, request.client
    if response_type is None or response_type not in rules.config.protocol.response_types:
        text = "The response_type is not supported: see response_types_supported."
        raise SentToClient(ErrorCode.UNSUPPORTED_RESPONSE_TYPE, text)
    is_registered = all(client.check_grant_type(each) for each in response_type.grant_types)
    if not client.check_response_type(response_type) or not is_registered:
        text = "The client is not registered for this response_type."
        raise SentToClient(ErrorCode.UNAUTHORIZED_CLIENT, text)


def check_response_mode(request: AddressedRequest, rules: Rules) -> None:
    """OAuth 2.0 Multiple Response Types §2.1, OAuth 2.0 Form Post Response Mode, JARM §2.3."""
    mode = request.parameters.get("response_mode")
    if mode is None:
        return
    if mode not in list(ResponseMode):
        raise _invalid("The response_mode is not supported.")
    # Tokens would be in logs and in the history of the browser.
    if mode == ResponseMode.QUERY != request.response_mode:
        raise _invalid("Tokens do not go into a query: leave out response_mode=query.")
    if mode == ResponseMode.QUERY_JWT != request.response_mode:
        raise _invalid("Tokens go into a query only if they are encrypted: use response_mode=jwt.")


def check_message_signing(request: AddressedRequest, rules: Rules) -> None:
    """Who signs messages is answered by signed ones (FAPI 2.0 Message Signing §5.4)."""
    is_held = request.client.fapi_profile is FAPIProfile.FAPI2_MESSAGE_SIGNING
    if is_held and not request.response_mode.is_jwt:
        raise _invalid("The client must send a response_mode that ends in jwt.")


def check_id_token(request: AddressedRequest, rules: Rules) -> None:
    """Who wants an ID token by way of the browser sends a nonce (OIDC Core §3.2.2.1, §3.3.2.11)."""
    if request.response_type is None or ID_TOKEN not in request.response_type.words:
        return
    if scopes.OPENID not in request.scope:
        raise _invalid("An ID token needs the scope openid.")
    if not request.parameters.get("nonce"):
        raise _invalid("The parameter nonce is missing, which an ID token needs.")


def check_scope(request: AddressedRequest, rules: Rules) -> None:
    """Something that the client is registered for must be asked (RFC 6749 §3.3)."""
    try:
        scope = request.scope
    except scopes.MalformedScopeError:
        text = "The scope has forbidden characters or is too long."
        raise SentToClient(ErrorCode.INVALID_SCOPE, text) from None
    if not scope and not request.asks_in_detail:
        text = "The client is not registered for any scope of this request."
        raise SentToClient(ErrorCode.INVALID_SCOPE, text)


def check_code_challenge(request: AddressedRequest, rules: Rules) -> None:
    """S256, with the method named; who must have one, `require_pkce` says (RFC 9700 §2.1.1)."""
    challenge = request.parameters.get("code_challenge")
    method = request.parameters.get("code_challenge_method")
    if challenge is None:
        if method is not None:
            raise _invalid("The parameter code_challenge is missing.")
        if _needs_pkce(request, rules):
            raise _invalid("PKCE is required: send code_challenge, method S256.")
        return
    if method != pkce.METHOD:
        raise _invalid("Send code_challenge_method=S256; plain is not accepted.")
    if not pkce.is_challenge(challenge):
        raise _invalid("The code_challenge is not the base64url of a SHA-256.")


def check_dpop_jkt(request: AddressedRequest, rules: Rules) -> None:
    """The thumbprint of the key that the code will be bound to (RFC 9449 §10).

    Nobody proves a key where tokens come by way of the browser: they would be good without it.
    """
    thumbprint, response_type = request.parameters.get("dpop_jkt"), request.response_type
    if thumbprint is None:
        return
    if not is_thumbprint(thumbprint):
        raise _invalid("The dpop_jkt is not the base64url of a SHA-256.")
    if response_type is not None and TOKEN in response_type.words:
        raise _invalid("A token of response_type is bound to no key: leave it out, or dpop_jkt.")


def check_prompt(request: AddressedRequest, rules: Rules) -> None:
    """Known words, and `none` alone (OIDC Core §3.1.2.1)."""
    words = (request.parameters.get("prompt") or "").split()
    if any(word not in list(Prompt) for word in words):
        raise _invalid("The prompt has an unknown value.")
    if Prompt.NONE in words and len(words) > 1:
        raise _invalid("prompt=none must stand alone.")
    if Prompt.CREATE in words and not rules.config.registration.is_open:
        raise _invalid("prompt=create is not supported: accounts are made by administrators.")


def check_max_age(request: AddressedRequest, rules: Rules) -> None:
    """A number of seconds, 0 included (OIDC Core §3.1.2.1)."""
    max_age = request.parameters.get("max_age")
    if max_age is None:
        return
    if not (max_age.isascii() and max_age.isdecimal()) or len(max_age) > MAX_AGE_DIGITS:
        raise _invalid("The max_age must be a number of seconds.")


def check_id_token_hint(request: AddressedRequest, rules: Rules) -> None:
    """An ID token of this issuer for this client, possibly expired (OIDC Core §3.1.2.1)."""
    if request.parameters.get("id_token_hint") and _hinted_subject(request, rules) is None:
        raise _invalid("The id_token_hint is no ID token of this issuer for this client.")


def check_claims(request: AddressedRequest, rules: Rules) -> None:
    """JSON of the right shape (OIDC Core §5.5); claims that there are not are ignored."""
    try:
        _claims(request)
    except MalformedClaimsError:
        raise _invalid("The claims must be a JSON object as OIDC Core 5.5 has it.") from None


def check_essential_acr(request: AddressedRequest, rules: Rules) -> None:
    """One that cannot be reached fails before anybody signs in (OIDC Core §5.5.1.1)."""
    values = _claims(request).essential_acr_values
    if values and values.isdisjoint(acr_values_supported()):
        text = "No value of the essential acr can be met: see acr_values_supported."
        raise SentToClient(ErrorCode.UNMET_AUTHENTICATION_REQUIREMENTS, text)


def check_targets(request: AddressedRequest, rules: Rules) -> None:
    """APIs and details that are known, and for this client (RFC 8707 §2.1, RFC 9396 §5)."""
    read_targets(rules.config, request.client, request.parameters)


Check = Callable[[AddressedRequest, Rules], None]

CHECKS: tuple[Check, ...] = (
    check_repeated,
    check_registration,
    check_length,
    check_response_type,
    check_response_mode,
    check_message_signing,
    check_scope,
    check_id_token,
    check_code_challenge,
    check_dpop_jkt,
    check_prompt,
    check_max_age,
    check_id_token_hint,
    check_claims,
    check_essential_acr,
    check_targets,
)


def validate(
    request: AddressedRequest, rules: Rules, checks: tuple[Check, ...] = CHECKS
) -> AuthorizationRequest:
    """Run all checks; raise the SentToClient of the first that fails."""
    for check in checks:
        check(request, rules)
    parameters, client = request.parameters, request.client
    response_type = request.response_type
    assert response_type is not None  # it is one of those on offer
    max_age = parameters.get("max_age")
    return AuthorizationRequest(
        client=client,
        redirect_uri=request.redirect_uri,
        redirect_uri_sent=request.redirect_uri_sent,
        response_type=response_type,
        response_mode=request.response_mode,
        state=request.state,
        scope=request.scope,
        prompt=frozenset(Prompt(word) for word in (parameters.get("prompt") or "").split()),
        max_age=int(max_age) if max_age is not None else client.default_max_age,
        nonce=parameters.get("nonce"),
        code_challenge=parameters.get("code_challenge"),
        dpop_jkt=parameters.get("dpop_jkt"),
        login_hint=parameters.get("login_hint"),
        hinted_subject=_hinted_subject(request, rules),
        claims=_claims(request),
        acr=_acr(request, rules),
        targets=read_targets(rules.config, client, parameters),
    )


def _max_length(name: str) -> int:
    return MAX_DETAILS_LENGTH if name == AUTHORIZATION_DETAILS else MAX_LENGTH


def _needs_pkce(request: AddressedRequest, rules: Rules) -> bool:
    client = request.client
    if not request.needs_code:
        return False
    if client.is_public or client.require_pkce is True:
        return True
    if client.require_pkce is False or rules.config.protocol.require_pkce == "public-clients":
        return False
    if rules.config.protocol.require_pkce == "always":
        return True
    # A nonce protects the code only where an ID token will carry it (RFC 9700 §2.1.1).
    is_openid = scopes.OPENID in request.scope
    return not is_openid or request.parameters.get("nonce") is None


def _acr(request: AddressedRequest, rules: Rules) -> WantedAcr:
    """Take what is asked for as a claim before the parameter, and that before the registration."""
    asked = _claims(request).acr
    values = asked.values if asked else ()
    return wanted_acr(
        [str(each) for each in values]
        or (request.parameters.get("acr_values") or "").split()
        or request.client.default_acr_values,
        is_essential=bool(values) and asked is not None and asked.essential,
        needs_second_factor=rules.config.sign_in.second_factor == "required"
        or request.client.require_second_factor,
    )


def _hinted_subject(request: AddressedRequest, rules: Rules) -> str | None:
    unverified_hint = request.parameters.get("id_token_hint")
    if unverified_hint is None:
        return None
    hint = read_hint(rules.config, rules.signer, unverified_hint)
    return hint.subject if hint and hint.audience == request.client.client_id else None


def _claims(request: AddressedRequest) -> ClaimsRequest:
    return claims_request.read(request.parameters.get("claims"))


def _invalid(description: str) -> SentToClient:
    return SentToClient(ErrorCode.INVALID_REQUEST, description)
