"""The rules of OAuth 2.0 that an authorization request or a token request is held to.

`errors.py` says who is told of an error and how, `request.py` shows a request to Authlib's engine.
The other modules are one subject each, for a check or a grant type to call: parameters, scope,
PKCE, client authentication. Nothing here knows HTTP or writes a token.
"""
