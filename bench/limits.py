"""What one core can sign with RSA-2048: OpenSSL alone, and as the server calls it."""

import shutil
import subprocess
import time
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from idp.signing.algorithms import Algorithm, make_private_key, make_signature

MESSAGE = b"a JWT's header and claims are about so long ".ljust(400, b".")


@dataclass(frozen=True, slots=True)
class Limits:
    """RSA-2048 signatures per CPU-second; `openssl` is None where there is no such command."""

    openssl: float | None
    cryptography: float


def make_key() -> RSAPrivateKey:
    """Make the key that all rounds sign with."""
    key = make_private_key(Algorithm.RS256, rsa_bits=2048)
    assert isinstance(key, RSAPrivateKey)
    return key


def measure_limits(key: RSAPrivateKey, seconds: float) -> Limits:
    """Sign for so long each, on the core on which this process runs."""
    return Limits(openssl=_openssl(seconds), cryptography=_cryptography(key, seconds))


def _cryptography(key: RSAPrivateKey, seconds: float) -> float:
    signatures, started = 0, time.process_time()
    while (elapsed := time.process_time() - started) < seconds:
        make_signature(Algorithm.RS256, key, MESSAGE)
        signatures += 1
    return signatures / elapsed


def _openssl(seconds: float) -> float | None:
    """Read `+F2:number:bits:signatures per second:verifications per second`."""
    if shutil.which("openssl") is None:
        return None
    whole = str(max(1, round(seconds)))
    command = ("openssl", "speed", "-mr", "-seconds", whole, "rsa2048")
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.partition("+F2:")[2].split(":")[2])
