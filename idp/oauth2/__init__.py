"""The rules of OAuth 2.0 that an authorization request or a token request is held to.

`vocabulary.py` has the words of the standards, `errors.py` who is told of an error and how.
The other modules are one subject each, for a check or a grant type to call: parameters, redirect
URIs, scope, PKCE, client authentication. Nothing here knows HTTP or writes a token.
"""
