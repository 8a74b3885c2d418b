"""The device authorization request: a device asks, and shows its person a code (RFC 8628 §3.1)."""

from typing import Any

from authlib.oauth2.rfc6749.endpoint import Endpoint
from authlib.oauth2.rfc6749.errors import UnauthorizedClientError

from idp import audit, clock, log, paths
from idp.authorization import polled
from idp.authorization.checks import Rules
from idp.clients.model import Client
from idp.config import Config
from idp.oauth2 import user_code as user_codes
from idp.oauth2.errors import SentToClient
from idp.oauth2.parameters import Parameters
from idp.oauth2.request import ProtocolAnswer, ProtocolRequest
from idp.secret import Secret
from idp.signing.signer import Signer
from idp.storage.polled_requests import PolledRequest, add_polled_request
from idp.users import throttle
from idp.users.devices import describe
from idp.users.throttle import Throttled
from idp.vocabulary import GrantType, TokenEndpointAuthMethod


class DeviceAuthorizationEndpoint(Endpoint):
    """Begins a device grant. Authlib finds the endpoint and has its errors answered."""

    ENDPOINT_NAME = "device_authorization"
    CLIENT_AUTH_METHODS = tuple(TokenEndpointAuthMethod)

    def __init__(self, config: Config, signer: Signer) -> None:
        super().__init__()
        self.config = config
        self.rules = Rules(config, signer)

    def create_endpoint_response(self, request: ProtocolRequest) -> ProtocolAnswer:
        """Authenticate the client, check what it asks for, and give it the two codes (§3.2)."""
        request.refuse_repeated()
        client: Client = self.server.authenticate_client(
            request, self.CLIENT_AUTH_METHODS, self.ENDPOINT_NAME
        )
        if not client.check_grant_type(GrantType.DEVICE_CODE):
            raise UnauthorizedClientError("The client is not registered for this grant_type.")
        parameters = polled.kept(request.parameters)
        try:
            polled.validate(parameters, client, self.rules)
        except SentToClient as refusal:
            raise polled.as_json(refusal) from refusal
        self._count()
        device_code = Secret.generate()
        user_code = self._store(request, client, parameters, device_code)
        audit.record(audit.EventName.DEVICE_AUTHORIZATION_ASKED, client_id=client.client_id)
        return 200, self._answer(device_code, user_code), polled.HEADERS

    def _count(self) -> None:
        try:
            throttle.take_device(log.client_address() or "", self.config.throttle)
        except Throttled as throttled:
            raise polled.too_often(throttled) from None

    def _store(
        self,
        request: ProtocolRequest,
        client: Client,
        parameters: Parameters,
        device_code: Secret,
    ) -> str:
        device = describe(request.headers.get("user-agent"), log.client_address())
        while True:
            waiting = PolledRequest(
                code_digest=device_code.digest,
                grant_type=GrantType.DEVICE_CODE,
                client_id=client.client_id,
                parameters=[[name, value] for name, value in parameters.pairs],
                interval=self.config.tokens.polling_interval,
                next_poll_at=clock.now(),
                expires_at=clock.in_seconds(self.config.tokens.device_code_lifetime),
                user_code=user_codes.generate(),
                browser=device.browser,
                system=device.system,
                network=device.network,
            )
            assert waiting.user_code is not None
            if add_polled_request(waiting):  # unless another device shows that code
                return waiting.user_code

    def _answer(self, device_code: Secret, user_code: str) -> dict[str, Any]:
        shown, page = user_codes.write(user_code), self.config.issuer + paths.DEVICE
        return {
            "device_code": device_code.reveal(),
            "user_code": shown,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={shown}",
            "expires_in": self.config.tokens.device_code_lifetime,
            "interval": self.config.tokens.polling_interval,
        }
