"""The results of an evaluation as the certificate prints them: table, answer, coverage, budget, conformity."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from certificates.content import (
    AnswerLine,
    AnswerPanel,
    Bilingual,
    Budget,
    BudgetLine,
    Column,
    Conformity,
    CoverageStatement,
    ResultTable,
)
from lims.disciplines import discipline
from lims.interpolated_standards import input_note, neighbours_on_record
from lims.outcomes import final_points, outcome_counts
from lims.procedure_format import Procedure
from lims.quantity_text import fits, in_unit
from uncertainty.rounding import canonical
from uncertainty.wording import wording

BUDGET_DIGITS = 3
MOST_NAMES = 3


def both(key: str, **values: object) -> Bilingual:
    """A sentence in both languages."""
    return Bilingual(wording(key, "vi", **values), wording(key, "en", **values))


def result_table(procedure: Procedure, points: list[dict[str, Any]]) -> ResultTable:
    """The table of results: nominal value, result, deviation where there is one, U and k."""
    output, unit = procedure.output, points[0]["unit"]
    nominal_unit = next((one["nominal"][1] for one in points if one.get("nominal")), None)
    columns = []
    if nominal_unit is not None:
        columns.append(Column("nominal", both("lims.column.nominal"), nominal_unit, role="nominal"))
    label, signed = Bilingual(output.label.vi, output.label.en), output.kind != "value"
    columns.append(Column("value", label, unit, emphasis=True, signed=signed, role=output.kind))
    deviations = [deviation(one) for one in points] if output.kind == "value" else []
    if any(deviations):
        columns.append(Column("deviation", both("lims.column.deviation"), unit, signed=True, role="deviation"))
    columns.append(Column("U", both("lims.column.expanded_uncertainty"), unit, symbol="U", emphasis=True))
    columns.append(Column("k", both("lims.column.coverage_factor"), "1", symbol="k"))
    rows = []
    for index, one in enumerate(points):
        row: list[str | None] = [one["nominal"][0] if one.get("nominal") else None] if nominal_unit else []
        row.append(one["value"])
        if any(deviations):
            row.append(deviations[index])
        rows.append((*row, one["expanded_uncertainty"], one["coverage_factor"]))
    return ResultTable(tuple(columns), tuple(rows))


def deviation(point: dict[str, Any]) -> str | None:
    """The result minus the nominal value, to the place of the printed result; None without a nominal value."""
    if not point.get("nominal"):
        return None
    digits, unit = point["nominal"]
    if not fits(f"{digits} {unit}", point["unit"]):
        return None  # a resistance at a temperature has no nominal value to differ from
    value = Decimal(point["value"])
    return canonical((value - in_unit(f"{digits} {unit}", point["unit"])).quantize(value))


def limit_of(point: Mapping[str, Any]) -> str | None:
    """The limit to the place of the result, where it has no more digits; None where nothing was to be stated."""
    if not point.get("conformity"):
        return None
    text, value = point["conformity"]["limit_upper"], Decimal(point["value"])
    finer = Decimal(text).quantize(value) if int(value.as_tuple().exponent) < 0 else Decimal(text)
    return canonical(finer) if finer == Decimal(text) else str(text)


def answer(procedure: Procedure, points: list[dict[str, Any]]) -> AnswerPanel:
    """The answer on page one: the one result, or how many points and the largest error."""
    label = Bilingual(procedure.output.label.vi, procedure.output.label.en)
    first = points[0]
    if len(points) == 1:
        return AnswerPanel(
            label,
            value=first["value"],
            expanded_uncertainty=first["expanded_uncertainty"],
            unit=first["unit"],
            coverage_factor=first["coverage_factor"],
            coverage_probability=first["coverage_probability"],
        )
    counts = outcome_counts(points)
    if counts:
        return AnswerPanel(label, points=len(final_points(points)), outcomes=counts)
    if len({one["unit"] for one in points}) > 1:
        return AnswerPanel(label, points=len(final_points(points)))
    largest = max(points, key=lambda one: abs(Decimal(one["value"])))
    widest = max(points, key=lambda one: Decimal(one["expanded_uncertainty"]))
    lines: tuple[AnswerLine, ...] = (
        AnswerLine(both("lims.column.largest_uncertainty"), widest["expanded_uncertainty"], widest["unit"]),
    )
    if procedure.output.kind != "value":
        error = AnswerLine(both("lims.column.largest_error"), largest["value"], largest["unit"], signed=True)
        lines = (error, *lines)
    return AnswerPanel(label, points=len(points), lines=lines)


def coverage_statement(points: list[dict[str, Any]]) -> CoverageStatement:
    """What is said of k and p; k is left to its column where it differs from point to point."""
    factors = {one["coverage_factor"] for one in points}
    own = any(one["basis"] == "distribution" for one in points)
    return CoverageStatement(
        coverage_factor=factors.pop() if len(factors) == 1 else None,
        coverage_probability=points[0]["coverage_probability"],
        normal=all(one["normal"] for one in points),
        effective_dof=points[0]["dof"] if len(points) == 1 else None,
        distribution=both("lims.own_distribution") if own else None,
    )


def budget(procedure: Procedure, points: list[dict[str, Any]]) -> Budget | None:
    """The uncertainty contributions of a single result, in a unit in which they are easy to read."""
    if len(points) != 1:
        return None
    point = points[0]
    rows = [one for one in point["output"]["budget"] if one["contribution"]]
    unit = _easy_unit(discipline(procedure.discipline).units, point)
    combined = in_unit(f"{Decimal(repr(point['output']['standard_uncertainty']))} {point['unit']}", unit)
    place = Decimal((0, (1,), combined.adjusted() - BUDGET_DIGITS + 1))
    place = min(place, Decimal(1))
    lines, between = [], neighbours_on_record(point)
    for row in rows:
        part = Decimal(repr(row["contribution"]))
        share = in_unit(f"{abs(part) if row['kind'] == 'input' else part} {point['unit']}", unit)
        said = budget_source(procedure, row)
        percent = str((Decimal(repr(row["share"])) * 100).quantize(Decimal(1)))
        note = input_note(procedure.inputs.get(row["input"]), between)
        lines.append(
            BudgetLine(said, row.get("evaluation_type") or "", canonical(share.quantize(place)), percent, note)
        )
    return Budget(unit, tuple(lines), canonical(combined.quantize(place)))


def budget_source(procedure: Procedure, row: Mapping[str, Any]) -> Bilingual:
    """What a row of a budget is called: the label of its input, or what the inputs of a covariance have in common."""
    if row["kind"] == "input":
        label = procedure.inputs[row["input"]].label if row["input"] in procedure.inputs else None
        return Bilingual(label.vi, label.en) if label else Bilingual(row["input"], row["input"])
    names = [name for name in row["input"].split(", ") if name]
    symbols = [procedure.inputs[name].symbol if name in procedure.inputs else name for name in names]
    if len(symbols) > MOST_NAMES:
        symbols = [*symbols[: MOST_NAMES - 1], "…", symbols[-1]]
    return both(f"lims.budget_{'shared' if row.get('through') else row['kind']}", names=", ".join(symbols))


def _easy_unit(units: tuple[str, ...], point: dict[str, Any]) -> str:
    """The largest unit in which the combined standard uncertainty is at least 1, the result's own where none fits."""
    u = Decimal(repr(point["output"]["standard_uncertainty"]))
    for unit in units:
        if fits(f"1 {point['unit']}", unit) and in_unit(f"{u} {point['unit']}", unit) >= 1:
            return unit
    return units[-1] if u > 0 and fits(f"1 {point['unit']}", units[-1]) else str(point["unit"])


