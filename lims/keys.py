"""The keys of a laboratory: the folder `keys` of its home, described by `keys.toml`, opened once for each process.

Key files are PKCS#12, encrypted with the pass phrase in `CHUAN_KEYS_PASSPHRASE`; where the environment has none, with
one that is derived from the laboratory's own secret in `settings.toml`. The PIN of a token is in `CHUAN_TOKEN_PIN`,
or in that name with the token's label behind it (`CHUAN_TOKEN_PIN_SEAL_MB` for the token "seal-MB").
"""

import hashlib
import hmac
import os
import threading
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509

from certificates.content import HANDWRITTEN
from lims.config import Settings
from lims.errors import Invalid, Refused

if TYPE_CHECKING:  # the library that signs is loaded when something is signed, not at every start
    from certificates.keys import SigningKey
    from certificates.signing import Policy

B_B = "B-B"
KEYS_FILE = "keys.toml"
PASS_PHRASE, PIN = "CHUAN_KEYS_PASSPHRASE", "CHUAN_TOKEN_PIN"
SEAL, PERSON = "seal", "person"


@dataclass(frozen=True)
class KeyEntry:
    """One key as `keys.toml` names it: in a file of the folder, or on a token."""

    use: str
    """ "seal" (of the body whose code is `holder`) or "person" (with that user name)."""
    holder: str
    file: str = ""
    module: str = ""
    token: str = ""
    label: str = ""
    test: bool = False
    """Made by `lims keys init`: what it signs says that it is a test."""


@dataclass(frozen=True)
class KeySettings:
    """What `keys.toml` says."""

    level: str = B_B
    time_stamp_authority: str = ""
    roots: tuple[str, ...] = ()
    revocation_lists: tuple[str, ...] = ()
    fetching: bool = False
    key: tuple[KeyEntry, ...] = ()


@dataclass(frozen=True)
class KeyRow:
    """One key as a list shows it."""

    entry: KeyEntry
    name: str
    issuer: str
    begins: datetime
    ends: datetime
    test: bool


