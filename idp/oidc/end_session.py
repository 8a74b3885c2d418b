"""RP-Initiated Logout 1.0, decided without its pages; Authlib's endpoint is the frame."""

from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oidc.rpinitiated import EndSessionEndpoint as BaseEndSessionEndpoint

from idp.clients.model import Client
from idp.config import Config
from idp.oidc.id_token import read_hint
from idp.signing.signer import Signer


class EndSessionEndpoint(BaseEndSessionEndpoint):
    """Validates a logout request: who asks, who is meant, and where to go afterwards.

    Authlib would take any JWT of ours as a hint, an access token included, and of any issuer.
    """

    def __init__(self, config: Config, signer: Signer) -> None:
        super().__init__()
        self.config = config
        self.signer = signer

    def _validate_id_token_hint(self, id_token_hint: str) -> dict[str, Any]:
        hint = read_hint(self.config, self.signer, id_token_hint)
        if hint is None:
            raise InvalidRequestError("The id_token_hint is no ID token of this issuer.")
        return {"sub": hint.subject, "aud": hint.audience, "sid": hint.sid}

    def _is_valid_post_logout_redirect_uri(
        self, client: Client, post_logout_redirect_uri: str
    ) -> bool:
        return post_logout_redirect_uri in client.post_logout_redirect_uris
