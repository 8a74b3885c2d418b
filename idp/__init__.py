"""An OAuth 2.0 and OpenID Connect provider.

The map of the packages, from the top down (imports point down only):

    app · cli · routes                      where the parts meet
    endpoints · pages                       HTTP of the protocol; HTTP for people
    web                                     what the two share: adapter, cookies, templates, errors
    authorization_server · metadata         what this server supports, as one list
    authorization · grant_types             the two halves of a flow
    tokens                                  the one mint, and what reads its coins
    oidc                                    ID tokens, claims, logout
    authenticators                          ways to prove who one is
    oauth2                                  the vocabulary and the rules that both halves use
    clients · users                         who asks, and for whom
    storage · signing                       the database, and the keys
    config · clock · paths · secret · fetch · log · audit
"""

__version__ = "0.1.0"
