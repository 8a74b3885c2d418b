"""What one core can sign with RSA-2048: OpenSSL alone, and as the server calls it."""

import shutil
import subprocess
import time

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from idp.signing.algorithms import Algorithm, make_private_key, make_signature

MESSAGE = b"a JWT's header and claims are about so long ".ljust(400, b".")


def make_key() -> RSAPrivateKey:
    """Make the key that all rounds sign with."""
    key = make_private_key(Algorithm.RS256, rsa_bits=2048)
    assert isinstance(key, RSAPrivateKey)
    return key


def signatures_per_cpu_second(key: RSAPrivateKey, seconds: float) -> float:
    """Sign for so long as the server does, on the core on which this process runs."""
    signatures, started = 0, time.process_time()
    while (elapsed := time.process_time() - started) < seconds:
        make_signature(Algorithm.RS256, key, MESSAGE)
        signatures += 1
    return signatures / elapsed


def openssl_signatures_per_cpu_second(seconds: float) -> float | None:
    """Ask `openssl speed`: `+F2:number:bits:signatures a second:verifications a second`."""
    if shutil.which("openssl") is None:
        return None
    whole = str(max(1, round(seconds)))
    command = ("openssl", "speed", "-mr", "-seconds", whole, "rsa2048")
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.partition("+F2:")[2].split(":")[2])