def plot_key(procedure: Procedure, points: list[dict[str, Any]]) -> tuple[Bilingual, ...]:
    """How the plot in the rows is to be read, where there is one."""
    said = [both("documents.class_met_note")] if any(one.get("class_met") for one in points) else []
    if not procedure.report.plot:
        return tuple(said)
    phases = {one["point"].get("phase") for one in points}
    limited = any(one.get("conformity") for one in points)
    key = "phases" if len(phases) > 1 and procedure.matrix is None else "limits" if limited else "bare"
    return (both(f"documents.plot_key_{key}"), *said)


def conformity(points: list[dict[str, Any]], overall: str | None) -> Conformity | None:
    """The statement of conformity: of a single result with its limits, of several as a whole (7.8.6)."""
    said = next((one["conformity"] for one in points if one.get("conformity")), None)
    if said is None or overall is None:
        return None
    if len(points) != 1:
        return Conformity(Bilingual(**said["specification"]), overall, said["rule"], said["unit"])
    return Conformity(
        specification=Bilingual(**said["specification"]),
        verdict=said["verdict"],
        rule=said["rule"],
        unit=said["unit"],
        limit_lower=said["limit_lower"],
        limit_upper=said["limit_upper"],
        guard_band=said["guard_band"],
        value=said["value"],
        expanded_uncertainty=said["expanded_uncertainty"],
        risk=said.get("risk"),
    )
