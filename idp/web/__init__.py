"""What the HTTP of the protocol and the pages for people share; no endpoint lives here.

A request passes `middleware.py` (its id, its log line, the last handler) and `dispatch.py`, which
finds what is at its path. There `adapter.py` has it read to its end (`request.py`, `headers.py`)
and calls one plain function with it inside one database transaction. `responses.py` sends what that
returns, `errors.py` what it raises; `documents.py` has answers that are always the same. Around
them: `cookies.py`, `csrf.py`, `templating.py`, `language.py`, `static.py`, and `provider.py`,
the parts of the server.
"""
