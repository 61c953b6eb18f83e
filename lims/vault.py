"""The vault: issued and received files under their SHA-256, written so that a power cut leaves all or nothing."""

import errno
import hashlib
import os
import tempfile
from pathlib import Path

from lims.errors import Broken, DiskFull

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Vault:
    """A folder of files that are never changed, each under the hash of its bytes."""

    def __init__(self, folder: Path, ending: str = "pdf") -> None:
        """Use `folder`, made where it is missing, for files whose names end in `ending`."""
        self.folder = folder
        self._ending = ending

    def path(self, sha256: str) -> Path:
        """Return where the file of that hash lies or would lie."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise Broken("lims.hash_unreadable", hash=sha256[:80])
        return self.folder / sha256[:2] / f"{sha256}.{self._ending}"

    def put(self, content: bytes) -> str:
        """Keep `content` and return its SHA-256: written aside, flushed, renamed, the folder flushed.

        Raises:
            DiskFull: there is no room left.
            OSError: the folder cannot be written for another reason.
        """
        try:
            return self._put(content)
        except OSError as problem:
            if problem.errno in NO_ROOM:
                raise DiskFull from problem
            raise

    def _put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.path(sha256)
        if target.exists() and target.read_bytes() == content:
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, aside = tempfile.mkstemp(dir=target.parent, prefix=".aside-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, target)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        _flush_folder(target.parent)
        _flush_folder(self.folder)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the file of that hash.

        Raises:
            Broken: the file is missing, or its bytes are no longer those of its name.
        """
        path = self.path(sha256)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise Broken("lims.file_missing", hash=sha256) from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Broken("lims.file_altered", hash=sha256)
        return content

    def promise(self, name: str, sha256: str) -> None:
        """Note under which hash the file of a job will be kept, before it is: an interrupted issue finds it again.

        The note survives the death of the process, and need not survive a power cut: then a file may be left over
        that nobody has seen, and the examination of the laboratory counts it.
        """
        path = self._promise(name)
        aside = path.with_suffix(f".{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(sha256, encoding="ascii")
            os.replace(aside, path)
        except OSError as problem:
            if problem.errno in NO_ROOM:
                raise DiskFull from problem
            raise

    def promised(self, name: str) -> bytes | None:
        """The file that was promised under that name, if it has been kept whole."""
        try:
            return self.get(self._promise(name).read_text(encoding="ascii"))
        except (OSError, Broken, UnicodeDecodeError):
            return None

    def forget(self, name: str) -> None:
        """Drop a promise that has been kept."""
        self._promise(name).unlink(missing_ok=True)

    def _promise(self, name: str) -> Path:
        return self.folder / "promised" / hashlib.sha256(name.encode("utf-8")).hexdigest()

    def hashes(self) -> set[str]:
        """The hashes of all files that are kept."""
        return {path.stem for path in self.folder.glob(f"??/*.{self._ending}")}


def _flush_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut (not possible, nor needed, on Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
