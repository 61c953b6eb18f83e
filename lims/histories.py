"""The history of an instrument as screens and commands ask for it: series, drift, and what is predicted."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from instruments.drift import Prediction
from instruments.registry import due_on, latest_calibration
from instruments.series import Checked, InstrumentHistory, Observed, PointSeries, history_of
from lims.chains import instrument_named, visible
from lims.errors import Refused
from lims.procedure_format import Label
from lims.quantity_text import Shown
from lims.step import Act, query
from uncertainty.rounding import canonical, exact, report


@dataclass(frozen=True)
class HistorySheet:
    """The history of one instrument, the last day of use of its calibration, and the days asked to be predicted."""

    code: str
    name: Label
    history: InstrumentHistory
    due: date | None
    predicted: tuple[date, ...]

    def predictions(self, series: PointSeries) -> list[Prediction]:
        """The values expected of a point on the days asked about; none where nothing is known of its drift."""
        return [] if series.drift is None else [series.drift.predict(day) for day in self.predicted]


@query(permission="registry.read")
def instrument_history(act: Act, code: str, *, on: date | None = None, predict: date | None = None) -> HistorySheet:
    """The history of an instrument as it was known on a day, with the values predicted for its due date and for a day.

    Raises:
        Refused: there is no such instrument, or the actor may not see it.
    """
    found = instrument_named(act.session, code)
    if found is None or not visible(act, found):
        raise Refused("chains.instrument_unknown", code=code)
    day = on or act.day
    latest = latest_calibration(act.session, found.id, day)
    due = due_on(act.session, latest, day) if latest else None
    days = tuple(sorted({one for one in (due, predict) if one is not None}))
    name = Label(found.name_vi, found.name_en)
    return HistorySheet(found.code, name, history_of(act.session, found.id, day), due, days)


def point_words(series: PointSeries, language: str) -> str:
    """The point of a series: its nominal value, or its quantity where it has none."""
    if series.nominal is None:
        return series.quantity
    return Shown(series.nominal, series.nominal_unit or series.unit).text(language)


def rounded(value: float, expanded: float | None) -> tuple[str, str]:
    """A value and its U as canonical numbers, U to two digits; the second is empty where there is no U."""
    if not expanded:
        return canonical(exact(float(f"{value:.6g}")).normalize()), ""
    found = report(value, expanded)
    return found.value, found.expanded_uncertainty


def check_value(check: Checked, series: PointSeries) -> str:
    """The value of a check, a canonical number rounded as the values of its point are."""
    known = [one.expanded for one in series.observed if one.expanded]
    return rounded(check.value, known[-1] if known else None)[0]


def to_json(sheet: HistorySheet) -> dict[str, Any]:
    """The history as plain data; values and uncertainties in the unit of their series."""
    held = sheet.history.held
    return {
        "instrument": sheet.code,
        "day": sheet.history.day,
        "due": sheet.due,
        "adjusted": [{"day": day, "description": said} for day, said in sheet.history.adjusted],
        "held_since": None if held is None else held.performed_on,
        "series": [_series(one, sheet) for one in sheet.history.series],
    }


def _series(one: PointSeries, sheet: HistorySheet) -> dict[str, Any]:
    drift = one.drift
    return {
        "quantity": one.quantity, "kind": one.kind, "nominal": one.nominal, "nominal_unit": one.nominal_unit,
        "unit": one.unit, "observed": [_observed(each) for each in one.observed],
        "checks": [_checked(each) for each in one.checks],
        "drift": None if drift is None else {
            "rate_per_year": drift.rate, "U": drift.coverage_factor * drift.rate_uncertainty,
            "k": drift.coverage_factor, "significant": drift.significant, "consistent": drift.consistent,
        },
        "predicted": [
            {"day": each.day, "value": each.value, "U": each.expanded_uncertainty, "U_line": each.line_uncertainty}
            for each in sheet.predictions(one)
        ],
    }  # fmt: skip


def _observed(one: Observed) -> dict[str, Any]:
    return {
        "day": one.day, "state": one.state, "value": one.value, "U": one.expanded, "certificate": one.certificate,
        "adjustments_before": one.stretch,
    }  # fmt: skip


def _checked(one: Checked) -> dict[str, Any]:
    return {
        "day": one.day, "value": one.value, "lower": one.lower, "upper": one.upper, "outcome": one.outcome,
        "held": one.held,
    }  # fmt: skip
