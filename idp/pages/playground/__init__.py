"""The playground of `server.dev`: a client of this very server that shows all it sends and gets.

routes   the URLs, and how an async page becomes an endpoint
visit    a request to the playground, with all that a step needs
steps    ask, also for others, receive the answer, show the walk so far, sign out
tokens   exchange the code, use the tokens, give them back
run      one walk through it: what was sent, what came back, what may come next
runs     where walks are kept: in this process, a few of them
wire     requests to the server's own endpoints, in-process, and how they look as text
proof    what a client has to check: state, iss, and the tokens' signatures and claims

It is a public client, so that no secret has to be kept for it. It knows nothing of the server but
what its metadata says, and asks it as any client would.
"""

from idp.pages.playground.routes import routes

__all__ = ["routes"]
