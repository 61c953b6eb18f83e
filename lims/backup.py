"""A laboratory in one file: database, vault, settings and keys, taken while acts run, read back, put into place again.

The archive is a ZIP: `manifest.json` names every other member with its SHA-256 and says what the database holds;
`laboratory.sqlite` is the database whichever kind it came from. The keys are in it as they lie in their folder,
encrypted; a pass phrase of the environment is not. The file is as secret as the laboratory's folder.
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lims import audit
from lims.config import SETTINGS_FILE, Settings, read_settings
from lims.errors import Broken, Invalid, Refused
from lims.laboratory import Laboratory
from lims.store import snapshot
from lims.store.engine import Store
from lims.store.migrating import known, newest
from lims.submission import software

FORMAT, FORMATS = 2, (1, 2)
"""Written, and read: the first form held no keys."""
MANIFEST, DATABASE = "manifest.json", "laboratory.sqlite"
LARGEST_MANIFEST = 500_000_000
_IN_VAULT = re.compile(r"vault/([0-9a-f]{2})/(\1[0-9a-f]{62})\.pdf")
_RECEIVED = re.compile(r"received/([0-9a-f]{2})/(\1[0-9a-f]{62})\.file")
_OF_KEYS = re.compile(r"keys/[A-Za-z0-9_][A-Za-z0-9._-]{0,120}")
_NAMING = (
    ("calibration_source", "file_sha256"), ("list_import", "file_sha256"), ("instrument_file", "sha256"),
    ("instrument_file", "thumbnail_sha256"),
)  # fmt: skip
"""The columns that name files from outside."""
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What an archive holds."""

    made_at: str
    software: str
    form: str
    demonstration: bool
    counts: dict[str, int]
    heads: dict[str, list[Any]]
    files: dict[str, list[Any]]
    """Member -> [SHA-256, size in bytes]."""
    missing: list[str]
    """Hashes of issued and received files that the vault did not have."""

    @property
    def issued(self) -> int:
        """The number of issued files in it."""
        return sum(1 for name in self.files if _IN_VAULT.fullmatch(name))


def back_up(lab: Laboratory, target: Path) -> Manifest:
    """Write a backup of the laboratory to the new file `target` and read it back; acts may run meanwhile.

    The database is taken first, as it is at one moment. Every file that it names is in the vault by then, since a
    certificate is issued only after its file has been written.

    Raises:
        Refused: the file exists already.
        Broken: what was read back is not what was written, or a chain in it is broken.
    """
    if target.exists():
        raise Refused("command.file_exists", file=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        database, archive = Path(folder) / DATABASE, Path(folder) / "archive"
        snapshot.take(lab.store, database)
        descriptor = os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            _write(lab, database, file)
            file.flush()
            os.fsync(file.fileno())
        manifest = check(archive)
        os.rename(archive, target)
    return manifest


def _write(lab: Laboratory, database: Path, file: IO[bytes]) -> None:
    with closing(sqlite3.connect(database)) as connection:
        wanted = _issued(connection)
        received = _received(connection)
        counts, heads = snapshot.counts_of(connection), snapshot.heads_of(connection)
        form = snapshot.form_of(connection)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        files = {
            SETTINGS_FILE: _add(archive, SETTINGS_FILE, lab.settings.home / SETTINGS_FILE),
            DATABASE: _add(archive, DATABASE, database),
        }
        for path in _key_files(lab.keys.folder):
            files[f"keys/{path.name}"] = _add(archive, f"keys/{path.name}", path)
        missing = []
        for vault, hashes in ((lab.vault, wanted), (lab.received, received)):
            for sha256 in hashes:
                path = vault.path(sha256)
                if path.is_file():
                    name = f"{vault.folder.name}/{sha256[:2]}/{path.name}"
                    files[name] = _add(archive, name, path, zipfile.ZIP_STORED)
                else:
                    missing.append(sha256)
        manifest = {
            "format": FORMAT, "made_at": lab.clock.now().isoformat(), "software": software(), "form": form,
            "demonstration": lab.settings.demonstration, "counts": counts, "heads": heads, "files": files,
            "missing": missing,
        }  # fmt: skip
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))


def _file_in(name: str) -> re.Match[str] | None:
    """The parts of the name of an issued or received file; None for any other name."""
    return _IN_VAULT.fullmatch(name) or _RECEIVED.fullmatch(name)


def _issued(connection: sqlite3.Connection) -> list[str]:
    """The hashes of what was issued: certificates with renewed time stamps, letters; an older form knows not all."""
    found = {row[0] for row in connection.execute("SELECT file_sha256 FROM certificate_issue")}
    for table in sorted({"archive_stamp", "impact_letter_sent"} & set(snapshot.tables_of(connection))):
        found |= {row[0] for row in connection.execute(f"SELECT file_sha256 FROM {table}")}  # noqa: S608
    return sorted(found)


def _received(connection: sqlite3.Connection) -> list[str]:
    """The hashes of the files that came from outside; an older form has not all of these columns."""
    found: set[str] = set()
    for table, column in _NAMING:
        if column in {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}:
            found.update(row[0] for row in connection.execute(f"SELECT {column} FROM {table}"))  # noqa: S608
    return sorted(one for one in found if one is not None)


def _key_files(folder: Path) -> list[Path]:
    """What lies in the folder of the keys; a file that is just being written there is none yet."""
    return [one for one in sorted(folder.glob("*")) if one.is_file() and _OF_KEYS.fullmatch(f"keys/{one.name}")]


