"""`lims label`: asset labels of instruments, whose code opens the record; `--service`: the label of a certificate."""

from pathlib import Path
from typing import Annotated

import typer

from lims import asset_labels, service_labels
from lims.commands.console import answer, home_of, say
from lims.commands.options import Home, Json
from lims.errors import Invalid
from lims.laboratory import Laboratory
from lims.people import OPERATOR_ACTOR

Codes = Annotated[
    list[str] | None, typer.Argument(metavar="INSTRUMENT...", help="label_instruments", show_default=False)
]
Size = Annotated[str, typer.Option("--size", metavar="SIZE", help="label_size")]
OnSheet = Annotated[bool, typer.Option("--sheet", help="label_sheet")]
Form = Annotated[str, typer.Option("--sheet-form", metavar="NAME", help="label_sheet_form", show_default=False)]
Start = Annotated[int, typer.Option("--start", metavar="PLACE", help="label_start")]
Service = Annotated[str, typer.Option("--service", metavar="CERTIFICATE", help="label_service", show_default=False)]
Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="output", show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("label", help="label")(label)


def label(
    output: Output, instruments: Codes = None, size: Size = asset_labels.USUAL_SIZE, sheet: OnSheet = False,
    sheet_form: Form = "", start: Start = 1, service: Service = "", home: Home = None, json: Json = False,
) -> None:  # fmt: skip
    """Write asset labels as PDF, one to a page or on sheets of die-cut labels; or the label of a service done."""
    if service:
        _service_label(service, output, size, home, json=json)
        return
    instruments = instruments or []
    on = sheet_form or (_usual_sheet(size) if sheet else "")
    lab = Laboratory.open(home_of(home))
    try:
        file = asset_labels.asset_labels(lab, OPERATOR_ACTOR, instruments, size=size, sheet=on, start=start)
    finally:
        lab.close()
    output.write_bytes(file)
    if json:
        answer({"file": str(output), "size": len(file), "labels": len(instruments), "form": size, "sheet": on or None})
    else:
        say("file_written", file=output, size=len(file))


def _service_label(number: str, output: Path, size: str, home: Path | None, *, json: bool) -> None:
    """Write the label of a certificate."""
    lab = Laboratory.open(home_of(home))
    try:
        file = service_labels.draw_service_label(lab, OPERATOR_ACTOR, number, size=size)
    finally:
        lab.close()
    output.write_bytes(file)
    if json:
        answer({"file": str(output), "size": len(file), "labels": 1, "form": size, "certificate": number})
    else:
        say("file_written", file=output, size=len(file))


def _usual_sheet(size: str) -> str:
    """The sheet that holds the most labels of a size."""
    form = asset_labels.size_named(size)
    fitting = asset_labels.sheets_for(form)
    if not fitting:
        raise Invalid("labels.no_sheet", form=form.id)
    return fitting[0].id
