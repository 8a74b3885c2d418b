"""The mint: every grant type ends here, and nothing else issues tokens.

It looks once more at all that may have changed since the grant was given: the user, the client,
the grant itself and the scope. A grant type that forgets a check cannot give out a token that
this one would refuse.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from authlib.oauth2.rfc6749.errors import (
    InvalidGrantError,
    InvalidScopeError,
    UnauthorizedClientError,
)

from idp import audit
from idp.clients.model import Client
from idp.clients.use import note_use
from idp.config import Config
from idp.oauth2 import resource as resources
from idp.oauth2 import scope as scopes
from idp.oauth2.confirmation import Confirmation, token_type_of
from idp.oauth2.encryption import Encryption
from idp.oidc import id_token
from idp.oidc.claims import claims_named, claims_of
from idp.oidc.id_token import IDToken
from idp.secret import Secret
from idp.signing.key_set import NoActiveKey
from idp.signing.signer import Signer
from idp.storage.grants import Grant
from idp.storage.users import User
from idp.tokens import access_token, refresh_token
from idp.tokens import grant as grants
from idp.tokens.access_token import Contents
from idp.vocabulary import GrantType


@dataclass(frozen=True, slots=True)
class Order:
    """What to issue: for whom, to whom, and how much of what was granted.

    Without a grant and a user the tokens are the client's own. `refreshed` is the token of a
    refresh, which is replaced; otherwise a refresh token is issued if the grant lets it. ID tokens
    are encrypted by `encryption`, which is there if the client is registered for it.

    Access tokens are for `audience` (empty: the usual one) and `authorization_details`, for who
    holds what `confirmation` names, and say who the `actor` is; they end by `longest_until`, and
    with any of their `parents`. What is exchanged may be of a grant that another client has.
    """

    grant_type: GrantType
    client: Client
    scope: frozenset[str]
    grant: Grant | None = None
    user: User | None = None
    nonce: str | None = None
    refreshed: Secret | None = None
    encryption: Encryption | None = None
    audience: frozenset[str] = frozenset()
    authorization_details: Sequence[dict[str, Any]] = ()
    confirmation: Confirmation | None = None
    actor: dict[str, Any] | None = None
    longest_until: datetime | None = None
    parents: tuple[str, ...] = ()


class GrantEnded(InvalidGrantError):
    """The grant was revoked or is too old, or its user may not sign in any more."""

    description = "The grant was revoked or has expired."


class AlgorithmWithdrawn(UnauthorizedClientError):
    """The operator took away the signature algorithm that the client is registered for."""

    description = "The client is registered for a signature algorithm that is not on offer."


class Mint:
    """Issues tokens with the keys and lifetimes of this server."""

    def __init__(self, config: Config, signer: Signer) -> None:
        self.config = config
        self.signer = signer

    def issue(self, order: Order) -> dict[str, Any]:
        """Issue tokens and give the token response (RFC 6749 §5.1).

        Raises unauthorized_client, invalid_grant, invalid_scope or invalid_target, and Reused for
        a refresh token that two parties have.
        """
        order = _checked(order)
        with algorithm_on_offer():
            response = self._tokens(order)
        note_use(order.client)
        if order.refreshed and order.grant:
            grants.note_use(order.grant)
        _record(order)
        return response

    def issue_by_browser(
        self, order: Order, words: frozenset[str], *, code: str | None, state: str | None
    ) -> dict[str, str]:
        """Issue what the words of a response_type ask for (OIDC Core §3.2.2.5, §3.3.2.5).

        A code that goes with it, and the state, are hashed into the ID token. There is never a
        refresh token. Raises unauthorized_client, invalid_grant, invalid_scope or invalid_target.
        """
        order = _checked(order)
        with algorithm_on_offer():
            response = self._access_token(order) if "token" in words else {}
            if "id_token" in words:
                beside = {"access_token": response.get("access_token"), "code": code}
                response["id_token"] = self._id_token_by_browser(order, state=state, **beside)
        note_use(order.client)
        _record(order)
        return {name: _as_parameter(value) for name, value in response.items()}

    def _tokens(self, order: Order) -> dict[str, Any]:
        response, grant = self._access_token(order), order.grant
        if grant is not None:
            response |= self._refresh_token(order, grant)
            response |= self._id_token(order, grant, response["access_token"])
        return response

    def _access_token(self, order: Order) -> dict[str, Any]:
        contents = _contents(self.config, order)
        access = access_token.issue(
            self.config,
            self.signer,
            order.client,
            order.grant,
            contents,
            longest_until=order.longest_until,
        )
        response = {
            "access_token": access.value,
            "token_type": token_type_of(order.confirmation),
            "expires_in": access.expires_in,
        }
        if contents.scope:  # an empty one would be malformed (RFC 6749 §3.3)
            response["scope"] = scopes.write(contents.scope)
        if order.authorization_details:  # RFC 9396 §7
            response["authorization_details"] = list(order.authorization_details)
        return response

    def _refresh_token(self, order: Order, grant: Grant) -> dict[str, str]:
        """Refresh tokens need offline_access, which the user has seen (OIDC Core §11)."""
        tokens = self.config.tokens
        if order.refreshed is not None:
            secret = refresh_token.replace(
                tokens, order.client, grant, order.refreshed, order.confirmation
            )
        elif scopes.OFFLINE_ACCESS in order.scope and order.client.check_grant_type(
            GrantType.REFRESH_TOKEN
        ):
            secret = refresh_token.issue(tokens, order.client, grant, order.confirmation)
        else:
            return {}
        return {"refresh_token": secret.reveal()}

    def _id_token(self, order: Order, grant: Grant, value: str) -> dict[str, str]:
        if scopes.OPENID not in order.scope:
            return {}
        assert order.user is not None  # every grant has one
        more = _claims_asked_for(grant, order.user)
        beside = {"access_token": value}
        return {"id_token": self._issue_id_token(order, grant, more, beside)}

    def _id_token_by_browser(self, order: Order, **beside: str | None) -> str:
        """Without an access token, and none to come, there is no UserInfo (OIDC Core §5.4)."""
        assert order.grant is not None
        assert order.user is not None
        is_alone = beside["access_token"] is None and beside["code"] is None
        more = _claims_asked_for(order.grant, order.user)
        if is_alone:
            more |= claims_of(order.user, order.scope)
        return self._issue_id_token(order, order.grant, more, beside)

    def _issue_id_token(
        self, order: Order, grant: Grant, more: dict[str, Any], beside: dict[str, Any]
    ) -> str:
        token = IDToken(
            order.client, grant, order.nonce, more=more, encryption=order.encryption, **beside
        )
        return id_token.issue(self.config, self.signer, token)


def _contents(config: Config, order: Order) -> Contents:
    return Contents(
        scope=resources.narrow_scope(config, order.audience, order.scope),
        audience=order.audience,
        authorization_details=order.authorization_details,
        confirmation=order.confirmation,
        actor=order.actor,
        parents=order.parents,
    )


def _as_parameter(value: Any) -> str:
    """Write what is no text as JSON, as clients send it (RFC 9396 §2)."""
    return value if isinstance(value, str) else json.dumps(value)


def _claims_asked_for(grant: Grant, user: User) -> dict[str, Any]:
    """Give what the client has asked for one by one, for its ID token (OIDC Core §5.5)."""
    return claims_named(user, (grant.claims or {}).get("id_token", ()))


@contextmanager
def algorithm_on_offer() -> Iterator[None]:
    """Sign within this for a client; raise AlgorithmWithdrawn if that cannot be done."""
    try:
        yield
    except NoActiveKey:
        raise AlgorithmWithdrawn() from None


def _checked(order: Order) -> Order:
    """Check all there is to check, and leave out the scope that the client has lost."""
    _check(order)
    if order.scope <= order.client.scope:
        return order
    return replace(order, scope=order.scope & order.client.scope)


def _check(order: Order) -> None:
    client, grant, user = order.client, order.grant, order.user
    if client.is_disabled or not client.check_grant_type(order.grant_type):
        raise UnauthorizedClientError("The client is not registered for this grant_type.")
    if grant is None:
        return
    is_exchanged = order.grant_type == GrantType.TOKEN_EXCHANGE
    is_own = grant.client_id == client.client_id or is_exchanged
    if not is_own or not grant.is_live:
        raise GrantEnded()
    if user is None or user.user_id != grant.user_id or not user.is_active:
        raise GrantEnded()
    has_nothing = client.scope.isdisjoint(order.scope) and not order.authorization_details
    if not order.scope <= grant.scope or has_nothing:
        raise InvalidScopeError("The scope is not what was granted, or no longer registered.")


def _record(order: Order) -> None:
    name = audit.EventName.TOKENS_REFRESHED if order.refreshed else audit.EventName.TOKENS_ISSUED
    audit.record(
        name,
        client_id=order.client.client_id,
        user_id=order.grant.user_id if order.grant else None,
        sid=order.grant.sid if order.grant else None,
        grant_id=order.grant.grant_id if order.grant else None,
        grant_type=order.grant_type,
    )
