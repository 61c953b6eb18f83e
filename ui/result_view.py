"""Results and budgets as the components want them: from a live result or from an evaluation kept on record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from certificates.edition import percent_said
from lims.content_results import budget_source
from lims.disciplines import discipline
from lims.interpolated_standards import Neighbours, input_label, neighbours_on_record
from lims.procedure_format import Procedure
from lims.quantity_text import fits, in_unit
from lims.results import PointResult, risk_percent
from ui.components.budget_table import Budget, BudgetLine
from ui.components.interval_strip import Interval, Verdict
from ui.components.result_panel import Methods, Result
from ui.components.share_bar import Share
from ui.numbers import degrees_of_freedom, number
from uncertainty.rounding import canonical, report
from uncertainty.units import display_unit
from uncertainty.wording import wording

_DIGITS: Final = 3


@dataclass(frozen=True)
class Stated:
    """One point's result as it is printed, with the evaluation behind it (the format of `lims evaluate --json`).

    Attributes:
        unit: of value and U, as the procedure names it.
        kind: value, measurement_error or correction.
        value: canonical.
        expanded: canonical.
        coverage_factor: canonical.
        coverage_probability: part of one.
        output: the evaluated output with its budget.
        conformity: verdict, limit and error in `unit`, where one was agreed.
        nominal: of the point, as text with its unit; empty where it has none.
        between: by role, the results between which the value of a standard was interpolated.
    """

    unit: str
    kind: str
    value: str
    expanded: str
    coverage_factor: str
    coverage_probability: float
    output: Mapping[str, Any]
    conformity: Mapping[str, str] | None
    nominal: str
    between: Neighbours = field(default_factory=dict)


def of_live(found: PointResult) -> Stated | None:
    """What a live result states; None while there is none."""
    if found.evaluation is None or found.value is None or found.expanded_uncertainty is None:
        return None
    said = found.conformity
    conformity = (
        {
            "verdict": said.verdict,
            "rule": said.rule,
            "limit": said.limit,
            "error": said.error,
            "class": said.tolerance.class_text,
            "risk": "" if said.risk is None else risk_percent(said.risk),
        }
        if said
        else None
    )
    return Stated(
        found.unit,
        found.kind,
        found.value,
        found.expanded_uncertainty,
        found.coverage_factor or "",
        found.coverage_probability or 0.0,
        found.evaluation.to_json()["outputs"][found.output],
        conformity,
        found.point.get("nominal", ""),
        found.between,
    )


def of_record(point: Mapping[str, Any], language: str) -> Stated:
    """What an evaluation kept on record states of one point."""
    said = point.get("conformity")
    conformity = (
        {
            "verdict": said["verdict"],
            "rule": said["rule"],
            "limit": said["limit_upper"],
            "error": said["value"],
            "class": said["specification"][language],
            "risk": said.get("risk") or "",
        }
        if said
        else None
    )
    return Stated(
        point["unit"],
        point["kind"],
        point["value"],
        point["expanded_uncertainty"],
        point["coverage_factor"],
        float(point["coverage_probability"]),
        point["output"],
        conformity,
        point["point"].get("nominal", ""),
        neighbours_on_record(point),
    )


def shown_result(procedure: Procedure, stated: Stated | None, language: str, *, provisional: str = "") -> Result:
    """The result panel of one point; without a result a dash and the reason why."""
    output = procedure.output
    label, symbol, signed = output.label.text(language), output.symbol or output.name, output.kind != "value"
    if stated is None:
        return Result(label, symbol, None, None, display_unit(output.unit, language), provisional=provisional)
    interval = shown_interval(procedure, stated, language)
    return Result(
        label=label,
        symbol=symbol,
        value=stated.value,
        expanded=stated.expanded,
        unit=display_unit(stated.unit, language),
        coverage_factor=stated.coverage_factor,
        coverage_probability=percent_said(_text(stated.coverage_probability)),
        degrees_of_freedom=degrees_of_freedom(stated.output.get("effective_dof"), language),
        provisional=provisional,
        interval=interval,
        limits=_limits(stated, language),
        methods=_methods(stated, language),
        preview=wording("screens.result_preview", language) if stated.output["coverage_basis"] == "preview" else "",
        terms=_risk(stated, language),
        signed=signed,
    )


def _risk(stated: Stated, language: str) -> tuple[tuple[str, str], ...]:
    """The specific risk of the statement of conformity, where there is one."""
    risk = stated.conformity["risk"] if stated.conformity else ""
    if not risk:
        return ()
    figure = f"< {number('0.01', language)}" if Decimal(risk) == 0 else number(risk, language)
    return ((wording("screens.specific_risk", language), f"{figure}\u00a0%"),)


def shown_interval(procedure: Procedure, stated: Stated, language: str) -> Interval | None:
    """The result between its limits, in a unit in which U is easy to read; None where none were agreed."""
    said = stated.conformity
    if said is None:
        return None
    unit = easy_unit(procedure, stated)
    expanded = _in(stated.expanded, stated.unit, unit)
    limit = canonical(_in(said["limit"], stated.unit, unit).normalize())
    error = _in(said["error"], stated.unit, unit).quantize(expanded)
    verdict: Verdict | None = "outside" if said["verdict"] == "fail" else None
    return Interval(canonical(error), canonical(expanded), f"-{limit}", limit, display_unit(unit, language), verdict)


def shown_budget(procedure: Procedure, stated: Stated, language: str) -> Budget:
    """The budget in the order of the model, contributions in a unit in which they are easy to read."""
    unit = easy_unit(procedure, stated)
    combined = _in(_text(stated.output["standard_uncertainty"]), stated.unit, unit)
    place = min(Decimal((0, (1,), combined.adjusted() - _DIGITS + 1)), Decimal(1))
    return Budget(
        symbol=procedure.output.symbol or procedure.output.name,
        unit=display_unit(unit, language),
        lines=tuple(_line(procedure, stated, row, unit, place, language) for row in _rows(stated)),
        estimate=stated.value,
        estimate_unit=display_unit(stated.unit, language),
        uncertainty=canonical(combined.quantize(place)),
        coverage_factor=stated.coverage_factor,
        expanded=canonical(_in(stated.expanded, stated.unit, unit)),
    )


def shown_shares(procedure: Procedure, stated: Stated) -> tuple[Share, ...]:
    """The shares of the budget for one stacked bar."""
    return tuple(Share(_symbol(procedure, row) or row["input"], row["share"]) for row in _rows(stated) if row["share"])


def easy_unit(procedure: Procedure, stated: Stated) -> str:
    """The largest unit of the discipline in which u is at least 1; the result's own where there is none."""
    u = Decimal(_text(stated.output["standard_uncertainty"]))
    for unit in discipline(procedure.discipline).units:
        if u and fits(f"1 {stated.unit}", unit) and _in(str(u), stated.unit, unit) >= 1:
            return unit
    return stated.unit


