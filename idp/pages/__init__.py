"""HTTP for people: a file for each page, all of them plain forms that work without scripts.

A page that belongs to a sign-in reads the stored request (`interaction.py`), does its one act,
notes it there, and returns to the dispatcher at `/authorize/{interaction}`; it does not know what
comes next. Every POST is checked against forgery (web/csrf.py) and answered with 303.
"""
