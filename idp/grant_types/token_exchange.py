"""Token exchange: another token for another place, of one that is good now (RFC 8693 §2).

What comes of it is never more than what it is made of: not wider in scope or in detail, not longer
good, and for whom the operator has named. It belongs to the same grant, so that it ends with it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from authlib.oauth2.rfc6749.errors import InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import BaseGrant, TokenEndpointMixin

from idp import audit
from idp.clients.model import Client
from idp.config.resources import is_absolute_uri
from idp.grant_types.asserted import OF_SIGN_INS, new_asserted_grant
from idp.grant_types.token_request import TokenRequestMixin
from idp.oauth2 import assertion as assertions
from idp.oauth2 import resource as resources
from idp.oauth2 import scope as scopes
from idp.oauth2.actor import Actor
from idp.oauth2.assertion import InvalidAssertion
from idp.oauth2.authorization_details import Details
from idp.oauth2.errors import InvalidTarget
from idp.oauth2.request import ProtocolAnswer
from idp.storage.grants import add_grant
from idp.tokens.mint import Order
from idp.tokens.presented import NOBODY, Presented, Presenting
from idp.vocabulary import CONFIDENTIAL, GrantType
from idp.vocabulary import TokenTypeIdentifier as TokenType

# Each exchange remembers the tokens that it came of, and each actor comes by an exchange.
MAX_PARENTS = 8

NOT_GOOD = "is expired, revoked, malformed or not for this client."
NO_USER = "must speak of a user: a client gets a token of its own by client_credentials."
WRONG_KEY = "is bound to a key or certificate, which was not proven."
TOO_OFTEN = "was exchanged too often."
MUST_NOT_ACT = "does not let this actor act for its subject."
DELEGATED = "must be of somebody who acts for themselves."

UNREGISTERED = "The client is not registered for this audience or resource."
NO_TARGET = "Name an audience or a resource: without one, a client exchanges its own tokens only."
TOO_WIDE = "The scope is wider than that of the subject_token, of the client or of the target."
WRONG_TYPE = "requested_token_type must be that of an access token, or left out."
TYPE_ALONE = "actor_token_type must be left out without an actor_token."


class TokenRefused(InvalidRequestError):
    """A token that cannot be exchanged; RFC 8693 §2.2.2 wants this error for it."""

    def __init__(self, name: str, text: object) -> None:
        super().__init__(f"The {name} {text}")


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is exchanged, and what for; everything is verified."""

    subject: Presented
    actor: Presented | None
    audience: frozenset[str]
    scope: frozenset[str]
    authorization_details: Details


