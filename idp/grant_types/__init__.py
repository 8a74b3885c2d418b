"""`POST /token`: one file for each grant_type value, on the classes of Authlib's engine.

A grant type authenticates its client, checks what it was given and spends it, then hands an order
to the mint (tokens/mint.py). What all of them share is in `token_request.py`. It is registered by
one line in authorization_server.py.
"""
