"""Upgrading: nothing where nothing is to be done; otherwise saved first, migrated whole, examined (R8)."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from lims import sanity, upgrading
from lims.backup import check, restore
from lims.clock import SetClock
from lims.config import DATABASE_VARIABLE
from lims.errors import Broken, Refused
from lims.laboratory import Laboratory
from lims.store import migrating
from lims.store.migrating import newest, revision
from tests.laboratories import SmallLaboratory
from tests.lims.conftest import Command

LATER = '''"""A later form, for tests."""
import sqlalchemy as sa
from alembic import op
from lims.store import triggers

revision = "{number:04d}"
down_revision = "{before:04d}"


def upgrade() -> None:
    op.add_column("body", sa.Column("remark", sa.Text()))
    {more}
    triggers.create_all(op.get_bind())
'''


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of migrations of a release to come, which the program takes for its own; its newest migration."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrating.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    before = int(newest())
    file = folder / "versions" / f"{before + 1:04d}_later_form.py"
    file.write_text(LATER.format(number=before + 1, before=before, more=""), encoding="utf-8")
    monkeypatch.setattr(migrating, "MIGRATIONS", folder)
    return file


def test_a_laboratory_in_the_newest_form_is_left_alone(small: SmallLaboratory, command: Command) -> None:
    """`upgrade` says that nothing is to be done, and makes no backup."""
    home = small.lab.settings.home
    status, _, said = command("upgrade", "--home", home)
    assert status == 0 and "nothing to do" in said
    assert command("upgrade", "--home", home, "--json")[1] == {"before": newest(), "after": newest(), "backup": None}
    assert not (home / upgrading.FOLDER).exists()


def test_an_earlier_form_is_saved_migrated_and_examined(
    staged: SmallLaboratory, next_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    """Every record survives on both databases; the laboratory opens again, and the backup restores the old form."""
    home = staged.lab.settings.home
    with staged.lab.store.reading() as session:
        before = sanity.counts(session)
    status, _, said = command("certificate", "list", "--home", home)
    assert status == 2 and "lims upgrade" in said
    status, done, _ = command("upgrade", "--home", home, "--json")
    assert status == 0 and int(done["after"]) == int(done["before"]) + 1
    lab = Laboratory.open(home, SetClock(staged.clock.moment))
    try:
        with lab.store.reading() as session:
            assert sanity.counts(session) == before
            assert "remark" in {one["name"] for one in inspect(session.connection()).get_columns("body")}
        assert sanity.examine(lab).sound
    finally:
        lab.close()
    saved = Path(done["backup"])
    assert check(saved).form == done["before"]
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    restore(saved, tmp_path / "old")
    assert upgrading.upgrade(tmp_path / "old").after == done["after"]


def test_a_migration_that_fails_changes_nothing(small: SmallLaboratory, next_release: Path) -> None:
    """Where it stops half way, the database keeps the form it had, and the backup is there."""
    broken = next_release.read_text("utf-8").replace(
        "triggers.create_all", "op.execute('SELECT * FROM nowhere')\n    triggers.create_all"
    )
    next_release.write_text(broken, encoding="utf-8")
    before = revision(small.lab.store)
    with pytest.raises(Exception, match="nowhere"):
        upgrading.upgrade(small.lab.settings.home)
    assert revision(small.lab.store) == before
    with small.lab.store.reading() as session:
        assert "remark" not in {one["name"] for one in inspect(session.connection()).get_columns("body")}
    assert len(list((small.lab.settings.home / upgrading.FOLDER).iterdir())) == 1


def test_a_migration_that_loses_rows_is_told(small: SmallLaboratory, next_release: Path) -> None:
    """Where a table has fewer rows afterwards, the operator is told to stop and where the backup lies."""
    losing = next_release.read_text("utf-8").replace(
        "triggers.create_all", "op.execute('DELETE FROM access_session')\n    triggers.create_all"
    )
    next_release.write_text(losing, encoding="utf-8")
    with pytest.raises(Broken) as broken:
        upgrading.upgrade(small.lab.settings.home)
    assert broken.value.key == "command.upgrade_lost" and Path(str(broken.value.values["backup"])).exists()


def test_a_newer_form_and_an_empty_database_are_refused(small: SmallLaboratory) -> None:
    """What comes from a newer release is left alone; an empty database is no laboratory."""
    with small.lab.store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused) as refused:
        upgrading.upgrade(small.lab.settings.home)
    assert refused.value.key == "command.newer_form"
    with small.lab.store.writing() as session:
        session.execute(text("DELETE FROM alembic_version"))
    with pytest.raises(Refused) as refused:
        upgrading.upgrade(small.lab.settings.home)
    assert refused.value.key == "command.database_empty"