class TokenExchangeGrant(TokenRequestMixin, BaseGrant, TokenEndpointMixin):
    """Issues an access token for a token, to clients that the operator trusts with it."""

    GRANT_TYPE = GrantType.TOKEN_EXCHANGE
    TOKEN_ENDPOINT_AUTH_METHODS = CONFIDENTIAL
    ISSUES_ID_TOKENS = False
    _exchange: Exchange

    def validate_token_request(self) -> None:
        """Authenticate the client, and verify all that it presents."""
        client = self.authenticate_token_endpoint_client()
        if self.request.form.get("requested_token_type", TokenType.ACCESS_TOKEN) != (
            TokenType.ACCESS_TOKEN
        ):
            raise InvalidRequestError(WRONG_TYPE)
        subject = self._presented("subject_token", client)
        self._check_subject(subject, client)
        actor = self._actor(client)
        self._check_may_act(subject, actor, client)
        audience = self._audience(subject, client)
        scope = self._scope(subject, audience, client)
        authorization_details = self.details_within(subject.authorization_details)
        if not scope and not authorization_details:
            raise InvalidScopeError(TOO_WIDE)
        self._exchange = Exchange(subject, actor, audience, scope, authorization_details)

    def create_token_response(self) -> ProtocolAnswer:
        """Issue the access token."""
        client: Client = self.request.client  # type: ignore[assignment]  # authenticated by now
        exchange = self._exchange
        subject, grant = exchange.subject, exchange.subject.grant
        if subject.client_id is None and grant is not None:
            grant = replace(grant, scope=exchange.scope)
            add_grant(grant)
        status, response, headers = self.answer(
            Order(
                grant_type=self.GRANT_TYPE,
                client=client,
                scope=exchange.scope,
                grant=grant,
                user=subject.user,
                audience=exchange.audience,
                authorization_details=exchange.authorization_details,
                actor=self._act(exchange),
                longest_until=_end(exchange),
                parents=_parents(exchange),
            )
        )
        self._record(exchange, client)
        return (
            status,
            response | {"issued_token_type": str(TokenType.ACCESS_TOKEN)},
            headers,
        )

    def _presented(self, name: str, client: Client) -> Presented:
        value = self.request.require(name)
        presenting = Presenting(self.server.config, self.server.signer, client)
        match self.request.require(f"{name}_type"):
            case TokenType.ACCESS_TOKEN:
                found = presenting.access_token(value)
            case TokenType.REFRESH_TOKEN:
                found = presenting.refresh_token(value)
            case TokenType.ID_TOKEN:
                found = presenting.id_token(value)
            case TokenType.JWT:
                found = self._asserted(name, value, client)
            case _:
                raise InvalidRequestError(f"{name}_type is not one that is supported.")
        if found is None:
            raise TokenRefused(name, NOT_GOOD)
        if found.client_id == client.client_id and not self._is_proven(found):
            raise TokenRefused(name, WRONG_KEY)
        return found

    def _asserted(self, name: str, value: str, client: Client) -> Presented:
        """Read what another issuer says; of a subject, it must be a person who is known here."""
        config = self.server.config
        grant = user = None
        try:
            assertion = assertions.read(value, client, config, self.server.key_source)
            if name == "subject_token":
                scope = client.scope - OF_SIGN_INS
                grant, user = new_asserted_grant(config, client, assertion, scope)
        except InvalidAssertion as refusal:
            raise TokenRefused(name, refusal) from None
        return Presented(
            issuer=assertion.issuer,
            subject=assertion.subject,
            client_id=None,
            expires_at=assertion.expires_at,
            scope=grant.scope if grant else NOBODY,
            grant=grant,
            user=user,
            may_act=assertion.claims.get("may_act"),
        )

    def _is_proven(self, token: Presented) -> bool:
        """A client proves the key of its own token; those to whom it was sent do not have it."""
        return self.holds(token.confirmation.claims if token.confirmation else None)

    def _check_subject(self, subject: Presented, client: Client) -> None:
        if subject.user is None:
            raise TokenRefused("subject_token", NO_USER)
        if len(subject.parents) > MAX_PARENTS:
            raise TokenRefused("subject_token", TOO_OFTEN)

    def _actor(self, client: Client) -> Presented | None:
        if self.request.form.get("actor_token") is None:
            if self.request.form.get("actor_token_type") is not None:
                raise InvalidRequestError(TYPE_ALONE)
            return None
        actor = self._presented("actor_token", client)
        if actor.client_id not in (client.client_id, None):
            raise TokenRefused("actor_token", NOT_GOOD)
        if actor.actor is not None:
            raise TokenRefused("actor_token", DELEGATED)
        return actor

    def _check_may_act(self, subject: Presented, actor: Presented | None, client: Client) -> None:
        """Without an actor_token, the client itself is who wants to act (RFC 8693 §4.4)."""
        if subject.may_act is None:
            return
        party = Actor(self.server.config.issuer, client.client_id, client.client_id)
        if actor is not None:
            party = _party(actor)
        if not party.is_allowed_by(subject.may_act, subject.issuer):
            raise TokenRefused("subject_token", MUST_NOT_ACT)

    def _audience(self, subject: Presented, client: Client) -> frozenset[str]:
        """Give for whom the token shall be (RFC 8693 §2.1), if the operator allows it."""
        asked = [pair for pair in self.request.parameters.pairs if pair[1]]
        uris = {value for name, value in asked if name == "resource"}
        if not all(map(is_absolute_uri, uris)):
            raise InvalidTarget(resources.MALFORMED)
        targets = uris | {value for name, value in asked if name == "audience"}
        own = subject.audience if subject.client_id == client.client_id else NOBODY
        if not targets and not own:
            raise InvalidTarget(NO_TARGET)
        if not targets <= client.token_exchange_audiences | own:
            raise InvalidTarget(UNREGISTERED)
        return frozenset(targets or own)

    def _scope(
        self, subject: Presented, audience: frozenset[str], client: Client
    ) -> frozenset[str]:
        both = (subject.scope & client.scope) - OF_SIGN_INS
        possible = resources.narrow_scope(self.server.config, audience, both)
        scope = self.requested_scope(possible)
        if not scope <= possible:
            raise InvalidScopeError(TOO_WIDE)
        return scope

    def _act(self, exchange: Exchange) -> dict[str, object] | None:
        """Whoever acted before still did, whether or not somebody acts now."""
        before = exchange.subject.actor
        if exchange.actor is None:
            return before
        return _party(exchange.actor).claims(self.server.config.issuer, before)

    def _record(self, exchange: Exchange, client: Client) -> None:
        subject, actor, grant = exchange.subject, exchange.actor, exchange.subject.grant
        audit.record(
            audit.EventName.TOKEN_EXCHANGED,
            client_id=client.client_id,
            user_id=subject.user.user_id if subject.user else None,
            sid=grant.sid if grant else None,
            grant_id=grant.grant_id if grant else None,
            of=subject.client_id or subject.issuer,
            actor=actor.subject if actor else "",
            audience=scopes.write(exchange.audience),
        )


def _party(actor: Presented) -> Actor:
    return Actor(actor.issuer, actor.subject, actor.client_id)


def _end(exchange: Exchange) -> datetime:
    return min(each.expires_at for each in (exchange.subject, exchange.actor) if each is not None)


def _parents(exchange: Exchange) -> tuple[str, ...]:
    return exchange.subject.parents + (exchange.actor.parents if exchange.actor else ())
