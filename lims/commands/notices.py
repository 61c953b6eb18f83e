"""`lims notices`: the e-mails that tell customers of issued certificates."""

from typing import Annotated

import typer

from lims import notices as queue
from lims.clock import local_iso
from lims.commands.console import answer, home_of, language, line, note, say, table
from lims.commands.options import Home, Json
from lims.errors import Refused
from lims.laboratory import Laboratory
from lims.notice_sending import send_due
from lims.notices import NoticeRow
from lims.people import OPERATOR_ACTOR
from lims.post import SmtpPost
from uncertainty.wording import wording

Send = Annotated[bool, typer.Option("--send", help="notices_send")]
COLUMNS = ("number", "email", "way", "state", "tries", "when", "answer")


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("notices", help="notices")(notices)


def notices(home: Home = None, send: Send = False, json: Json = False) -> None:
    """Show the queue; with `send`, hand over what is due first."""
    lab = Laboratory.open(home_of(home))
    try:
        if send:
            if not lab.settings.smtp_host:
                raise Refused("notices.no_server")
            say("notices_sent", count=send_due(lab, SmtpPost(lab.settings)))
        found = queue.notices(lab, OPERATOR_ACTOR)
        zone = lab.settings.time_zone
    finally:
        lab.close()
    if json:
        answer({"server": found.server, "failed": found.failed, "notices": [vars(one) for one in found.rows]})
        return
    heads = [wording(f"notices.column_{name}", language()) for name in COLUMNS]
    table(heads, [_cells(one, zone) for one in found.rows], right=(4,))
    line(wording("notices.count", language(), count=len(found.rows), failed=found.failed))
    if not found.server:
        note(wording("notices.no_server", language()), "yellow")


def _cells(one: NoticeRow, zone: str) -> tuple[str, ...]:
    when = local_iso(one.sent_at or one.due_at or one.queued_at, zone)
    way, state = (wording(f"notices.{key}", language()) for key in (f"way_{one.way}", f"state_{one.state}"))
    return one.number, one.email or "–", way, state, str(one.tries), when, one.answer.get(language(), "")
