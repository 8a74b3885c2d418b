"""The authorization code grant, at the token endpoint (RFC 6749 §4.1.3).

Everything is validated before the code is spent, so a wrong verifier or redirect_uri never costs
the right client its code. Then one UPDATE decides which of several requests has it; whoever comes
later, with all the right values, has a copy, and that ends the grant (§4.1.2).
"""

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidRequestError

from idp import audit
from idp.clients.model import Client
from idp.grant_types.token_request import TokenRequestMixin
from idp.oauth2 import pkce
from idp.oauth2.confirmation import JKT
from idp.oauth2.request import ProtocolAnswer
from idp.secret import digest
from idp.storage.authorization_codes import (
    AuthorizationCode,
    count_failure,
    find_code,
    spend_code,
)
from idp.storage.database import commit
from idp.storage.grants import Grant, revoke_grant
from idp.storage.users import User
from idp.tokens.mint import Order
from idp.vocabulary import GrantType


class UnknownCode(InvalidGrantError):
    """No such code, or it is another client's, or too old."""

    description = "The code is unknown, expired or not for this client."


class CodeReplayed(InvalidGrantError):
    """The code was redeemed before."""

    description = "The code was used before; all tokens issued for it are revoked."


class VerifierMismatch(InvalidGrantError):
    """The verifier is not that of the challenge (RFC 7636 §4.6)."""

    description = "The code_verifier does not match the code_challenge."


class WrongKey(InvalidGrantError):
    """The proof is not by the key that the authorization request named (RFC 9449 §10)."""

    description = "The code is bound to another key: send a DPoP proof of the key of dpop_jkt."


class AuthorizationCodeGrant(TokenRequestMixin, grants.AuthorizationCodeGrant):
    """Redeems a code."""

    GRANT_TYPE = GrantType.AUTHORIZATION_CODE
    _grant: Grant
    _user: User

    def query_authorization_code(self, code: str, client: Client) -> AuthorizationCode:
        """Find the code, if it is this client's and its verifier is right."""
        row = find_code(digest(code))
        if row is None:
            raise UnknownCode()
        found, self._grant, self._user = row
        if found.client_id != client.client_id:
            raise UnknownCode()
        if found.redeemed_at is None and not found.is_usable:
            raise UnknownCode()  # one that was redeemed goes on, to be seen as a replay
        self._check_verifier(found)
        if not self.holds({JKT: found.dpop_jkt} if found.dpop_jkt else None):
            self.note_unproven(self._grant)
            raise WrongKey()
        return found

    def create_token_response(self) -> ProtocolAnswer:
        """Spend the code and issue tokens."""
        code: AuthorizationCode = self.request.authorization_code
        client: Client = self.request.client  # type: ignore[assignment]  # authenticated by now
        grant = self._grant
        audience = self.requested_resource(grant)
        authorization_details = self.requested_details(grant)
        if not spend_code(code.code_digest):
            _end(grant)
            raise CodeReplayed()
        return self.answer(
            Order(
                grant_type=self.GRANT_TYPE,
                client=client,
                scope=grant.scope,
                grant=grant,
                user=self._user,
                nonce=code.nonce,
                audience=audience,
                authorization_details=authorization_details,
            )
        )

    def _check_verifier(self, code: AuthorizationCode) -> None:
        verifier = self.request.form.get("code_verifier")
        if code.code_challenge is None:
            if verifier is not None:  # a challenge was stripped on its way (RFC 9700 §4.8.2)
                raise InvalidGrantError("The authorization request had no code_challenge.")
            return
        if verifier is None:
            raise InvalidRequestError("The parameter code_verifier is missing.")
        if not pkce.verifies(verifier, code.code_challenge):
            count_failure(code.code_digest)
            commit()
            raise VerifierMismatch()


def _end(grant: Grant) -> None:
    revoke_grant(grant.grant_id)
    commit()
    audit.record(
        audit.EventName.CODE_REPLAYED,
        client_id=grant.client_id,
        user_id=grant.user_id,
        grant_id=grant.grant_id,
    )
