"""The password grant (RFC 6749 §4.3), for clients that were given it (RFC 9700 §2.4 would not)."""

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidScopeError

from idp import audit, clock, log
from idp.authenticators import password as password_authenticator
from idp.authenticators.enrolled import find_enrolled
from idp.authenticators.proof import InvalidCredentials, Method, amr_of
from idp.authenticators.steps import Complete, next_proof
from idp.clients.model import Client
from idp.grant_types.token_request import TokenRequestMixin
from idp.oauth2 import scope as scopes
from idp.oauth2.authorization_details import AUTHORIZATION_DETAILS
from idp.oauth2.errors import InvalidAuthorizationDetails, ServerBusy
from idp.oauth2.request import ProtocolAnswer
from idp.oidc.acr import acr_of
from idp.storage.grants import Grant, add_grant
from idp.storage.users import User
from idp.tokens.grant import new_grant
from idp.tokens.mint import Order
from idp.users.passwords import HashingBusy
from idp.users.throttle import Throttled
from idp.vocabulary import GrantType


class WrongPassword(InvalidGrantError):
    """The same whether the user is unknown, disabled or mistyped."""

    description = "The username or password is wrong."


class PasswordIsNotEnough(InvalidGrantError):
    """The person proves more than a password, which only the pages can ask for."""

    description = "The user needs a second factor: use the authorization endpoint."


class NoDetails(InvalidAuthorizationDetails):
    """What is asked in detail is shown to people, who see no page here."""

    description = "The authorization_details need the authorization endpoint."


PROOFS = frozenset({Method.PASSWORD})


class PasswordGrant(TokenRequestMixin, grants.ResourceOwnerPasswordCredentialsGrant):
    """Exchanges a person's password, checked and throttled as on the login page."""

    GRANT_TYPE = GrantType.PASSWORD
    scope: frozenset[str]
    resource: frozenset[str]

    def validate_token_request(self) -> None:
        """Authenticate the client, then the person: a right password is not refused after that."""
        client = self.authenticate_token_endpoint_client()
        self.scope = scopes.allowed(client, self.requested_scope(client.scope))
        if not self.scope:
            raise InvalidScopeError("The client is not registered for this scope.")
        if self.request.form.get(AUTHORIZATION_DETAILS) is not None:
            raise NoDetails()
        self.resource = self.requested_resource()
        user = self.authenticate_user(
            self.request.require("username"), self.request.require("password")
        )
        self._refuse_half_a_proof(client, user)
        self.request.user = user

    def authenticate_user(self, username: str, password: str) -> User:
        """Check a password; raise invalid_grant, or temporarily_unavailable when throttled."""
        client: Client = self.request.client  # type: ignore[assignment]  # authenticated by now
        try:
            return password_authenticator.verify(
                self.server.hasher,
                self.server.config.throttle,
                username,
                password,
                log.client_address() or "",
                client_id=client.client_id,
            )
        except InvalidCredentials:
            raise WrongPassword() from None
        except Throttled as error:
            text = "Too many attempts. Wait as Retry-After says."
            raise ServerBusy(429, text, error.retry_after) from None
        except HashingBusy as error:
            raise ServerBusy(503, "Too busy. Try again.", error.retry_after) from None

    def _refuse_half_a_proof(self, client: Client, user: User) -> None:
        required = self.server.config.sign_in.second_factor == "required"
        step = next_proof(PROOFS, find_enrolled(user.user_id))
        if required or client.require_second_factor or step != Complete():
            raise PasswordIsNotEnough()

    def create_token_response(self) -> ProtocolAnswer:
        """Store the grant that the password amounts to, and issue its tokens."""
        client: Client = self.request.client  # type: ignore[assignment]  # authenticated by now
        user: User = self.request.user
        grant = self._new_grant(client, user)
        add_grant(grant)
        audit.record(
            audit.EventName.LOGIN_SUCCEEDED, user_id=user.user_id, client_id=client.client_id
        )
        return self.answer(
            Order(
                grant_type=self.GRANT_TYPE,
                client=client,
                scope=grant.scope,
                grant=grant,
                user=user,
                audience=self.resource,
            )
        )

    def _new_grant(self, client: Client, user: User) -> Grant:
        amr = sorted(amr_of(PROOFS))
        return new_grant(
            self.server.config.tokens,
            client,
            user,
            self.scope,
            auth_time=clock.now(),
            amr=amr,
            acr=acr_of(amr),
            resource=self.resource,
        )
