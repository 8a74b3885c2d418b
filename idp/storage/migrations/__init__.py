"""Alembic migrations: how the tables came to be what they are.

`upgrade.py` applies them at start; a new one is made by hand in `versions/`, and a test compares
the result with the tables that the code declares.
"""
