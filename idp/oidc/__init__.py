"""OpenID Connect on top of OAuth 2.0: ID tokens, claims about the user, logout.

`id_token.py` issues ID tokens and reads them back as hints; `claims.py` says which scope gives
which claims, and `claims_request.py` reads which are asked for one by one; `acr.py` says how well
a person was authenticated, and `subject.py` by which `sub` a client knows them; `userinfo.py` signs
what it is told; `end_session.py` is RP-initiated logout, without its pages. `logout_token.py` makes
what clients' servers are sent, `frontchannel_logout.py` what browsers load for them, and
`session_management.py` lets clients watch a session.
"""
