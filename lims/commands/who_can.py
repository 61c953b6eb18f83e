"""`lims who-can`: which centres and institutes are recognised for a point or a range, the best uncertainty first."""

from typing import Annotated

import typer

from instruments.capability import Offer
from lims import who_can
from lims.commands.console import answer, home_of, language, line, note, table
from lims.commands.options import Home, Json
from lims.laboratory import Laboratory
from lims.people import OPERATOR_ACTOR
from lims.shift_text import day_of
from uncertainty.wording import wording

COLUMNS = ("body", "recognition", "range", "cmc", "meets")
Quantity = Annotated[str, typer.Argument(metavar="QUANTITY", help="who_can_quantity", show_default=False)]
Point = Annotated[str, typer.Argument(metavar="VALUE|RANGE", help="who_can_point", show_default=False)]
MostU = Annotated[str, typer.Option("--U", metavar="AMOUNT", help="who_can_u", show_default=False)]
On = Annotated[str, typer.Option("--on", metavar="DAY", help="who_can_on", show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    negative = {"ignore_unknown_options": True}  # "-10..5 V" is a range, not an option
    app.command("who-can", help="who_can", context_settings=negative)(show_who_can)


def show_who_can(
    quantity: Quantity, point: Point, most_u: MostU = "", on: On = "", home: Home = None, json: Json = False
) -> None:
    """Find who can calibrate this."""
    day = day_of(on) if on else None
    lab = Laboratory.open(home_of(home))
    try:
        found = who_can.search(lab, OPERATOR_ACTOR, quantity=quantity, point=point, most_u=most_u, on=day)
    finally:
        lab.close()
    if json:
        answer(who_can.to_json(found))
        return
    spoken = language()
    asked = {"quantity": found.quantity, "point": found.asked(spoken), "day": f"{found.day:%d/%m/%Y}"}
    line(wording("scopes.asked", spoken, count=len(found.offers), **asked))
    if not found.offers:
        note(wording("scopes.nobody", spoken))
        return
    table([wording(f"scopes.column_{one}", spoken) for one in COLUMNS], [_row(one, found) for one in found.offers])


def _row(one: Offer, found: who_can.Found) -> tuple[str, ...]:
    spoken = language()
    name = (one.name.name_vi if spoken == "vi" else one.name.name_en) if one.name else ""
    recognition = f"{wording(f'bodies.recognition_{one.recognition.kind}', spoken)} {one.recognition.number}".strip()
    meets = "" if one.meets is None else wording(f"scopes.{'meets' if one.meets else 'misses'}", spoken)
    cmc = who_can.shown_cmc(one, found.wanted, spoken)
    return f"{one.body.code} {name}".strip(), recognition, who_can.shown_range(one, spoken), cmc, meets
