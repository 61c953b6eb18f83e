"""`lims certificate issue-approved`: approved jobs issued together, as a person who may approve, with progress."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Annotated, Any

import typer

from lims import access, issuing_runs, sheets
from lims.commands.console import answer, home_of, language, note, progress, text
from lims.commands.options import Home, Json
from lims.issuing_runs import Progress, cancel_issuing, start_issuing, work
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.store.tables import APPROVED
from uncertainty.wording import wording

PASSWORD = "CHUAN_PASSWORD"  # noqa: S105  (the name of a variable)
User = Annotated[str, typer.Option("--user", metavar="NAME", help="issue_user", show_default=False)]
NOT_ALL = 1
PAUSE_S = 0.2
"""Between two looks at what other processes still issue."""


def add_to(group: typer.Typer) -> None:
    """Add the command to those of certificates."""
    group.command("issue-approved", help="certificate_issue_approved")(issue_approved)


def issue_approved(user: User, home: Home = None, json: Json = False) -> None:
    """Issue every approved job of the person's centres; an interrupt lets the certificate at work be finished."""
    password = os.environ.get(PASSWORD, "") or typer.prompt(text("ask.password"), hide_input=True, err=True)
    lab = Laboratory.open(home_of(home))
    try:
        signed = access.sign_in(lab, user, password)
        actor = signed.actor
        try:
            runs = _started(lab, actor)
            found = _finished(lab, actor, runs) if runs else []
        finally:
            access.sign_out(lab, signed.token)
    finally:
        lab.close()
    _tell(found, json=json)


def _started(lab: Laboratory, actor: Actor) -> list[str]:
    """One run for each centre with approved jobs; their ids."""
    by_centre: dict[str, list[str]] = {}
    for row in sheets.my_work(lab, actor):
        if row.state == APPROVED:
            by_centre.setdefault(row.centre_id, []).append(row.id)
    return [start_issuing(lab, actor, centre_id=one, job_ids=job_ids).id for one, job_ids in sorted(by_centre.items())]


def _finished(lab: Laboratory, actor: Actor, runs: list[str]) -> list[Progress]:
    """Work until the runs are over, or an interrupt cancels what still waits."""
    told = 0
    with interrupts() as interrupted, progress("issuing") as done:
        while True:
            taken = work(lab, most=1)
            found = _runs(lab, actor, runs)
            ended = [task for one in found for task in one.tasks if task.state not in ("waiting", "running")]
            for task in ended[told:]:
                done(task.number or task.job, sum(len(one.tasks) for one in found))
            told = len(ended)
            if all(one.over for one in found):
                return found
            if interrupted.is_set():
                interrupted.clear()
                for one in found:
                    if not one.over:
                        cancel_issuing(lab, actor, one.run_id)
            elif not taken:
                time.sleep(PAUSE_S)


def _runs(lab: Laboratory, actor: Actor, runs: list[str]) -> list[Progress]:
    return [one for one in issuing_runs.progress(lab, actor, most=len(runs) + 20) if one.run_id in runs]


@contextmanager
def interrupts() -> Iterator[Event]:
    """Meanwhile the first interrupt (Ctrl-C) sets the event that is given; a second one ends the process as usual."""
    event = Event()

    def first(_signal: int, _frame: object) -> None:
        event.set()
        signal.signal(signal.SIGINT, before)
        note(text("issue_stopping"), "yellow")

    before = signal.signal(signal.SIGINT, first)
    try:
        yield event
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(found: list[Progress], *, json: bool) -> None:
    """What came of it; the status says whether everything was issued."""
    tasks = [task for one in found for task in one.tasks]
    issued = [task for task in tasks if task.state == "done"]
    refused = [task for task in tasks if task.state == "refused"]
    rows: dict[str, Any] = {
        "issued": [{"job": one.job, "number": one.number} for one in issued],
        "refused": [{"job": one.job, "why": one.answer.get(language(), "")} for one in refused],
        "cancelled": [one.job for one in tasks if one.state == "cancelled"],
    }
    if json:
        answer(rows)
    else:
        for row in rows["refused"]:
            note(f"{row['job']}: {row['why']}")
        counts = {name: len(rows[name]) for name in rows}
        note(text("issue_done", **counts) if tasks else wording("bulk.none", language()))
    if len(issued) < len(tasks):
        raise typer.Exit(NOT_ALL)
