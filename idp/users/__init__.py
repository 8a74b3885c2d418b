"""People: their accounts and passwords, where they are signed in, and what they have allowed.

names               what an account may be called, and by which keys names are compared
accounts            adding, registering, disabling; changing a password
claims              what else an operator may say of a person, and in which form
password_strength   whether a new password is good enough, and what is wrong with it
guesses             how soon a password would be guessed
passwords           Hasher: the slow hash, bcrypt or Argon2id, in a bounded pool of threads
throttle            counting attempts before they are made
sealing             secrets that must come back, encrypted with a key that is in no database
asserted            which person another issuer means
login_sessions      browsers that are signed in
known_browsers      those in which a person has signed in before
consents            what a person has allowed a client
setup               the one-time link that makes the first administrator
"""
