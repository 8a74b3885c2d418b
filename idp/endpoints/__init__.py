"""HTTP of the protocol: a file for each endpoint, named by its metadata key without `_endpoint`.

An endpoint is a plain function of the parts of the server and one HTTP request, called in one
database transaction. What it decides by is below, in authorization/, grant_types/ and tokens/.
`posted.py` is none: it is for the two endpoints that other sites may send forms to.
"""
