"""What the HTTP of the protocol and the pages for people share; no endpoint lives here.

A request passes `middleware.py` (its id, its log line, the last handler), then `adapter.py`, which
reads it to its end (`request.py`) and calls one plain function with it inside one database
transaction. `responses.py` sends what that returns, `errors.py` what it raises. Around them:
`cookies.py`, `csrf.py`, `templating.py`, `static.py`, and `provider.py`, the parts of the server.
"""
