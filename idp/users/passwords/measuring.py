"""What hashes take on this machine, with settings that could be chosen."""

import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from idp.config import PasswordsConfig
from idp.users.passwords.argon2id_scheme import IS_INSTALLED, Argon2id
from idp.users.passwords.bcrypt_scheme import Bcrypt
from idp.users.passwords.scheme import Scheme

BCRYPT_COSTS = (10, 11, 12, 13, 14)
ARGON2_MEMORIES_KIB = (19_456, 32_768, 65_536, 131_072)

SECRET = b"of as many bytes as it is of a password: 44."
LEAST_SECONDS = 0.2  # for which hashes are made, so that a moment's delay does not count


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a scheme with its settings takes: one hash, and how many all threads make."""

    scheme: Scheme
    seconds: float
    per_second: float


def measure(config: PasswordsConfig) -> list[Measurement]:
    """Measure each scheme that can be used, from little work to much; what is configured, too."""
    measured = list(_measure_bcrypt(config))
    if IS_INSTALLED:
        measured.extend(_measure_argon2id(config))
    return measured


def find_nearest(measured: list[Measurement], name: str, seconds: float) -> Measurement:
    """Find the settings of a scheme, good enough for use in public, that take about as long."""
    candidates = [m for m in measured if m.scheme.name == name and m.scheme.is_enough]
    return min(candidates, key=lambda m: abs(math.log(m.seconds / seconds)))


def _measure_bcrypt(config: PasswordsConfig) -> Iterator[Measurement]:
    """Measure the first cost, and count: each is twice the work of the one before, exactly."""
    least = BCRYPT_COSTS[0]
    measured = _measure(Bcrypt(least), config.hashing_threads)
    for cost in sorted({*BCRYPT_COSTS, config.bcrypt_cost}):
        work = 2.0 ** (cost - least)
        yield Measurement(Bcrypt(cost), measured.seconds * work, measured.per_second / work)


def _measure_argon2id(config: PasswordsConfig) -> Iterator[Measurement]:
    for memory_kib in sorted({*ARGON2_MEMORIES_KIB, config.argon2_memory_kib}):
        scheme = Argon2id(memory_kib, config.argon2_passes, config.argon2_lanes)
        yield _measure(scheme, config.hashing_threads)


def _measure(scheme: Scheme, threads: int) -> Measurement:
    seconds = min(_time_hashes(scheme))
    each = math.ceil(LEAST_SECONDS / seconds)
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as executor:
        list(executor.map(scheme.hash, [SECRET] * threads * each))
    return Measurement(scheme, seconds, threads * each / (time.perf_counter() - began))


def _time_hashes(scheme: Scheme) -> Iterator[float]:
    began = now = time.perf_counter()
    while now < began + LEAST_SECONDS:
        scheme.hash(SECRET)
        before, now = now, time.perf_counter()
        yield now - before
