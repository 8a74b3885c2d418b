"""Alembic migrations: how the tables came to be what they are.

    upgrade   at each start: sees by the number of the newest one whether any is missing
    migrate   runs those that are, by Alembic
    versions  a file each, made by hand, whose name begins with its number

A test compares the result with the tables that the code declares.
"""
