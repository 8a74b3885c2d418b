"""Authorization details, as a relying party asks for them (RFC 9396 §2)."""

import json
from typing import Any

# The types that a server declares.
TYPES: dict[str, Any] = {
    "account_information": {
        "sentence": "See your bank accounts",
        "actions": {"list_accounts": "List them", "read_balances": "See what is in them"},
        "locations": {"https://bank.example/accounts": "Example Bank"},
        "datatypes": {"contacts": "Your contacts"},
        "privileges": {"admin": "Everything"},
        "identifier": "Account",
        "members": {
            "limits.days": {"label": "Days", "kind": "number"},
            "limits.currencies": {"label": "Currencies", "kind": "texts"},
            "combined": {"label": "As a sum", "kind": "boolean"},
        },
    },
    "payment": {
        "sentence": "Make a payment",
        "ask_every_time": True,
        "required": ["amount.value", "to"],
        "members": {
            "amount.value": {"label": "Amount"},
            "amount.currency": {"label": "Currency"},
            "to": {"label": "To"},
        },
    },
}
ACCOUNTS = {"type": "account_information", "actions": ["list_accounts", "read_balances"]}
PAYMENT = {"type": "payment", "amount": {"value": "123.50", "currency": "EUR"}, "to": "Merchant A"}


def details(*each: dict[str, Any]) -> str:
    """Write the parameter."""
    return json.dumps(each)
