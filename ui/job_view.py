"""The sheet of a job as the components want it: steps, facts, plots, the record. Nothing is decided here."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from lims.quantity_text import in_unit
from lims.sheets import ConditionView, JobSheet, PhaseMark, PointView, RoleView
from lims.store.tables import StepRecord
from ui.components.audit_list import AuditLine
from ui.components.chip import chip
from ui.components.facts_strip import Fact
from ui.components.markup import tag
from ui.components.series_plot import SeriesPlot, SeriesPoint
from ui.components.step_bar import StepPart
from ui.numbers import as_typed, clock, day_short, local, quantity, with_uncertainty
from ui.result_view import easy_unit, of_live, shown_interval
from uncertainty.rounding import canonical, report
from uncertainty.units import display_unit
from uncertainty.wording import wording

_CONDITION_ICONS: Final = {"temperature": "thermometer", "humidity": "droplets", "pressure": "gauge"}


def step_parts(
    phases: Sequence[PhaseMark], now_detail: str, time_zone: str, language: str, *, received_on: date | None = None
) -> tuple[StepPart, ...]:
    """The step bar of a job.

    Args:
        phases: the marks of its steps.
        now_detail: what the step at hand is waiting for.
        time_zone: of the laboratory.
        language: `vi` or `en`.
        received_on: day of the reception, which is no step of the record.
    """
    parts = []
    for phase in phases:
        title = wording(f"screens.phase_{phase.key}", language)
        if phase.state == "done" and phase.at is not None:
            parts.append(StepPart(title, f"{day_short(local(phase.at, time_zone))} · {phase.who}", "done"))
        elif phase.state == "done":
            on = f"{day_short(received_on)} · " if phase.key == "receive" and received_on else ""
            parts.append(StepPart(title, f"{on}{phase.who}", "done"))
        elif phase.state == "now":
            parts.append(StepPart(title, now_detail, "now"))
        else:
            parts.append(StepPart(title, "", "ahead"))
    return tuple(parts)


def facts(sheet: JobSheet, language: str) -> tuple[Fact, ...]:
    """Environment, standards and equipment in one strip."""
    conditions = [_condition(one, language) for one in sheet.conditions]
    return tuple(conditions + [_role(one, language) for one in sheet.roles])


def condition_limits(one: ConditionView, language: str) -> str:
    """The limits of a condition as they stand beside its value."""
    least, most = ("" if limit is None else as_typed(limit, language) for limit in (one.least, one.most))
    return f"{least}…{most}" if least and most else f"≥ {least}" if least else f"≤ {most}" if most else ""


def _condition(one: ConditionView, language: str) -> Fact:
    texts = [as_typed(one.texts[moment], language) for moment in ("start", "end") if moment in one.texts]
    unit = display_unit(one.unit, language)
    value = f"{'…'.join(dict.fromkeys(texts))}\u00a0{unit}" if texts else wording("screens.not_noted", language)
    icon = next((icon for word, icon in _CONDITION_ICONS.items() if word in one.quantity), "")
    decided = chip(wording("screens.decided", language), "person", "user") if one.decided else None
    return Fact(
        one.label.text(language), value, condition_limits(one, language), "bad" if one.outside else "plain", icon,
        chip=decided,
    )  # fmt: skip


def _role(one: RoleView, language: str) -> Fact:
    badge = tag("span", "S", class_="c-load c-load--reference") if one.kind == "standard" else None
    icon = "" if badge else "scale"
    if not one.code:
        value = wording("screens.not_chosen", language)
        return Fact(one.label.text(language), value, icon=icon, badge=badge, wide=True, state="warn")
    detail, mark = "", None
    if one.value and one.expanded_uncertainty:
        detail = _value_of(one, language)
    if one.kind == "standard":
        words = "chain_unbroken" if one.unbroken else "chain_broken"
        text = wording(f"screens.{words}", language, levels=one.levels)
        mark = chip(text, "ok" if one.unbroken else "bad", "link" if one.unbroken else "unlink")
    return Fact(
        one.label.text(language), one.code, detail, "plain" if one.unbroken else "bad", icon, badge, mark,
        f"/instruments/{one.code}", wide=True,
    )  # fmt: skip


def _value_of(one: RoleView, language: str) -> str:
    unit, other = display_unit(one.unit, language), display_unit(one.uncertainty_unit, language)
    if one.unit == one.uncertainty_unit:
        return with_uncertainty(one.value, one.expanded_uncertainty, unit, language)
    return f"{quantity(one.value, unit, language)} ± {quantity(one.expanded_uncertainty, other, language)}"


def plot_of(sheet: JobSheet, points: Sequence[PointView], language: str) -> SeriesPlot | None:
    """One result: what each series gave. Several points: the result at each with U and limits."""
    if len({point.result.unit for point in points}) > 1:
        return None  # what has different units shares no axis
    return _by_point(sheet, points, language) if len(points) > 1 else _by_series(sheet, points[0], language)


def _by_series(sheet: JobSheet, point: PointView, language: str) -> SeriesPlot | None:
    observed = next(((name, rows) for name, rows in point.result.observed.items() if len(rows) > 1), None)
    if observed is None or all(row.text is None for row in observed[1]):
        return None
    name, rows = observed
    quantity_in = sheet.procedure.inputs[name]
    waiting = wording("screens.plot_waiting", language)
    series = tuple(
        SeriesPoint(
            wording("screens.series_number", language, number=row.row + 1),
            row.text,
            note=waiting if row.text is None else "",
        )
        for row in rows
    )
    title = wording("screens.plot_series", language, name=quantity_in.label.text(language))
    mean, spread = _mean_of(point, name, rows[0].unit)
    return SeriesPlot(
        title, display_unit(rows[0].unit, language), series, mean, spread, is_difference(quantity_in.observed)
    )


def is_difference(observed: str | None) -> bool:
    """Whether an observed quantity is a difference of readings: its value carries its sign, a ratio does not."""
    return observed is not None and "-" in observed


def _mean_of(point: PointView, name: str, unit: str) -> tuple[str, str]:
    """Mean of the series with its standard uncertainty, as the evaluation has them; empty where it has none."""
    stated = of_live(point.result)
    row = next((row for row in stated.output["budget"] if row["input"] == name), None) if stated else None
    if row is None or row["unit"] != unit or not row["standard_uncertainty"]:
        return "", ""
    shown = report(float(row["estimate"]), float(row["standard_uncertainty"]), 3)
    return shown.value, shown.expanded_uncertainty


def _by_point(sheet: JobSheet, points: Sequence[PointView], language: str) -> SeriesPlot:
    output = sheet.procedure.output
    stated = [of_live(point.result) for point in points]
    unit = next((easy_unit(sheet.procedure, one) for one in stated if one), output.unit)
    shown = []
    for point, one in zip(points, stated, strict=True):
        interval = shown_interval(sheet.procedure, one, language) if one else None
        label = as_typed(point.nominal.split(" ")[0], language)
        if one is None:
            shown.append(SeriesPoint(label, None))
        elif interval is not None:
            shown.append(SeriesPoint(label, interval.value, interval.expanded, "", interval.lower, interval.upper))
        else:
            shown.append(
                SeriesPoint(label, canonical_in(one.value, one.unit, unit), canonical_in(one.expanded, one.unit, unit))
            )
    title = wording("screens.plot_points", language, name=output.label.text(language))
    return SeriesPlot(title, display_unit(unit, language), tuple(shown), signed=output.kind != "value")


def canonical_in(text: str, from_unit: str, to_unit: str) -> str:
    """A canonical number in another unit of the same kind."""
    return canonical(in_unit(f"{text} {from_unit}", to_unit))


def trail_lines(
    steps: Sequence[StepRecord], names: dict[str, str], time_zone: str, language: str
) -> tuple[AuditLine, ...]:
    """The steps of a job, newest first. What was entered cell by cell stands in the grid and under it."""
    lines: list[AuditLine] = []
    for one in reversed(steps):
        line = AuditLine(
            moment(one.at, time_zone), names.get(one.person_id or "", "Chuẩn"), act_words(one.act, language), one.reason
        )
        if lines and (lines[-1].who, lines[-1].what, line.why) == (line.who, line.what, ""):
            continue
        lines.append(line)
    return tuple(lines)


def act_words(name: str, language: str) -> str:
    """An act in words; one that has no word of its own by its name, so that no entry is lost."""
    try:
        return wording(f"acts.{name}", language)
    except KeyError:
        return name


def moment(at: datetime, time_zone: str) -> str:
    """Day and time of an entry."""
    shown = local(at, time_zone)
    return f"{day_short(shown)}/{shown:%Y} {clock(shown)}"
