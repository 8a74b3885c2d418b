"""Tokens: the one mint that issues them, and the endpoints that read them back.

`mint.py` turns a grant into a token response, for every grant type. `grant.py` makes grants and
finds who stands behind one. `access_token.py` knows both formats, JWT (RFC 9068) and opaque;
`refresh_token.py` rotation. `presented.py` reads what is exchanged. `bearer.py` guards our own
resources; `introspection.py` and `revocation.py` are Authlib endpoints, and `endpoint.py` is what
the two share.
"""
