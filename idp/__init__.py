"""An OAuth 2.0 and OpenID Connect provider.

The map of the packages, from the top down (imports point down only):

    cli · demo · app · routes · upkeep      where the parts meet
    endpoints · pages                       HTTP of the protocol; HTTP for people
    web                                     what the two share: adapter, cookies, templates, errors
    openapi · metadata                      descriptions of this server
    authorization_server                    what it supports, as one list
    authorization · grant_types             the two halves of a flow
    tokens                                  the one mint, and what reads its coins
    oidc                                    ID tokens, claims, logout
    authenticators                          ways to prove who one is
    oauth2                                  the rules that both halves use
    clients · users                         who asks, and for whom
    signing                                 the keys
    storage                                 the database
    audit · fetch · log · config · redaction
    clock · paths · secret · vocabulary     the time, the URLs, secrets, the words of the standards
    words                                   the mark of sentences for people
"""

__version__ = "0.1.0"