def _rows(stated: Stated) -> list[Mapping[str, Any]]:
    """The rows that say something: exact constants contribute nothing."""
    return [row for row in stated.output["budget"] if row["kind"] != "input" or row["contribution"]]


def _line(
    procedure: Procedure, stated: Stated, row: Mapping[str, Any], unit: str, place: Decimal, language: str
) -> BudgetLine:
    known = procedure.inputs.get(row["input"])
    contribution = _in(_text(row["contribution"]), stated.unit, unit).quantize(place)
    if row["kind"] != "input":
        source = getattr(budget_source(procedure, row), language)
        return BudgetLine("", source, None, "", canonical(contribution), "", row["share"])
    distribution = (
        wording("screens.type_a", language)
        if row.get("evaluation_type") == "A"
        else wording(f"uncertainty.distribution_{row['distribution']}", language)
    )
    return BudgetLine(
        _symbol(procedure, row),
        input_label(known, stated.between).text(language) if known else row["input"],
        _estimate(row),
        display_unit(row["unit"], language) if row["unit"] else "",
        canonical(abs(contribution)),
        distribution,
        row["share"],
    )


def _symbol(procedure: Procedure, row: Mapping[str, Any]) -> str:
    known = procedure.inputs.get(row["input"])
    return (known.symbol or known.name) if known else ("" if row["kind"] != "input" else str(row["input"]))


def _estimate(row: Mapping[str, Any]) -> str:
    """An estimate to the place that its uncertainty gives; without uncertainty its own digits."""
    estimate, u = float(row["estimate"] or 0.0), float(row["standard_uncertainty"] or 0.0)
    if u <= 0 or estimate == 0:
        return canonical(Decimal(_text(estimate)).normalize()) if estimate else "0"
    return report(estimate, u, 2).value


def _limits(stated: Stated, language: str) -> str:
    if stated.conformity is None:
        return ""
    if not stated.conformity["class"]:
        return wording("documents.limit", language)
    return wording("screens.limits_of_class", language, accuracy_class=stated.conformity["class"])


def _methods(stated: Stated, language: str) -> Methods | None:
    carlo = stated.output.get("monte_carlo")
    if not carlo or carlo.get("validates_gum") is None:
        return None
    if carlo["validates_gum"]:
        return Methods(agree=True)
    low, high = (float(carlo.get(side) or 0) for side in ("d_low", "d_high"))
    shown = report(max(low, high), max(low, high) or 1.0, 2).value
    return Methods(agree=False, difference=f"{number(shown, language)}\u00a0{display_unit(stated.unit, language)}")


def _in(text: str, from_unit: str, to_unit: str) -> Decimal:
    return in_unit(f"{text} {from_unit}" if from_unit not in ("", "1") else text, to_unit)


def _text(value: float) -> str:
    """A float as the shortest plain decimal."""
    return canonical(Decimal(repr(float(value))))
