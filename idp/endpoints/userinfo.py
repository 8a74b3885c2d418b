"""The UserInfo endpoint (OIDC Core §5.3)."""

from starlette.responses import Response

from idp.oauth2 import scope as scopes
from idp.oauth2.confirmation import token_type_of
from idp.oauth2.encryption import find_userinfo_encryption
from idp.oauth2.errors import InsufficientScopeError, InvalidTokenError
from idp.oidc.claims import claims_of
from idp.oidc.subject import subject_of
from idp.oidc.userinfo import is_jwt, write_jwt
from idp.tokens.bearer import require_token
from idp.tokens.mint import algorithm_on_offer
from idp.web.fapi_interaction import named
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import json_response, jwt_response


def userinfo(provider: Provider, http: HttpRequest) -> Response:
    """Give the claims about the user that its grant covers."""
    request = http.to_protocol()
    request.refuse_repeated()
    token, parties = require_token(provider.config, provider.signer, request)
    if scopes.OPENID not in token.scope:
        raise InsufficientScopeError(token_type_of(token.confirmation))
    if parties.user is None:  # a client's own token
        raise InvalidTokenError(token_type_of(token.confirmation))
    client = parties.client
    encryption = find_userinfo_encryption(provider.key_source, client)
    single = (parties.grant.claims or {}) if parties.grant else {}
    claims = claims_of(parties.user, token.scope, single.get("userinfo", ()))
    claims = {"sub": subject_of(client, parties.user.user_id)} | claims
    if not is_jwt(client):
        return named(json_response(claims), http.headers, client)
    config, signer = provider.config, provider.signer
    with algorithm_on_offer():
        jwt = write_jwt(config, signer, client, claims, encryption=encryption)
    return named(jwt_response(jwt), http.headers, client)
