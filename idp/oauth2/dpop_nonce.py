"""The nonces of DPoP proofs (RFC 9449 §8, §9).

Nothing is stored of them: a nonce is what only the keys of this server make of the time, so that
every server of an issuer knows those of the others.
"""

from idp import clock
from idp.config import KeysConfig
from idp.users.sealing import is_mac, make_mac

WINDOW = 120  # seconds for which all are given the same nonce; it is good for the next ones, too
PURPOSE = "DPoP-Nonce"


def make_nonce(config: KeysConfig) -> str:
    """Give the nonce of this moment."""
    return make_mac(config, str(_window()), purpose=PURPOSE)


def is_nonce(config: KeysConfig, nonce: str) -> bool:
    """Tell whether a nonce is fresh; that of the next window is, too, by the clock of a peer."""
    window = _window()
    windows = (window, window - 1, window + 1)
    return any(is_mac(config, str(each), nonce, purpose=PURPOSE) for each in windows)


def _window() -> int:
    return clock.timestamp(clock.now()) // WINDOW
