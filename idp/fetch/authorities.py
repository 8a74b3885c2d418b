"""Whose certificates are believed (RFC 5280 §6.1.1)."""

import ssl


def believing(ca_file: str) -> ssl.SSLContext:
    """Believe the authorities of the system, and those of a file if one is named."""
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context
