"""What a person has begun and not finished: their own form carries it, sealed, for ten minutes.

So nothing is stored of what may never be finished. It is finished once; whoever presses a button
twice is told the same twice.
"""

import json
from collections.abc import Mapping

from idp import clock
from idp.config import Config
from idp.storage.used_jtis import spend_jti
from idp.storage.users import User
from idp.users.sealing import SealBroken, seal, unseal

LIFETIME = 600


class TookTooLong(Exception):
    """What was begun is too old, or was begun by somebody else."""


def put_away(config: Config, user: User, purpose: str, values: Mapping[str, str]) -> str:
    """Seal what is needed to go on."""
    expires_at = clock.timestamp(clock.in_seconds(LIFETIME))
    content = json.dumps({"values": dict(values), "expires_at": expires_at}).encode()
    return seal(config.keys, content, purpose=purpose, owner=user.user_id)


def take_up(config: Config, user: User, purpose: str, sealed: str) -> dict[str, str]:
    """Give back what the same person has begun; raise TookTooLong."""
    try:
        content = json.loads(unseal(config.keys, sealed, purpose=purpose, owner=user.user_id))
    except SealBroken:
        raise TookTooLong from None
    if content["expires_at"] <= clock.timestamp(clock.now()):
        raise TookTooLong
    values: dict[str, str] = content["values"]
    return values


def finish(purpose: str, name: str) -> bool:
    """Use up what was begun under a name of its own; tell whether it was not used up before."""
    return spend_jti(purpose, name, clock.in_seconds(LIFETIME))
