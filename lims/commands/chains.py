"""`lims chain`: the chain of an instrument up to the national standards, as it stood on a day."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from instruments.chain import Chain, Link
from lims import chain_drawing, chains
from lims.chains import Resting
from lims.commands.console import answer, home_of, language, line, note, table, text
from lims.commands.options import Home, Json
from lims.disciplines import quantity_name
from lims.errors import Invalid
from lims.laboratory import Laboratory
from lims.people import OPERATOR_ACTOR
from lims.quantity_text import Shown
from lims.shift_text import day_of
from uncertainty.wording import wording

COLUMNS = ("depth", "instrument", "certificate", "laboratory", "performed_on", "valid_on_day", "quantity", "expanded")
Code = Annotated[str, typer.Argument(metavar="INSTRUMENT", help="chain_instrument", show_default=False)]
On = Annotated[str, typer.Option("--on", metavar="DAY", help="chain_on", show_default=False)]
Down = Annotated[bool, typer.Option("--down", help="chain_down")]
Svg = Annotated[bool, typer.Option("--svg", help="chain_svg")]


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("chain", help="chain")(show_chain)


def show_chain(
    instrument: Code, on: On = "", home: Home = None, json: Json = False, svg: Svg = False, down: Down = False
) -> None:
    """Say where an instrument's traceability comes from, and where it breaks; or what rests on it."""
    if json + svg + down > 1:
        raise Invalid("chains.one_form")
    day = day_of(on) if on else None
    lab = Laboratory.open(home_of(home))
    try:
        if down:
            count = chains.resting(lab, OPERATOR_ACTOR, instrument, on=day, told=_say)
            line(wording("chains.resting", language(), code=instrument.strip(), count=count))
            return
        found = chains.instrument_chain(lab, OPERATOR_ACTOR, instrument, on=day)
    finally:
        lab.close()
    if json:
        answer(found.to_json(language()))
    elif svg:
        sys.stdout.write(chain_drawing.whole(found, language()) + "\n")
    else:
        _print(found)


def _say(portion: Sequence[Resting]) -> None:
    for one in portion:
        sys.stdout.write(f"{one.certificate}\t{one.instrument}\t{one.performed_on:%d/%m/%Y}\n")


def _print(found: Chain) -> None:
    day = f"{found.day:%d/%m/%Y}"
    line(wording("chains.title", language(), code=found.instrument_code, day=day))
    if found.links:
        heads = [text(f"column.{name}") for name in COLUMNS]
        table(heads, [_row(link) for link in sorted(found.links, key=lambda one: -one.depth)], right=(0,))
    line(chain_drawing.sentence(found, language()))
    for findings, colour in ((found.breaks, "red"), (found.warnings, "yellow")):
        for said in dict.fromkeys(one.text(language()) for one in findings):  # each once, over however many links
            note(said, colour)


def _row(link: Link) -> tuple[str, ...]:
    point = Shown(link.nominal, link.nominal_unit or link.unit or "1").text(language()) if link.nominal else ""
    quantity = f"{quantity_name(link.quantity).text(language()) if link.quantity else '–'} {point}".strip()
    return (
        str(link.depth), link.instrument_code, link.certificate, link.laboratory(language()),
        f"{link.performed_on:%d/%m/%Y}", text("word.yes" if link.valid_on_day else "word.no"), quantity,
        chain_drawing.expanded_text(link, language()),
    )  # fmt: skip
