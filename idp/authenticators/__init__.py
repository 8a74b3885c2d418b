"""Ways in which people prove who they are: a file each, with the same function, `verify`.

password    a user name or email address, and a password

`verify` returns the user, or raises what the page and the token endpoint answer to. AMR is what a
login session says of it afterwards (RFC 8176). One that asks for something first, such as a passkey
or a code by mail, has a `challenge` beside it.
"""
