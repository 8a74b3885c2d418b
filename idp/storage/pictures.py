"""Pictures of people, which they gave themselves: one for each, under an id that nobody guesses."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, delete

from idp.storage.schema import Moment, metadata
from idp.storage.statements import changed, find_one, upsert
from idp.storage.transaction import db

pictures = Table(
    "pictures",
    metadata,
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    Column("picture_id", String(64), nullable=False, unique=True),
    Column("media_type", String(32), nullable=False),
    Column("image", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, of a kind that browsers only show."""

    user_id: str
    picture_id: str
    media_type: str
    image: bytes
    created_at: datetime


def find_picture(picture_id: str) -> Picture | None:
    """Find a picture by its id."""
    return find_one(Picture, pictures, picture_id=picture_id)


def find_picture_of(user_id: str) -> Picture | None:
    """Find the picture of a person."""
    return find_one(Picture, pictures, user_id=user_id)


def save_picture(picture: Picture) -> None:
    """Keep the picture of a person instead of the one that there was."""
    values = asdict(picture)
    changes = {name: value for name, value in values.items() if name != "user_id"}
    db().execute(upsert(pictures, values, "user_id", **changes))


def remove_picture(user_id: str, *, unless: str | None = None) -> bool:
    """Remove the picture of a person, unless it has this id; tell whether one was removed."""
    match = [pictures.c.user_id == user_id]
    if unless is not None:
        match.append(pictures.c.picture_id != unless)
    return changed(delete(pictures).where(*match))
