"""Passwords as they are kept: slow hashes, made in a pool of threads that has an end.

hasher            Hasher: hashing and comparing; the pepper, and the form in which a hash is kept
bcrypt_scheme     one way to hash,
argon2id_scheme   and the other, if its package is installed
scheme            what the two have in common
breached          passwords that are known from breaches, in a file or at a service
pool              the threads: how many hash at once, how many may wait for that and how long
measuring         what a hash takes on this machine
"""

from idp.users.passwords.breached import BreachedPassword, BreachedPasswords
from idp.users.passwords.hasher import UNUSABLE_CHARACTERS, Hasher, UnusablePassword, Verdict
from idp.users.passwords.pool import HashingBusy, WaitedInVain

__all__ = [
    "UNUSABLE_CHARACTERS",
    "BreachedPassword",
    "BreachedPasswords",
    "Hasher",
    "HashingBusy",
    "UnusablePassword",
    "Verdict",
    "WaitedInVain",
]
