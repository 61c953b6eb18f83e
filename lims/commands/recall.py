"""`lims recall`: what falls due, by centre, owner and period, as a table, JSON, CSV or the PDF that is sent."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from lims import due_dates, recall_lists
from lims.commands.console import answer, home_of, language, note, say, table
from lims.commands.options import Home, Json
from lims.due_dates import Asked, DueRow
from lims.laboratory import Laboratory
from lims.people import OPERATOR_ACTOR
from lims.shift_text import day_of
from uncertainty.wording import wording

COLUMNS = ("due", "service", "code", "item", "owner", "certificate")
Centre = Annotated[str, typer.Option("--centre", metavar="CODE", help="recall_centre", show_default=False)]
Owner = Annotated[str, typer.Option("--owner", metavar="CODE", help="recall_owner", show_default=False)]
Customers = Annotated[bool, typer.Option("--customers", help="recall_customers")]
First = Annotated[str, typer.Option("--from", metavar="DAY", help="recall_first", show_default=False)]
Last = Annotated[str, typer.Option("--until", metavar="DAY", help="recall_last", show_default=False)]
Pdf = Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="recall_pdf", show_default=False)]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="recall_csv", show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("recall", help="recall")(recall)


def recall(
    centre: Centre = "", owner: Owner = "", customers: Customers = False, first: First = "", last: Last = "",
    pdf: Pdf = None, csv: Csv = None, home: Home = None, json: Json = False,
) -> None:  # fmt: skip
    """Show the recall list, or write it as a file."""
    asked = Asked(
        body=owner, centre=centre, whose=due_dates.CALIBRATED if customers else due_dates.KEPT,
        first=day_of(first) if first else None, last=day_of(last) if last else None,
    )  # fmt: skip
    lab = Laboratory.open(home_of(home))
    try:
        rows = due_dates.due_calendar(lab, OPERATOR_ACTOR, asked=asked)
        files = {}
        if pdf is not None:
            files[pdf] = recall_lists.recall_pdf(lab, OPERATOR_ACTOR, asked=asked)
        if csv is not None:
            files[csv] = recall_lists.recall_csv(rows, language())
    finally:
        lab.close()
    for file, content in files.items():
        file.write_bytes(content)
    if json:
        answer({"due": [asdict(one) for one in rows], "files": [str(file) for file in files]})
    elif files:
        for file, content in files.items():
            say("file_written", file=file, size=len(content))
    else:
        spoken = language()
        if rows:
            table([wording(f"recall.column_{one}", spoken) for one in COLUMNS], [_row(one, spoken) for one in rows])
        note(wording("recall.rows", spoken, count=len(rows)))


def _row(one: DueRow, spoken: str) -> tuple[str, ...]:
    service = wording(f"recall.{one.service}", spoken)
    return (
        f"{one.due:%d/%m/%Y}", service, one.code, one.name.text(spoken), f"{one.owner_code} {one.owner.text(spoken)}",
        one.certificate,
    )  # fmt: skip
