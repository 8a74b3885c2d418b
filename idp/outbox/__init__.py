"""The outbox: what others are sent, kept in the database until it has arrived.

queue               puts something into it, and says when it is tried again
backchannel_logout  a kind: clients are told that a login session has ended
mail                a kind: people are sent a code, a link, or news of their account
notices             mails of that sort, and how many of them are enough
post                a message as it travels: a form, sent by POST
letter              another one: a mail, and who carries it
smtp                carries mail to a server
mail_directory      keeps mail in files, where there is no server
sender              the loop that sends; every worker has one

What is sent is made at the moment of sending. Whoever starts the sender tells it how, for each
kind (`make_sender` in upkeep.py), so a further kind is a file here, a function, and a line there.
"""
