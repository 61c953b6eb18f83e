"""`lims audit`, `lims backup`, `lims restore`, `lims upgrade`: what keeps the record whole."""

from pathlib import Path
from typing import Annotated

import typer

from lims import backup, sanity, upgrading
from lims.commands.console import answer, home_of, language, line, say, table, text
from lims.commands.options import Home, Json
from lims.errors import Broken
from lims.laboratory import Laboratory

Archive = Annotated[Path, typer.Argument(metavar="FILE", help="backup_file", show_default=False)]
Into = Annotated[Path, typer.Option("--home", metavar="DIR", help="restore_home", show_default=False)]
NOT_SOUND = 1

group = typer.Typer(name="audit", help="audit", no_args_is_help=True, rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.add_typer(group)
    app.command("backup", help="backup")(back_up)
    app.command("restore", help="restore")(restore)
    app.command("upgrade", help="upgrade")(upgrade)


@group.callback()
def audit_group() -> None:
    """Keep `verify` a command of its own below `audit`."""


@group.command("verify", help="audit_verify")
def verify(home: Home = None, json: Json = False) -> None:
    """Recompute every chain of the audit record, with the heads printed on certificates, and hash every file again."""
    lab = Laboratory.open(home_of(home))
    try:
        found = sanity.examine(lab)
    finally:
        lab.close()
    if json:
        answer(
            {
                "sound": found.sound,
                "chains": [
                    {"chain": one.chain, "records": one.records, "head": one.head, "sound": one.sound,
                     "first_broken": one.first_broken, "missing_heads": list(one.missing_heads)}
                    for one in found.chains
                ],
                "files": found.files,
                "heads_on_certificates": found.outside_heads,
                "findings": [{"grave": one.grave, "text": one.text(language())} for one in found.findings],
            }
        )  # fmt: skip
    else:
        heads = [text(f"column.{name}") for name in ("chain", "records", "head", "status")]
        word = {True: text("word.sound"), False: text("word.broken")}
        table(heads, [(one.chain, str(one.records), one.head, word[one.sound]) for one in found.chains], right=(1,))
        for finding in found.findings:
            line(finding.text(language()))
        line(text("audit_sound" if found.sound else "audit_broken", files=found.files, heads=found.outside_heads))
    if not found.sound:
        raise typer.Exit(NOT_SOUND)


def back_up(file: Archive, home: Home = None, json: Json = False) -> None:
    """Save a laboratory in one file while it works, and read the file back."""
    lab = Laboratory.open(home_of(home))
    try:
        made = backup.back_up(lab, file)
    finally:
        lab.close()
    _tell(made, file, json, "backup_made")
    if made.missing:
        raise Broken("command.backup_incomplete", count=len(made.missing), first=made.missing[0])


def restore(file: Archive, home: Into, json: Json = False) -> None:
    """Put a saved laboratory into an empty folder."""
    folder = home.expanduser().resolve()
    made = backup.restore(file, folder)
    _tell(made, folder, json, "restore_made")


def _tell(made: backup.Manifest, place: Path, json: bool, key: str) -> None:
    rows = sum(made.counts.values())
    if json:
        answer(
            {
                "place": str(place), "made_at": made.made_at, "form": made.form, "rows": rows, "files": made.issued,
                "missing": made.missing, "chains": {chain: head for chain, (_, head) in made.heads.items()},
            }
        )  # fmt: skip
        return
    say(key, place=place, rows=rows, files=made.issued, chains=len(made.heads), missing=len(made.missing))


def upgrade(home: Home = None, json: Json = False) -> None:
    """Bring a laboratory of an earlier release to the form of this one."""
    done = upgrading.upgrade(home_of(home))
    if json:
        answer({"before": done.before, "after": done.after, "backup": str(done.backup) if done.backup else None})
    elif done.backup is None:
        say("upgrade_nothing", form=done.after)
    else:
        say("upgrade_made", before=done.before, after=done.after, backup=done.backup)
