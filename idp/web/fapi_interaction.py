"""By what a FAPI client finds an answer in its log, and we in ours (FAPI 1.0 Baseline §6.2.1)."""

import re
from uuid import uuid4

from starlette.responses import Response

from idp.clients.model import Client
from idp.log import log
from idp.web.headers import Headers

HEADER = "x-fapi-interaction-id"
UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")  # RFC 4122 §3


def named(response: Response, headers: Headers, client: Client) -> Response:
    """Name an answer to a FAPI client as it has named the request, or else by a name of ours.

    FAPI 1.0 binds all tokens to certificates, so whoever has them bound may be such a client.
    """
    if client.fapi_profile is None and not client.tls_client_certificate_bound_access_tokens:
        return response
    interaction_id = headers.get(HEADER, "")
    if not UUID.fullmatch(interaction_id):
        interaction_id = str(uuid4())
    response.headers[HEADER] = interaction_id
    log.info("fapi_interaction", client_id=client.client_id, interaction_id=interaction_id)
    return response
