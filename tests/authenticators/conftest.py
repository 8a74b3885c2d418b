"""What the tests of authenticators share: accounts in a real database."""

from tests.parties.accounts import alice, checks, config, hasher, recorded
from tests.parties.sqlite import database

__all__ = ["alice", "checks", "config", "database", "hasher", "recorded"]
