"""The mark of sentences that people read, by which they get into idp/locale/messages.pot (gettext).

It changes nothing. Python code hands the English sentence on, and the template that shows it has
it translated, since only there is it known who reads it.
"""


def N_(sentence: str) -> str:  # noqa: N802  # the name by which every gettext tool knows it
    """Mark a sentence, and give it as it is."""
    return sentence
