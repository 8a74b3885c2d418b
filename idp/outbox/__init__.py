"""The outbox: what others are sent, kept in the database until it has arrived.

queue               puts something into it, and says when it is tried again
backchannel_logout  a kind: clients are told that a login session has ended
post                a message as it travels: a form, sent by POST
sender              the loop that sends; every worker has one

What is sent is made at the moment of sending. Whoever starts the sender tells it how, for each
kind (KINDS in upkeep.py), so a further kind is a file here, a function, and a line there.
"""
