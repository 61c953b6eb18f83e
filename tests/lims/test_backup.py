"""Backups: taken while acts run, read back, restored into a working laboratory on either database (R5)."""

import json
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lims import backup, sanity
from lims.backup import MANIFEST, back_up, check, restore
from lims.clock import SetClock
from lims.config import DATABASE_VARIABLE
from lims.errors import Broken, Invalid, Refused
from lims.key_making import make_keys
from lims.laboratory import Laboratory
from tests.databases import PostgreSQLServer
from tests.laboratories import SmallLaboratory
from tests.lims.conftest import Command


def heads(lab: Laboratory) -> dict[str, list[str]]:
    """The hashes of every chain of a laboratory, in order."""
    from sqlmodel import col, select

    from lims.store.tables import AuditRecord

    found: dict[str, list[str]] = {}
    with lab.store.reading() as session:
        for record in session.exec(select(AuditRecord).order_by(col(AuditRecord.sequence))):
            found.setdefault(record.chain, []).append(record.hash)
    return found


def opened(home: Path, small: SmallLaboratory) -> Laboratory:
    """A restored laboratory, at the time of the one it came from."""
    return Laboratory.open(home, SetClock(small.clock.moment, tick_s=0.01))


def test_a_backup_taken_while_acts_run_restores_to_a_prefix_of_the_history(
    small: SmallLaboratory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Restored elsewhere, the laboratory is sound, lacks no file, and its chains are beginnings of the original's."""
    small.whole_job()
    stop, jobs = threading.Event(), []

    def work() -> None:
        while not stop.is_set() and len(jobs) < 8:
            jobs.append(small.whole_job())

    worker = threading.Thread(target=work)
    worker.start()
    try:
        made = [back_up(small.lab, tmp_path / f"{place}.zip") for place in range(3)]
    finally:
        stop.set()
        worker.join()
    whole = heads(small.lab)
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    for place, manifest in enumerate(made):
        assert manifest.missing == [] and manifest.issued >= 1
        restore(tmp_path / f"{place}.zip", tmp_path / f"home-{place}")
        lab = opened(tmp_path / f"home-{place}", small)
        try:
            found = sanity.examine(lab)
            assert found.sound, [str(one.said) for one in found.findings]
            assert found.files == manifest.issued == manifest.counts["certificate_issue"]
            for chain, known in heads(lab).items():
                assert whole[chain][: len(known)] == known
        finally:
            lab.close()


def test_a_restored_laboratory_goes_on_working(
    staged: SmallLaboratory, tmp_path: Path, postgresql_server: PostgreSQLServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From either database it comes back on the other one with its triggers, and issues the next number."""
    back_up(staged.lab, tmp_path / "saved.zip")
    with postgresql_server.fresh() as url:
        monkeypatch.setenv(DATABASE_VARIABLE, url if staged.lab.store.sqlite else "")
        restore(tmp_path / "saved.zip", tmp_path / "restored")
        lab = opened(tmp_path / "restored", staged)
        try:
            assert lab.store.sqlite != staged.lab.store.sqlite
            assert (tmp_path / "restored" / "laboratory.sqlite").exists() == lab.store.sqlite
            assert sanity.examine(lab).sound
            with lab.store.reading() as there, staged.lab.store.reading() as here:
                assert sanity.counts(there) == sanity.counts(here)
            again = SmallLaboratory(lab, SetClock(staged.clock.moment, tick_s=0.01), {}, staged.ids)
            lab.clock = again.clock
            for name in ("hang", "bao", "trang"):
                again.sign_in(name)
            assert again.whole_job()[1].endswith("000003")
            assert sanity.examine(lab).sound
        finally:
            lab.close()


def test_nothing_is_overwritten(
    laboratory: Callable[..., SmallLaboratory], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    postgresql_server: PostgreSQLServer,
) -> None:  # fmt: skip
    """An existing file, a folder with anything in it and a database with anything in it are left alone."""
    small, file = laboratory("sqlite"), tmp_path / "saved.zip"
    back_up(small.lab, file)
    before = file.read_bytes()
    with pytest.raises(Refused) as refused:
        back_up(small.lab, file)
    assert refused.value.key == "command.file_exists" and file.read_bytes() == before
    with pytest.raises(Refused) as refused:
        restore(file, small.lab.settings.home)
    assert refused.value.key == "lims.home_not_empty"
    with postgresql_server.fresh() as url:
        monkeypatch.setenv(DATABASE_VARIABLE, url)
        restore(file, tmp_path / "first")
        with pytest.raises(Refused) as refused:
            restore(file, tmp_path / "second")
    assert refused.value.key == "lims.database_not_empty" and not (tmp_path / "second").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_damaged_backup_is_not_restored(laboratory: Callable[..., SmallLaboratory], tmp_path: Path) -> None:
    """A changed byte anywhere in it is found before anything is written."""
    small, file = laboratory("sqlite"), tmp_path / "saved.zip"
    back_up(small.lab, file)
    content = file.read_bytes()
    for place in (40, len(content) // 3, len(content) // 2, len(content) - 400):
        damaged = bytearray(content)
        damaged[place] ^= 0x10
        (tmp_path / "damaged.zip").write_bytes(damaged)
        with pytest.raises((Broken, Invalid)):
            restore(tmp_path / "damaged.zip", tmp_path / "home")
        assert not (tmp_path / "home").exists()


def test_a_hostile_archive_leads_nowhere(laboratory: Callable[..., SmallLaboratory], tmp_path: Path) -> None:
    """Members outside the plan, climbing names, forged counts and files that are no archive are refused."""
    small, file = laboratory("sqlite"), tmp_path / "saved.zip"
    back_up(small.lab, file)
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members[MANIFEST])

    def forged(**changed: object) -> bytes:
        return json.dumps({**manifest, **changed}).encode()

    name, entry = "vault/../../outside.pdf", ["0" * 64, 5]
    for attack in (
        {**members, name: b"hello", MANIFEST: forged(files={**manifest["files"], name: entry})},
        {**members, "extra": b"hello"},
        {**members, MANIFEST: forged(counts={**manifest["counts"], "job": 99})},
        {**members, MANIFEST: forged(heads={})},
        {**members, MANIFEST: forged(form="9999")},
        {**members, MANIFEST: b"[]"},
        {one: content for one, content in members.items() if one != MANIFEST},
    ):
        with zipfile.ZipFile(tmp_path / "attack.zip", "w") as archive:
            for member, content in attack.items():
                archive.writestr(member, content)
        with pytest.raises((Broken, Invalid)):
            restore(tmp_path / "attack.zip", tmp_path / "deep" / "home")
        assert not (tmp_path / "deep" / "home").exists() and not (tmp_path / "outside.pdf").exists()
    (tmp_path / "text.zip").write_text("no archive")
    with pytest.raises(Invalid) as refused:
        check(tmp_path / "text.zip")
    assert refused.value.key == "command.no_backup"


def test_a_missing_file_of_the_vault_is_told(
    laboratory: Callable[..., SmallLaboratory], tmp_path: Path, command: Command
) -> None:
    """What is there is saved all the same, and the command ends with status 1, naming what is missing."""
    small = laboratory("sqlite", "staged")
    lost = next(small.lab.settings.vault.glob("??/*.pdf"))
    lost.unlink()
    status, found, said = command("backup", tmp_path / "saved.zip", "--home", small.lab.settings.home, "--json")
    assert status == 1 and found["missing"] == [lost.stem] and lost.stem in said
    assert check(tmp_path / "saved.zip").missing == [lost.stem]


def test_the_commands_save_and_restore(
    laboratory: Callable[..., SmallLaboratory], tmp_path: Path, command: Command
) -> None:
    """`backup` and `restore` answer with the same rows, files and chains; the copy lists the same certificates."""
    small = laboratory("sqlite", "staged")
    home = small.lab.settings.home
    status, saved, _ = command("backup", tmp_path / "saved.zip", "--home", home, "--json")
    assert status == 0
    status, restored, _ = command("restore", tmp_path / "saved.zip", "--home", tmp_path / "copy", "--json")
    assert status == 0
    assert {**saved, "place": ""} == {**restored, "place": ""}
    listed = [command("certificate", "list", "--home", one, "--json")[1] for one in (home, tmp_path / "copy")]
    assert listed[0] == listed[1] and len(listed[0]) == saved["files"]
    assert (tmp_path / "saved.zip").stat().st_mode & 0o077 == 0
    assert json.loads(zipfile.ZipFile(tmp_path / "saved.zip").read(MANIFEST))["format"] == backup.FORMAT


def test_keys_come_back_as_they_were(
    laboratory: Callable[..., SmallLaboratory], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of keys is in a backup, encrypted as it lies there; restored it signs, open to its owner alone."""
    small = laboratory("sqlite")
    make_keys(small.lab)
    back_up(small.lab, tmp_path / "saved.zip")
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    restore(tmp_path / "saved.zip", tmp_path / "home")
    before, after = small.lab.keys.folder, tmp_path / "home" / "keys"
    kept = {path.name: path.read_bytes() for path in before.iterdir()}
    assert {path.name: path.read_bytes() for path in after.iterdir()} == kept
    assert after.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in after.iterdir()} == {0o600}
    lab = opened(tmp_path / "home", small)
    assert lab.keys.key("seal", "MB").certificate == small.lab.keys.key("seal", "MB").certificate
    lab.close()
    assert not any(b"PRIVATE KEY" in one for one in kept.values())
