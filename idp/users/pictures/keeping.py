"""A person's picture: kept here, and told to clients as the claim `picture` (OIDC Core §5.1)."""

from idp import audit, clock, paths
from idp.audit import EventName
from idp.secret import identifier
from idp.storage.pictures import Picture, remove_picture, save_picture
from idp.storage.users import User, hold_user, set_user_claims
from idp.users.pictures.reading import read_picture


def give_picture(issuer: str, user: User, body: bytes) -> None:
    """Give a person a picture, always at a new address. Raises NotAPicture."""
    read = read_picture(body)
    current = hold_user(user.user_id) or user
    # Whoever was given the address may look at it; nobody finds it by trying.
    picture_id = identifier()
    save_picture(Picture(user.user_id, picture_id, read.media_type, read.image, clock.now()))
    _say(current, f"{issuer}{paths.PICTURES}/{picture_id}")
    audit.record(EventName.PICTURE_CHANGED, user_id=user.user_id)


def take_picture_away(user: User) -> None:
    """Leave a person without a picture, wherever it was kept."""
    current = hold_user(user.user_id) or user
    was_here = remove_picture(user.user_id)
    if _say(current, None) or was_here:
        audit.record(EventName.PICTURE_CHANGED, user_id=user.user_id)


def _say(user: User, address: str | None) -> bool:
    """Say where the picture is; tell whether that is something new."""
    claims = dict(user.claims or {})
    before = claims.pop("picture", None)
    if address is not None:
        claims["picture"] = address
    if address == before:
        return False
    set_user_claims(user.user_id, claims)
    return True
