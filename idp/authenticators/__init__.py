"""Ways in which people prove who they are: a file each, with the same function, `verify`.

password         a user name or email address, and a password
passkey          a key that a device keeps; with what is asked, read and registered in passkey_….py
totp             a code of an app, and how one gets it: totp_enrolment
recovery_code    one of ten, for who has lost the app
email_code       a code by mail, if the operator lets it be a first proof

attempt          how guesses at the second of two factors are counted
changing         what is done around each change of somebody's authenticators
pending          what a form carries of a change that is not finished

`verify` returns the user, or raises what the page and the token endpoint answer to. AMR is what a
login session says of it afterwards (RFC 8176). One that asks for something first, such as a passkey
or a code by mail, has a `challenge` beside it.
"""
