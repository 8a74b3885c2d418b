"""Tables and the queries on them, one family of tables for each file; the only SQL of the program.

A row leaves this package as a frozen dataclass. A function is one operation and, where it can be,
one round trip: `find_…` reads, `add_…` inserts, `spend_…` and `rotate_…` mark exactly once by an
UPDATE that only one of several requests can win. Nothing is loaded, modified and saved. Codes,
tokens, session ids and client secrets are here as digests only.

`database.py` opens the transaction that the others reach by `db()`; `schema.py` has the column
types; `statements.py` what several of them say; `migrations/` makes and changes the tables.
"""
