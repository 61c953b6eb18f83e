"""How passwords are kept: argon2id hashes, whose cost stands in the hash and may grow over the years."""

import secrets
from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from lims.errors import Invalid

LEAST_PASSWORD, MOST_PASSWORD = 12, 128


@dataclass(frozen=True)
class Passwords:
    """The cost at which one laboratory hashes; no setting lowers it.

    Only a password that everybody knows anyway, as that of the demonstration, needs no costly hash. A hash that cost
    less is renewed at the next sign-in.

    Source: OWASP Password Storage Cheat Sheet, argon2id: at least 19 MiB and two passes.
    """

    passes: int = 2
    memory_kib: int = 19_456

    def hashed(self, password: str) -> str:
        """Return the argon2id hash of a password.

        Raises:
            Invalid: it is shorter than 12 or longer than 128 characters.
        """
        if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
            raise Invalid("lims.password_length", least=LEAST_PASSWORD, most=MOST_PASSWORD)
        return self._hasher.hash(password)

    def fits(self, kept: str, password: str) -> bool:
        """Whether `kept` is the hash of this password."""
        try:
            return self._hasher.verify(kept, password[: MOST_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            return False

    def weaker(self, kept: str) -> bool:
        """Whether a hash was made at a lower cost than the present one."""
        made = extract_parameters(kept)
        return made.memory_cost < self.memory_kib or made.time_cost < self.passes

    @cached_property
    def of_nobody(self) -> str:
        """A hash that no password fits and that costs as much to compare as any: for names without an account."""
        salt, digest = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
        return f"$argon2id$v=19$m={self.memory_kib},t={self.passes},p=1${salt}${digest}"

    @cached_property
    def _hasher(self) -> PasswordHasher:
        return PasswordHasher(time_cost=self.passes, memory_cost=self.memory_kib, parallelism=1)


FOR_ALL_TO_KNOW = Passwords(passes=1, memory_kib=8)
"""The cost for a password that stands where everybody reads it: the least that argon2id knows."""
