"""Rotation of the keys by a client that administers the server (RFC 6750, OIDC Core §10.1.1)."""

import asyncio
from math import ceil

from starlette.responses import Response

from idp import clock
from idp.oauth2.confirmation import token_type_of
from idp.oauth2.errors import AdminScopeMissing, ServerBusy
from idp.signing.loading import load_key_set
from idp.signing.rotation import (
    NextKeyTooYoung,
    describe_keys,
    make_spare_keys,
    refuse_too_young,
    rotate,
)
from idp.storage.database import commit, wait_for
from idp.tokens.bearer import require_token
from idp.vocabulary import ADMIN_SCOPE
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import json_response

TOO_YOUNG = "Clients may not know the next keys yet. Wait as Retry-After says."


def rotate_keys(provider: Provider, http: HttpRequest) -> Response:
    """Let the next keys sign from now on, and tell which keys there are."""
    request = http.to_protocol()
    request.refuse_repeated()
    token, parties = require_token(provider.config, provider.signer, request)
    if ADMIN_SCOPE not in token.scope or parties.user is not None:
        raise AdminScopeMissing(token_type_of(token.confirmation))
    config = provider.config
    try:
        refuse_too_young(config)
        spare_keys = wait_for(asyncio.to_thread(make_spare_keys, config))
        rotate(config, spare_keys, client_id=parties.client.client_id)
    except NextKeyTooYoung as young:
        seconds = ceil((young.ready_at - clock.now()).total_seconds())
        raise ServerBusy(503, TOO_YOUNG, seconds) from young
    # Others will notice; this server need not. Until the commit it would find the old keys whenever
    # it looks, and take them up again.
    commit()
    provider.signer.key_set = load_key_set(config)
    keys = [{"kid": k.kid, "alg": k.algorithm, "state": k.state} for k in describe_keys()]
    return json_response({"keys": keys})
