"""The authorization request, from its parameters to the code (RFC 6749 §4.1, OIDC Core §3.1.2).

    Parameters ─address()→ AddressedRequest ─validate()→ AuthorizationRequest
    errors are shown to the person ┘ └ errors are sent to the client

A request in a signed object is opened first (`request_object.py`); what comes out are parameters
like any others. `interaction.next_step` then decides, from stored facts alone (`facts.py` finds
them), what has to happen before the request can be granted; `granting.py` grants it, and
`response.py` says what goes back to the client and how. A request that must wait for its user is
stored by `pending.py`; one that its client pushes goes the same way as far as `validate()`, and is
kept by `pushed.py` until a browser brings its name.

A client may also ask from a device on which nobody can type, or about a person who is elsewhere
(`device_authorization.py`, `backchannel_authentication.py`). What it polls for (`polled.py`) takes
the same steps, once its person has come to it with a browser.
"""