class KeyRing:
    """The keys of one laboratory, each loaded at its first use and kept."""

    def __init__(self, settings: Settings) -> None:
        """Know the folder; nothing is read yet."""
        self.folder = settings.home / "keys"
        self._secret = settings.storage_secret
        self._opened: dict[KeyEntry, SigningKey] = {}
        self._said, self._read_at = KeySettings(), (0, 0, 0)
        self._policy: tuple[object, Policy] | None = None
        self._lock = threading.Lock()
        self._sessions = ExitStack()

    @property
    def pass_phrase(self) -> str:
        """What opens the key files."""
        named = os.environ.get(PASS_PHRASE, "")
        return named or hmac.new(self._secret.encode(), b"chuan signing keys", hashlib.sha256).hexdigest()

    def settings(self) -> KeySettings:
        """What the folder's `keys.toml` says; nothing at all where there is none.

        Raises:
            Invalid: it cannot be read.
        """
        path = self.folder / KEYS_FILE
        try:
            stamp = path.stat()
        except OSError:
            return KeySettings()
        if self._read_at == (stamp.st_mtime_ns, stamp.st_size, stamp.st_ino):
            return self._said
        try:
            self._said = _settings(tomllib.loads(path.read_text(encoding="utf-8")))
            self._read_at = (stamp.st_mtime_ns, stamp.st_size, stamp.st_ino)
            return self._said
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, ValueError) as problem:
            raise Invalid("signing.keys_unreadable", file=str(path), why=str(problem)[:200]) from None

    def entry(self, use: str, *holders: str) -> KeyEntry | None:
        """The key of the first of these names that has one; None where there is none."""
        entries = {(one.use, one.holder): one for one in self.settings().key}
        return next((entries[use, one] for one in holders if (use, one) in entries), None)

    def mode(self, body_code: str, user_names: Sequence[str]) -> str:
        """How a body's certificates are signed when this person authorises them.

        Returns:
            "digital" where both have a key, "test" where one of them is a test key, else "handwritten".
        """
        seal, person = self.entry(SEAL, body_code), self.entry(PERSON, *user_names)
        if seal is None or person is None:
            return HANDWRITTEN
        return "test" if seal.test or person.test else "digital"

    def key(self, use: str, *holders: str) -> "SigningKey":
        """The key of the first of these names that has one, ready to sign.

        Raises:
            Refused: there is none, or it cannot be opened.
        """
        entry = self.entry(use, *holders)
        if entry is None:
            raise Refused("signing.no_key", holder=", ".join(holders))
        with self._lock:
            if entry not in self._opened:
                self._opened[entry] = self._open(entry)
            return self._opened[entry]

    def _open(self, entry: KeyEntry) -> "SigningKey":
        from certificates.keys import from_pkcs12, token_key

        if entry.token:
            pin = os.environ.get(pin_name(entry.token), "") or os.environ.get(PIN, "")
            return self._sessions.enter_context(token_key(entry.module, entry.token, pin, entry.label, self.chain()))
        return from_pkcs12(self._read(entry.file), self.pass_phrase, entry.file)

    def _read(self, name: str) -> bytes:
        """A file of the folder, and of no other place."""
        path = self.folder / name
        if Path(name).name != name or not path.is_file():
            raise Refused("signing.key_file_missing", file=name)
        return path.read_bytes()

    def _stamp(self, name: str) -> tuple[int, int]:
        """What tells that a file of the folder has changed."""
        try:
            found = (self.folder / name).stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)

    def roots(self) -> tuple[x509.Certificate, ...]:
        """The certificates that this laboratory trusts."""
        return tuple(one for name in self.settings().roots for one in certificates_of(self._read(name), name))

    def chain(self) -> tuple[x509.Certificate, ...]:
        """The certificates above a token's: those that lie in the folder."""
        found = []
        for path in sorted(self.folder.glob("*.pem")):
            found += certificates_of(path.read_bytes(), path.name)
        return tuple(found)

    def policy(self) -> "Policy":
        """How this laboratory signs.

        Raises:
            Invalid: the level is not known, or lacks what it needs.
        """
        from certificates.signing import LEVELS, Policy, Trust
        from certificates.time_stamps import time_stamp_authority

        said = self.settings()
        read = (said, tuple(self._stamp(name) for name in (*said.roots, *said.revocation_lists)))
        if self._policy is not None and self._policy[0] == read:  # kept until a file changes: lists are made anew
            return self._policy[1]
        if said.level not in LEVELS:
            raise Invalid("signing.level_unknown", level=said.level)
        stamper = time_stamp_authority(said.time_stamp_authority) if said.time_stamp_authority else None
        lists = tuple(self._read(name) for name in said.revocation_lists)
        policy = Policy(said.level, stamper, Trust(self.roots(), lists, said.fetching))
        self._policy = (read, policy)
        return policy

    def rows(self) -> list[KeyRow]:
        """Every key with what its certificate says, in the order of the file."""
        rows = []
        for entry in self.settings().key:
            key = self.key(entry.use, entry.holder)
            above = key.certificate.issuer.get_attributes_for_oid(x509.oid.NameOID.COMMON_NAME)
            begins, ends = key.certificate.not_valid_before_utc, key.certificate.not_valid_after_utc
            issuer = str(above[0].value) if above else key.certificate.issuer.rfc4514_string()
            rows.append(KeyRow(entry, key.holder, issuer, begins, ends, key.is_test))
        return rows

    def close(self) -> None:
        """End the sessions with tokens."""
        with self._lock:
            self._opened.clear()
            self._sessions.close()


def pin_name(token: str) -> str:
    """The variable of the environment that holds the PIN of one token."""
    return f"{PIN}_" + "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in token).upper()


def certificates_of(data: bytes, name: str) -> list[x509.Certificate]:
    """The certificates of a PEM file, or the one of a DER file.

    Raises:
        Invalid: it holds none.
    """
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except ValueError:
        raise Invalid("signing.no_certificate", file=name) from None


def _settings(given: Mapping[str, Any]) -> KeySettings:
    """The settings as they are written, every entry of its kind."""
    known = {one.name for one in fields(KeySettings)}
    values: dict[str, Any] = dict(given)
    if unknown := set(values) - known:
        raise ValueError(", ".join(sorted(unknown)))
    entries = tuple(KeyEntry(**one) for one in values.pop("key", ()))
    for one in entries:
        if one.use not in (SEAL, PERSON) or bool(one.file) == bool(one.token):
            raise ValueError(f"{one.use} {one.holder}")
    for name in ("roots", "revocation_lists"):
        values[name] = tuple(str(one) for one in values.get(name, ()))
    return KeySettings(**values, key=entries)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    aside = path.with_name(f".{path.name}.aside")
    aside.unlink(missing_ok=True)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
