"""`lims certificate renew`: the archive time stamps that fall due, listed and renewed."""

from dataclasses import asdict
from typing import Annotated

import typer

from lims import renewals
from lims.clock import local_day
from lims.commands.console import answer, home_of, language, progress, table
from lims.commands.console import note as aside
from lims.commands.options import Home, Json
from lims.laboratory import Laboratory
from lims.people import SYSTEM_ACTOR
from lims.renewals import DueStamp, Renewed
from uncertainty.wording import wording

Numbers = Annotated[list[str] | None, typer.Argument(metavar="[NUMBER]...", help="renew_numbers", show_default=False)]
Days = Annotated[int, typer.Option("--days", help="renew_days", min=0, max=36_500)]
ListOnly = Annotated[bool, typer.Option("--list", help="renew_list")]
COLUMNS = ("number", "centre", "authority", "ends", "renewals")
NOT_ALL = 1


def add_to(group: typer.Typer) -> None:
    """Add the command to those of certificates."""
    group.command("renew", help="certificate_renew")(renew)


def renew(
    numbers: Numbers = None,
    days: Days = renewals.WITHIN_DAYS,
    only_list: ListOnly = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Renew the archive time stamps of the certificates named, or of all that fall due."""
    lab = Laboratory.open(home_of(home))
    try:
        _note_older(lab)
        due = renewals.due(lab, SYSTEM_ACTOR, days=days)
        if only_list:
            _tell_due(lab, due, days, json=json)
            return
        wanted = numbers or [one.number for one in due if not one.over]
        with progress("renewing") as done:
            made = []
            for one in renewals.renew_each(lab, SYSTEM_ACTOR, wanted):
                made.append(one)
                done(one.number, len(wanted))
    finally:
        lab.close()
    _tell(made, len(wanted), sum(one.over for one in due), days, json=json)


def _note_older(lab: Laboratory) -> None:
    """Take down until when files of earlier releases prove."""
    waiting = renewals.not_noted(lab, SYSTEM_ACTOR)
    if not waiting:
        return
    with progress("noting") as done:
        for number in waiting:
            renewals.note_stamp(lab, SYSTEM_ACTOR, number)
            done(number, len(waiting))


def _tell_due(lab: Laboratory, due: list[DueStamp], days: int, *, json: bool) -> None:
    """The list of what falls due."""
    if json:
        answer({"days": days, "due": [asdict(one) for one in due]})
        return
    zone = lab.settings.time_zone
    rows = [
        (one.number, one.centre, one.authority, f"{local_day(one.ends_at, zone):%d/%m/%Y}", str(one.renewals))
        for one in due
    ]
    if rows:
        table([wording(f"renewal.column_{name}", language()) for name in COLUMNS], rows, right=(4,))
    _say_due(len(due), sum(one.over for one in due), days)


def _say_due(count: int, over: int, days: int) -> None:
    key = "due" if count else "nothing_due"
    aside(wording(f"renewal.{key}", language(), days=days, count=count, over=over), "yellow" if over else "")


def _tell(made: list[Renewed], wanted: int, over: int, days: int, *, json: bool) -> None:
    """What came of it; the status says whether anything is left."""
    failed = [one for one in made if one.refusal is not None]
    left = wanted - len(made)
    if json:
        rows = [
            {
                "number": one.number, "renewal": one.renewal, "file_sha256": one.file_sha256, "ends_at": one.ends_at,
                "refused": one.refusal.text(language()) if one.refusal else None,
            }
            for one in made
        ]  # fmt: skip
        answer({"renewed": len(made) - len(failed), "failed": len(failed), "left": left, "over": over, "done": rows})
    else:
        for one in failed:
            aside(f"{one.number}: {one.refusal.text(language()) if one.refusal else ''}")
        values = {"count": len(made) - len(failed), "failed": len(failed), "left": left}
        if wanted:
            aside(wording("renewal.done", language(), **values))
        else:
            _say_due(over, over, days)
        if left:
            aside(wording("renewal.stopped", language()), "yellow")
    if failed or left:
        raise typer.Exit(NOT_ALL)
