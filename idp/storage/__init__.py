"""Tables and the queries on them, one family of tables for each file; the only SQL of the program.

A row leaves this package as a frozen dataclass. A function is one operation and, where it can be,
one round trip: `find_…` reads, `add_…` inserts, `spend_…` and `rotate_…` mark exactly once by an
UPDATE that only one of several requests can win. Nothing is loaded, modified and saved. Codes,
tokens, session ids and client secrets are here as digests only.

    database       calls a function in a transaction; the only door from above
    transaction    what the queries see of it, `db()`
    sqlite writer  the two connections of SQLite, and group commit; sqlite_transaction
    postgresql     the pool of PostgreSQL, and few round trips
    operations     statements that are compiled once, as `compiled` has them; `statements` any other
    locks          for what takes more than one statement
    schema tables  column types; all tables, for `migrations/`
    errors         what may go wrong, in SQLAlchemy's words
"""
