"""`lims export`: everything of a laboratory in an open format."""

from pathlib import Path
from typing import Annotated

import typer

from lims import exporting
from lims.commands.console import answer, home_of, language, note, say
from lims.commands.options import Home, Json
from lims.export_formats import MSL
from lims.laboratory import Laboratory
from lims.people import OPERATOR_ACTOR
from uncertainty.wording import wording

Form = Annotated[str, typer.Option("--format", help="export_form")]
Into = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="export_file", show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("export", help="export")(export)


def export(output: Into, home: Home = None, form: Form = "csv", json: Json = False) -> None:
    """Write all data of a laboratory into one new file."""
    lab = Laboratory.open(home_of(home))
    try:
        counts = exporting.export(lab, OPERATOR_ACTOR, output.expanduser().resolve(), form=form)
    finally:
        lab.close()
    if json:
        answer({"file": str(output), "format": form, "rows": counts})
    elif form == MSL:
        note(wording("msl_register.exported", language(), file=output, **counts))
    else:
        say("exported", rows=sum(counts.values()), tables=len(counts), file=output)
