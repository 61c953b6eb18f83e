"""`lims impact`: what a standard found out of tolerance, or a corrected certificate, does to what rests on it."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from instruments.impact import MovedResult, Shift
from lims import impacts
from lims.commands.console import answer, home_of, language, line, table, text
from lims.commands.options import Home, Json
from lims.errors import Invalid
from lims.impacts import Affected
from lims.laboratory import Laboratory
from lims.people import OPERATOR_ACTOR
from lims.quantity_text import Shown
from lims.shift_text import amount_of, day_of
from uncertainty.rounding import canonical, exact
from uncertainty.wording import wording

COLUMNS = ("certificate", "instrument", "customer", "performed_on", "shift", "expanded", "share", "verdict")
WEIGHTS = ("flips", "large", "noticeable", "listed", "not_judged")
DIGITS = 3
Named = Annotated[str, typer.Argument(metavar="CERTIFICATE", help="impact_standard", show_default=False)]
Shifts = Annotated[list[str], typer.Option("--shift", metavar="AMOUNT", help="impact_shift", show_default=False)]
Since = Annotated[str, typer.Option("--from", "--since", metavar="DAY", help="impact_from", show_default=False)]
Until = Annotated[str, typer.Option("--to", "--until", metavar="DAY", help="impact_to", show_default=False)]
Ramp = Annotated[bool, typer.Option("--ramp", help="impact_ramp")]


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("impact", help="impact")(show_impact)


def show_impact(
    standard: Named, shift: Shifts, from_: Since = "", to: Until = "", ramp: Ramp = False, home: Home = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Rank the certificates that rest on a standard by how far a shift moves them."""
    amounts = tuple(amount_of(one) for one in shift)
    days = day_of(from_) if from_ else None, day_of(to) if to else None
    if days[0] and days[1] and days[0] > days[1]:
        raise Invalid("chains.days_order", first=from_, last=to)
    asked = Shift(amounts, *days, ramp=ramp)
    lab = Laboratory.open(home_of(home))
    try:
        found = impacts.impact_of(lab, OPERATOR_ACTOR, standard, shift=asked)
    finally:
        lab.close()
    if json:
        answer(
            {
                "standard": found.standard, "of": list(found.certificates), "shift": [asdict(one) for one in amounts],
                "from": found.shift.first_day,
                "to": found.shift.until, "ramp": ramp, "counts": {name: found.count(name) for name in WEIGHTS},
                "affected": [as_row(one) for one in found.affected],
            }
        )  # fmt: skip
        return
    if found.affected:
        table([text(f"column.{name}") for name in COLUMNS], [_shown(one) for one in found.affected], right=(4, 5, 6))
    counts = {name: found.count(name) for name in WEIGHTS}
    line(wording("chains.impact_counts", language(), count=len(found.affected), **counts))


def as_row(one: Affected) -> dict[str, Any]:
    """One affected certificate as scripts read it; numbers in the unit beside them, of its worst point."""
    moved = one.moved
    return {
        "certificate": moved.certificate,
        "instrument": one.instrument,
        "customer": one.customer,
        "performed_on": moved.performed_on,
        **_numbers(moved.worst),
        "verdict_before": one.verdict_before,
        "verdict_after": one.verdict_after,
        "judged": moved.judged,
        "weight": one.weight,
        "levels_below": moved.depth,
        "own": moved.own_certificate_id is not None,
        "withdrawn_on": moved.withdrawn_on,
        "points": [_numbers(result) for result in moved.results],
    }


def _numbers(result: MovedResult) -> dict[str, Any]:
    return {
        "quantity": result.quantity,
        "point": None if result.point is None else f"{result.point} {result.point_unit or ''}".strip(),
        "shift": result.shift,
        "unit": result.unit,
        "U": result.expanded_uncertainty,
        "shift_over_U": result.shift_over_u,
        "reason": None if result.reason is None else result.reason.text(language()),
    }


def _shown(one: Affected) -> tuple[str, ...]:
    worst = one.moved.worst
    day = f"{one.moved.performed_on:%d/%m/%Y}"
    head = (one.moved.certificate, one.instrument, one.customer, day)
    unjudged = next((result.reason for result in one.moved.results if result.reason is not None), None)
    if worst.shift_over_u is None or worst.shift is None:
        return (
            *head,
            "–",
            _number(worst.expanded_uncertainty, worst.unit),
            "–",
            unjudged.text(language()) if unjudged else "",
        )
    share = _number(100 * worst.shift_over_u, "%")
    said = "" if one.verdict_before is None else text(f"word.{one.verdict_before}")
    if one.flips:
        said += f" → {text(f'word.{one.verdict_after}')}"
    return (*head, _number(worst.shift, worst.unit), _number(worst.expanded_uncertainty, worst.unit), share, said)


def _number(number: float | None, unit: str) -> str:
    if number is None:
        return "–"
    return Shown(canonical(exact(float(f"{number:.{DIGITS}g}")).normalize()), unit).text(language())
