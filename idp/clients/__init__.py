"""Clients: who may ask for tokens, and how each of them has to ask (RFC 7591).

model         Client, as everything above reads it, with the methods that Authlib's engine calls
stored        how a row becomes one
members       the members of metadata, by what they are about, each with its validator
metadata      untrusted JSON in, valid metadata with its defaults out
values        the kinds of value that members have, and the rules for each
consistency   what members must be together
fapi          what they must be for a profile of FAPI 2.0
errors        the refusals
redirect_uri  which may be registered, which matches, and where it leads, in words
languages     members in several languages
registration  add, find, list and remove clients; give them secrets
importing     add or replace clients whose client_id and secret are settled already
use           when those that registered themselves were used, and their end
self_registration     clients that register and manage themselves (RFC 7592)
initial_access_token  what lets them, if not everybody may
software_statement    what others say of them
foreign_jwt           JWTs of others, and their keys in a file or at a URL
client_identifier_url a client_id that is the URL of the client's metadata
document_source       what is there
metadata_document     what of it counts
document_registration the client that it becomes
jwk           one public key of a client, read from JSON
keys          a client's keys for private_key_jwt, by value or by jwks_uri
fetched       documents at addresses that clients have named
request_uri   request objects that clients keep at an address
"""
