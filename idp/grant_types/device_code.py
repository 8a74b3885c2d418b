"""The device authorization grant, at the token endpoint (RFC 8628 §3.4)."""

from authlib.oauth2.rfc8628 import DeviceCodeGrant as BaseDeviceCodeGrant

from idp.clients.model import Client
from idp.grant_types.token_request import TokenRequestMixin
from idp.oauth2 import polling
from idp.oauth2.parameters import Parameters
from idp.oauth2.request import ProtocolAnswer
from idp.secret import Secret
from idp.storage.grants import find_grant_and_user
from idp.storage.polled_requests import PolledRequest
from idp.tokens.mint import GrantEnded, Order
from idp.vocabulary import GrantType, TokenEndpointAuthMethod


class DeviceCodeGrant(TokenRequestMixin, BaseDeviceCodeGrant):
    """Redeems a code for which the client has polled, once its person has allowed it."""

    GRANT_TYPE = GrantType.DEVICE_CODE
    PARAMETER = "device_code"
    TOKEN_ENDPOINT_AUTH_METHODS = tuple(TokenEndpointAuthMethod)
    _polled: PolledRequest

    def validate_token_request(self) -> None:
        """Authenticate the client, and look whether the person has allowed its request."""
        client = self.authenticate_token_endpoint_client()
        code = Secret(self.request.require(self.PARAMETER))
        self._polled = polling.poll(code, client, self.GRANT_TYPE)

    def create_token_response(self) -> ProtocolAnswer:
        """Spend the code and issue tokens."""
        client: Client = self.request.client  # type: ignore[assignment]  # authenticated by now
        assert self._polled.grant_id is not None  # it was allowed
        found = find_grant_and_user(self._polled.grant_id)
        if found is None:
            raise GrantEnded()
        grant, user = found
        audience = self.requested_resource(grant)
        authorization_details = self.requested_details(grant)
        polling.spend(self._polled)
        return self.answer(
            Order(
                grant_type=self.GRANT_TYPE,
                client=client,
                scope=grant.scope,
                grant=grant,
                user=user,
                nonce=_nonce(self._polled),
                audience=audience,
                authorization_details=authorization_details,
            )
        )


def _nonce(polled: PolledRequest) -> str | None:
    """Give back what the client has sent to know its ID token by (OIDC Core §2)."""
    return Parameters((name, value) for name, value in polled.parameters).get("nonce")
