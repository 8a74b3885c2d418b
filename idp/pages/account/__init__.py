"""A person's own pages: a file for each subject, in one frame, all of them for who is signed in.

`frame.py`        who is signed in, and what every page has around it
`overview.py`     where everything is
`profile.py`      what clients are told of the person; `picture.py` is their picture
`security.py`     how they sign in
`passkeys.py`     the passkeys that they have
`devices.py`      where they are signed in
`connections.py`  what may use their account
`activity.py`     what happened
`data.py`         a copy of it all, and the end of the account
`moments.py`      when, in words
`routes.py`       every URL
"""
