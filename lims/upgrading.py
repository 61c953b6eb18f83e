"""Bringing a laboratory of an earlier release to the form of this one: saved first, migrated whole, then examined."""

from dataclasses import dataclass
from pathlib import Path

from lims import backup, sanity
from lims.clock import Clock, SystemClock
from lims.config import read_settings
from lims.errors import Broken, Refused
from lims.laboratory import Laboratory
from lims.store.migrating import known, migrate, newest, revision

FOLDER = "backups"


@dataclass(frozen=True)
class Upgrade:
    """What was done: the forms before and after, and where the backup lies (None where nothing was to be done)."""

    before: str
    after: str
    backup: Path | None


def upgrade(home: Path, clock: Clock | None = None) -> Upgrade:
    """Bring the laboratory in `home` to the newest form.

    Raises:
        Refused: none lives there, its database is empty, or it comes from a newer release.
        Broken: afterwards the record is not what it was; the backup tells how it was before.
    """
    lab = Laboratory(read_settings(home), clock or SystemClock())
    try:
        before, after = revision(lab.store), newest()
        if before is None:
            raise Refused("command.database_empty", home=str(home))
        if before == after:
            return Upgrade(before, after, None)
        if not known(before):
            raise Refused("command.newer_form", form=before, home=str(home))
        stamp = lab.clock.now().strftime("%Y%m%d-%H%M%S")
        saved = home / FOLDER / f"{before}-{stamp}.zip"
        manifest = backup.back_up(lab, saved)
        migrate(lab.store)
        _compare(lab, manifest, saved)
        return Upgrade(before, after, saved)
    finally:
        lab.close()


def _compare(lab: Laboratory, before: backup.Manifest, saved: Path) -> None:
    """See to it that no record was lost: chains as they were, no table with fewer rows, every file in the vault."""
    found = sanity.examine(lab)
    with lab.store.reading() as session:
        rows = sanity.counts(session)
    heads = {one.chain: [one.records, one.head] for one in found.chains}
    fewer = [name for name, number in before.counts.items() if name in rows and rows[name] < number]
    if not found.sound or heads != before.heads or fewer:
        raise Broken("command.upgrade_lost", backup=str(saved))
