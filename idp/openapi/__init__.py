"""The description of the HTTP interface, as an OpenAPI 3.1 document.

model        what is declared of an operation: parameters, answers, refusals
operations/  the declarations, a file for each endpoint; adding an endpoint is adding one there
document     the OpenAPI document that they make

A refusal is declared with the very text that the server sends. Nothing here is derived from the
code that answers, so that a test can compare the two: it provokes every refusal.
"""

from idp.openapi.document import openapi

__all__ = ["openapi"]
