"""The vault: files under their hashes, written whole or not at all, never changed unnoticed."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lims.errors import Broken, DiskFull
from lims.vault import Vault

CONTENT = b"%PDF-1.7 a certificate \x00\xff"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """An empty vault."""
    return Vault(tmp_path / "vault")


def test_what_is_kept_comes_back_under_its_hash(vault: Vault) -> None:
    """A file is found again under the hash of its bytes, and keeping it twice is keeping it once."""
    assert vault.put(CONTENT) == SHA256
    assert vault.put(CONTENT) == SHA256
    assert vault.get(SHA256) == CONTENT
    assert vault.hashes() == {SHA256}


def test_a_missing_and_an_altered_file_stop_the_reader(vault: Vault) -> None:
    """A file that is gone, and one whose bytes are no longer those of its name, are never handed out."""
    with pytest.raises(Broken) as missing:
        vault.get(SHA256)
    assert missing.value.key == "lims.file_missing"
    vault.put(CONTENT)
    vault.path(SHA256).write_bytes(CONTENT[:-1] + b"\xfe")
    with pytest.raises(Broken) as altered:
        vault.get(SHA256)
    assert altered.value.key == "lims.file_altered"


def test_an_altered_file_is_mended_by_keeping_it_again(vault: Vault) -> None:
    """Keeping the right bytes again puts them in the place of wrong ones."""
    vault.put(CONTENT)
    vault.path(SHA256).write_bytes(b"")
    assert vault.put(CONTENT) == SHA256
    assert vault.get(SHA256) == CONTENT


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, SHA256[:-1], SHA256 + "0", "é" * 64, "/" * 64])
def test_nothing_but_a_hash_leads_anywhere(vault: Vault, name: str) -> None:
    """A name that is no SHA-256 in small letters never becomes a path."""
    with pytest.raises(Broken) as answer:
        vault.path(name)
    assert answer.value.key == "lims.hash_unreadable"


def failing(monkeypatch: pytest.MonkeyPatch, at: int, onwards: bool) -> list[int]:
    """Let the n-th call of the system's mkdir, open, write, fsync and rename fail; the count of calls so far."""
    calls = [0]

    def wrapped(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **given: object) -> object:
            calls[0] += 1
            if calls[0] == at or (onwards and calls[0] > at):
                raise OSError(28, "No space left on device")
            return real(*args, **given)

        return call

    for name in ("mkdir", "open", "fsync", "replace", "fdopen"):
        monkeypatch.setattr(os, name, wrapped(getattr(os, name)))
    return calls


@pytest.mark.parametrize("onwards", [False, True], ids=["once", "from then on"])
def test_the_nth_failure_of_the_disk_leaves_all_or_nothing(
    tmp_path: Path, onwards: bool, figure: Callable[[str], None]
) -> None:
    """Whichever call fails, the file is afterwards there whole or not at all, and the next try succeeds."""
    for at in range(1, 50):
        vault = Vault(tmp_path / f"vault-{at}")
        with pytest.MonkeyPatch.context() as patch:
            calls = failing(patch, at, onwards)
            try:
                vault.put(CONTENT)
                failed = False
            except DiskFull:
                failed = True
        left = list(vault.folder.rglob("*.pdf"))
        assert all(path.read_bytes() == CONTENT for path in left)
        assert vault.put(CONTENT) == SHA256
        assert vault.get(SHA256) == CONTENT
        if not failed:
            break
    assert not failed
    assert calls[0] >= 5, "the calls that fail are those that the vault makes"
    figure(f"every one of {at - 1} calls failed once")


def test_nothing_is_left_aside_by_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails leaves no half file beside the kept ones."""

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    vault = Vault(tmp_path / "vault")
    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(DiskFull):
        vault.put(CONTENT)
    assert [path for path in vault.folder.rglob("*") if path.is_file()] == []