def _add(archive: zipfile.ZipFile, name: str, path: Path, method: int = zipfile.ZIP_DEFLATED) -> list[Any]:
    """Add one file; return the SHA-256 and the size of what was added."""
    archive.write(path, name, compress_type=method)
    with path.open("rb") as file:
        return [hashlib.file_digest(file, "sha256").hexdigest(), archive.getinfo(name).file_size]


def check(file: Path) -> Manifest:
    """Read an archive through: every byte hashed, the database sound, its chains unbroken, its files all there.

    Raises:
        Invalid: the file is no backup, or one of a newer release.
        Broken: it is damaged.
    """
    with _opened(file) as archive:
        manifest = _manifest(archive, file)
        if set(archive.namelist()) != {MANIFEST, *manifest.files}:
            raise Broken("lims.backup_not_sound", what=MANIFEST)
        with tempfile.TemporaryDirectory(prefix="chuan-") as folder:
            for name, (sha256, size) in manifest.files.items():
                into = Path(folder) / DATABASE if name == DATABASE else None
                if _read(archive, name, size, into) != sha256:
                    raise Broken("lims.backup_not_sound", what=name)
            _check_database(Path(folder) / DATABASE, manifest)
    return manifest


def _opened(file: Path) -> zipfile.ZipFile:
    if not file.is_file():
        raise Invalid("command.file_missing", file=str(file))
    try:
        return zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        raise Invalid("command.no_backup", file=str(file)) from None


def _manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    try:
        if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise ValueError("too large")
        said = json.loads(archive.read(MANIFEST))
        form = said.pop("format")
        manifest = Manifest(**said)
        names = set(manifest.files) - {SETTINGS_FILE, DATABASE}
        known_names = all(_file_in(name) or _OF_KEYS.fullmatch(name) for name in names)
        if len(manifest.files) != len(names) + 2 or not known_names:
            raise ValueError("names")
    except (KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile):
        raise Invalid("command.no_backup", file=str(file)) from None
    if form not in FORMATS or not known(manifest.form):
        raise Invalid("command.backup_newer", file=str(file), software=manifest.software)
    return manifest


def _read(archive: zipfile.ZipFile, name: str, size: int, into: Path | None) -> str:
    """The SHA-256 of a member, kept in the file `into` where one is named; no more is read than it should have."""
    digest, left = hashlib.sha256(), size
    out = into.open("wb") if into is not None else None
    try:
        with archive.open(name) as member:
            while chunk := member.read(min(_CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    raise Broken("lims.backup_not_sound", what=name)
                digest.update(chunk)
                if out is not None:
                    out.write(chunk)
        if out is not None:
            out.flush()
            os.fsync(out.fileno())
    except (zipfile.BadZipFile, EOFError, zipfile.zlib.error) as problem:  # type: ignore[attr-defined]
        raise Broken("lims.backup_not_sound", what=name) from problem
    finally:
        if out is not None:
            out.close()
    return digest.hexdigest()


def _check_database(database: Path, manifest: Manifest) -> None:
    with closing(sqlite3.connect(database)) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        said = (snapshot.counts_of(connection), snapshot.heads_of(connection), snapshot.form_of(connection))
        wanted = {*_issued(connection), *_received(connection)}
    there = {match[2] for match in map(_file_in, manifest.files) if match}
    if not sound or said != (manifest.counts, manifest.heads, manifest.form):
        raise Broken("lims.backup_not_sound", what=DATABASE)
    if wanted - there != set(manifest.missing):
        raise Broken("lims.backup_not_sound", what="vault")
    if manifest.form == newest():
        check_chains(Store(f"sqlite:///{database}"))


def check_chains(store: Store) -> None:
    """Recompute every audit chain of a database.

    Raises:
        Broken: one is broken.
    """
    try:
        with store.reading() as session:
            for chain in audit.chains(session):
                report = audit.verify(session, chain)
                if not report.sound:
                    raise Broken("command.sanity.chain_broken", chain=chain, sequence=report.first_broken)
    finally:
        store.close()


def restore(file: Path, home: Path) -> Manifest:
    """Put a backup into the empty folder `home`, and into the database that the environment names, if it names one.

    The archive is read through before anything is written; the folder appears whole, by one rename.

    Raises:
        Refused: the folder or the database is not empty.
        Invalid, Broken: see `check`.
    """
    if home.exists() and any(home.iterdir()):
        raise Refused("lims.home_not_empty", home=str(home))
    manifest = check(file)
    home.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=home.parent))
    try:
        with _opened(file) as archive:
            for name, (sha256, size) in manifest.files.items():
                path = making / name
                path.parent.mkdir(parents=True, exist_ok=True)
                if _read(archive, name, size, path) != sha256:
                    raise Broken("lims.backup_not_sound", what=name)
        (making / SETTINGS_FILE).chmod(0o600)
        for path in (making / "keys").glob("*"):
            path.parent.chmod(0o700)
            path.chmod(0o600)
        (making / "vault").mkdir(exist_ok=True)
        _into_database(read_settings(making), making / DATABASE)
        if home.exists():
            home.rmdir()
        making.rename(home)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return manifest


def _into_database(settings: Settings, database: Path) -> None:
    """Move the rows into the PostgreSQL that the environment names; a SQLite laboratory keeps the file itself."""
    store = Store(settings.database_url)
    try:
        if not store.sqlite:
            snapshot.put(database, store)
            database.unlink()
    finally:
        store.close()
