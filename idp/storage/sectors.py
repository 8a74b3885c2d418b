"""Sectors: whose clients see the same pairwise subjects, each with a key of its own."""

from sqlalchemy import Column, LargeBinary, String, Table, select

from idp.storage.schema import metadata
from idp.storage.statements import insert_unless_exists
from idp.storage.transaction import db

# Rows stay when their last client goes: who comes back sees the people whom it knew.
sectors = Table(
    "sectors",
    metadata,
    Column("sector_identifier", String(255), primary_key=True),
    Column("sector_key", LargeBinary(32), nullable=False),
)


def keep_sector_key(sector_identifier: str, new_key: bytes) -> bytes:
    """Give the key of a sector, which is the new one if it had none."""
    values = {"sector_identifier": sector_identifier, "sector_key": new_key}
    insert_unless_exists(sectors, values)
    match = sectors.c.sector_identifier == sector_identifier
    key: bytes = db().scalars(select(sectors.c.sector_key).where(match)).one()
    return key
