"""`lims history`: what each calibration of an instrument found and left, its drift, and the next value with its U."""

import sys
from typing import Annotated

import typer

from instruments.series import PointSeries
from lims import histories, history_drawing
from lims.commands.console import answer, home_of, language, line, note, table
from lims.commands.options import Home, Json
from lims.errors import Invalid
from lims.histories import HistorySheet
from lims.laboratory import Laboratory
from lims.people import OPERATOR_ACTOR
from lims.quantity_text import Shown
from lims.shift_text import day_of
from uncertainty.wording import wording

Code = Annotated[str, typer.Argument(metavar="INSTRUMENT", help="chain_instrument", show_default=False)]
On = Annotated[str, typer.Option("--on", metavar="DAY", help="history_on", show_default=False)]
Predict = Annotated[str, typer.Option("--predict", metavar="DAY", help="history_predict", show_default=False)]
Svg = Annotated[bool, typer.Option("--svg", help="history_svg")]
COLUMNS = ("day", "state", "value", "U", "certificate")


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("history", help="history")(show_history)


def show_history(
    instrument: Code, on: On = "", predict: Predict = "", home: Home = None, json: Json = False, svg: Svg = False
) -> None:
    """Say how an instrument has changed, point by point, and what is expected of it."""
    if json and svg:
        raise Invalid("chains.one_form")
    days = day_of(on) if on else None, day_of(predict) if predict else None
    lab = Laboratory.open(home_of(home))
    try:
        found = histories.instrument_history(lab, OPERATOR_ACTOR, instrument, on=days[0], predict=days[1])
    finally:
        lab.close()
    if json:
        answer(histories.to_json(found))
    elif svg:
        sys.stdout.write(history_drawing.whole(found, language()) + "\n")
    else:
        _print(found)


def _print(found: HistorySheet) -> None:
    line(wording("drift.title", language(), code=found.code, day=f"{found.history.day:%d/%m/%Y}"))
    if not found.history.series:
        note(wording("drift.nothing", language()))
    heads = [wording(f"drift.column_{name}", language()) for name in COLUMNS]
    for series in found.history.series:
        table(heads, rows_of(series, found), title=histories.point_words(series, language()), right=(2, 3))
        line(history_drawing.sentence(series, found, language()))
    if found.history.held is not None:
        since = f"{found.history.held.performed_on:%d/%m/%Y}"
        note(wording("drift.held_by_check", language(), code=found.code, day=since), "red")


def rows_of(series: PointSeries, sheet: HistorySheet) -> list[tuple[str, ...]]:
    """The values, checks and predictions of a point in the order of time, as they are shown."""
    rows: list[tuple[str, ...]] = []
    spoken = language()
    for one in series.observed:
        rows.append(_row(f"{one.day:%Y-%m-%d}", one.state, one.value, one.expanded, one.certificate, series.unit))
    for check in series.checks:
        value = Shown(histories.check_value(check, series), series.unit, sign=True).text(spoken)
        rows.append((f"{check.day:%Y-%m-%d}", f"check_{check.outcome}", value, "–", "–"))
    rows.sort(key=lambda row: row[0])
    for ahead in sheet.predictions(series):
        expanded = ahead.expanded_uncertainty
        rows.append(_row(f"{ahead.day:%Y-%m-%d}", "predicted", ahead.value, expanded, "–", series.unit))
    return [
        (f"{day[8:]}/{day[5:7]}/{day[:4]}", wording(f"drift.state_{state}", spoken), *rest)
        for day, state, *rest in rows
    ]


def _row(day: str, state: str, value: float, expanded: float | None, number: str, unit: str) -> tuple[str, ...]:
    digits, half = histories.rounded(value, expanded)
    shown = Shown(digits, unit, sign=True).text(language())
    return day, state, shown, Shown(half, unit).text(language()) if half else "–", number
