"""`lims dcc`: read the Digital Calibration Certificate of any laboratory; `schemas add` brings the schemas for it."""

import unicodedata
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from certificates.attached_dcc import dcc_in, is_pdf
from certificates.dcc_reading import read_dcc
from certificates.dcc_schema import read_schemas
from certificates.foreign import ForeignCalibration, ForeignQuantity
from certificates.hostile_xml import MEGABYTE
from certificates.validating import LARGEST_FILE
from lims import dcc
from lims.commands.console import answer, home_of, language, line, say, table, text
from lims.commands.options import Home, Json
from lims.config import read_settings
from lims.errors import Invalid

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="schemas_folder", show_default=False)]
File = Annotated[Path, typer.Argument(metavar="FILE", help="dcc_file", show_default=False)]
NUMBERS = ("quantity", "ref_type", "value", "uncertainty", "coverage_factor", "coverage_probability", "unit")

group = typer.Typer(name="dcc", help="dcc", no_args_is_help=True, rich_markup_mode=None)
schemas = typer.Typer(name="schemas", help="dcc_schemas", no_args_is_help=True, rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group.add_typer(schemas)
    app.add_typer(group)


@schemas.callback()
def schemas_group() -> None:
    """Keep `add` a command of its own below `schemas`."""


@schemas.command("add", help="dcc_schemas_add")
def add(folder: Folder, home: Home = None, json: Json = False) -> None:
    """Check the schemas of a folder and copy them into the laboratory."""
    if not folder.is_dir():
        raise Invalid("command.file_missing", file=str(folder))
    settings = read_settings(home_of(home))
    versions = dcc.add_schemas(settings, folder)
    if json:
        answer({"folder": str(settings.dcc_schemas), "versions": list(versions)})
    else:
        say("schemas_added", folder=settings.dcc_schemas, versions=", ".join(versions))


@group.command("read", help="dcc_read")
def read(file: File, home: Home = None, json: Json = False) -> None:
    """Check a DCC, or the one that a PDF carries, by its schema and show what it says; its signature is not judged."""
    if not file.is_file():
        raise Invalid("command.file_missing", file=str(file))
    if file.stat().st_size > LARGEST_FILE:
        raise Invalid("dcc.too_large", most=LARGEST_FILE // MEGABYTE)
    content = file.read_bytes()
    xml = dcc_in(content) if is_pdf(content) else content
    found = read_dcc(xml, read_schemas(read_settings(home_of(home)).dcc_schemas))
    if json:
        answer(asdict(found))
        return
    table(("", ""), list(_head(found)))
    for result in found.results:
        line(_shown(result.name.text(language())) + (f" ({result.status})" if result.status else ""))
        rows = [row for quantity in result.quantities for row in _rows(quantity)]
        table([text(f"column.{name}") for name in NUMBERS], rows, right=(2, 3, 4, 5))
    if found.signed:
        say("dcc_signed")


def _head(found: ForeignCalibration) -> Iterator[tuple[str, str]]:
    """What the certificate is about."""
    item = found.items[0]
    numbers = ", ".join(one.value for one in item.identifications)
    rows = {
        "number": found.number,
        "centre": found.laboratory.name.text(language()),
        "customer": found.customer.name.text(language()),
        "instrument": item.name.text(language()),
        "serial_number": numbers,
        "performed_on": f"{found.started_on:%d/%m/%Y} – {found.finished_on:%d/%m/%Y}",
        "issued_on": f"{found.issued_on:%d/%m/%Y}" if found.issued_on else "",
    }
    for name, said in rows.items():
        yield text(f"column.{name}"), _shown(said)


def _rows(quantity: ForeignQuantity) -> Iterator[tuple[str, ...]]:
    """One row for each number of a quantity, in the unit that comes nearest to paper: the last one given."""
    name, refs = quantity.name.text(language()), " ".join(quantity.ref_types)
    if not quantity.forms:
        yield tuple(map(_shown, (name, refs, " ".join(quantity.words), "", "", "", "")))
        return
    form = quantity.forms[-1]
    further = (form.expanded, form.factors, form.probabilities)
    for place, value in enumerate(form.values):
        spread = tuple((texts[place] if texts else None) or "" for texts in further)
        yield tuple(map(_shown, (name, refs, value or "–", *spread, form.units[place])))


def _shown(said: str) -> str:
    """A text of somebody else without what would command a terminal."""
    return "".join("\ufffd" if unicodedata.category(one) in ("Cc", "Cf", "Co") else one for one in said[:400])
