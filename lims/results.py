"""Procedure + indications + standards -> the result of one point, as it stands now and as it is printed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_UP, Context, Decimal
from typing import Any, Literal

from lims.bound_numbers import number_of
from lims.circumstances import Circumstances, EquipmentInUse, Property, StandardInUse
from lims.interpolated_standards import Neighbours, neighbours_in_use
from lims.measurement import archives_of, at_point, complete_rows, measurement_model
from lims.needs import Need, OutsideLimits, agreed_tolerance, check_environment, needs
from lims.procedure_format import Procedure, ProcedureInput
from lims.quantity_text import fits, in_unit
from lims.readings import Unusual, grid, row_values, unusual
from lims.tolerances import Tolerance
from uncertainty.conformity import Verdict, guard_band, verdict
from uncertainty.errors import Invalid, Stated
from uncertainty.evaluation import Evaluation, OutputResult, evaluate
from uncertainty.expression import read_expression
from uncertainty.measurement_model import MeasurementModel
from uncertainty.model_file import read_model
from uncertainty.rounding import canonical, exact, report
from uncertainty.wording import Phrase

__all__ = [
    "Circumstances", "Conformity", "EquipmentInUse", "Need", "ObservedRow", "OutsideLimits", "PointResult", "Property",
    "StandardInUse", "Unusual", "check_environment", "evaluate_point", "grid", "measurement_model",
    "needs", "unusual",
]  # fmt: skip
HUNDREDTH = Decimal("0.01")
_WIDE = Context(prec=400)


@dataclass(frozen=True, slots=True)
class ObservedRow:
    """What one repetition gives: the observed quantity in the unit of its columns, None while a cell is empty."""

    row: int
    text: str | None
    unit: str


@dataclass(frozen=True, slots=True)
class Conformity:
    """A statement of conformity with its rule and limits, judged on unrounded values. ISO/IEC 17025, 7.8.6.

    Texts are in the unit of the result. `error` is what the limits bound: the deviation from the nominal value, or
    the measurement error itself.
    """

    verdict: str  # of `uncertainty.conformity`
    rule: str
    tolerance: Tolerance
    limit: str  # ± about the nominal value
    guard: str | None  # width of the guard band, None without one
    error: str
    warnings: tuple[Phrase, ...]
    risk: float | None = None  # specific risk that the verdict is wrong; None for a preview, or where none is stated


@dataclass(frozen=True, slots=True)
class PointResult:
    """The result of one point: complete, provisional while readings are missing, or absent with the reason."""

    point: Mapping[str, str]
    output: str
    unit: str
    kind: str
    circumstances_sha256: str
    provisional: bool = False
    why: Stated | None = None  # why there is no result
    value: str | None = None  # as printed
    expanded_uncertainty: str | None = None  # as printed, in `unit`
    coverage_factor: str | None = None  # as printed
    coverage_probability: float | None = None
    deviation: str | None = None  # as printed: value minus nominal; None for an error and without nominal value
    evaluation: Evaluation | None = None
    conformity: Conformity | None = None
    observed: Mapping[str, tuple[ObservedRow, ...]] = field(default_factory=dict)
    needs: tuple[Need, ...] = ()
    model: Mapping[str, Any] = field(default_factory=dict)
    between: Neighbours = field(default_factory=dict)  # by role, where a standard's value is interpolated

    @property
    def result(self) -> OutputResult | None:
        """Return the evaluated output quantity, unrounded."""
        return None if self.evaluation is None else self.evaluation.outputs[self.output]

    @property
    def is_preview(self) -> bool:
        """Whether the numbers look ahead to a distribution that only the record will have."""
        return self.result is not None and self.result.coverage_basis == "preview"


def evaluate_point(
    procedure: Procedure,
    point: Mapping[str, str],
    circumstances: Circumstances,
    *,
    monte_carlo: bool = False,
    trials: int | None = None,
    seed: int | None = None,
) -> PointResult:
    """The result of one point from what has been read so far.

    Args:
        procedure: the edition the job keeps.
        point: the point's own numbers ("nominal": "10 kg").
        circumstances: what was at hand and read; complete rows are used.
        monte_carlo: whether distributions are propagated too (for the record); live, first order alone with a preview
            of the distribution where the result will come from it.
        trials: number of Monte Carlo trials, else what the procedure says.
        seed: of the random numbers, else what the procedure says.

    Returns:
        A result; without enough data one that says why there is none. It never raises for data that people typed.

    Source: ISO/IEC 17025:2017, 7.6; GUM (JCGM 100), 8.
    """
    at_hand = at_point(procedure, point, circumstances)
    procedure = procedure.at(at_hand.point)
    output, missing = procedure.output, needs(procedure, at_hand)
    known: dict[str, Any] = {
        "point": at_hand.point, "output": output.name, "unit": output.unit, "kind": output.kind, "needs": missing,
        "circumstances_sha256": at_hand.sha256, "between": neighbours_in_use(at_hand.standards),
        "provisional": any(need.place.startswith("readings.") for need in missing),
        "observed": {one.name: _observed(one, procedure, at_hand) for one in procedure.inputs.values() if one.observed},
    }  # fmt: skip
    blocking = [need for need in missing if need.blocks_evaluation]
    if blocking:
        return PointResult(**known, why=Invalid(blocking[0].key, **blocking[0].values))
    few = _too_few(procedure, at_hand)
    if few is not None:
        return PointResult(**known, why=few)
    try:
        model = measurement_model(procedure, point, at_hand)
        wanted: bool | Literal["preview"] = True if monte_carlo else "preview"
        read = read_model(model, results=archives_of(procedure, at_hand))
        evaluation = evaluate(read, monte_carlo=wanted, trials=trials, seed=seed)
        return PointResult(**known, model=model, evaluation=evaluation, **_printed(procedure, at_hand, evaluation))
    except Invalid as problem:
        return PointResult(**known, why=problem)
    except ArithmeticError:  # a reading or a record of 1e99: beyond what double precision can square
        return PointResult(**known, why=Invalid("procedures.out_of_range"))


def _printed(procedure: Procedure, circumstances: Circumstances, evaluation: Evaluation) -> dict[str, Any]:
    output = procedure.output
    found = evaluation.outputs[output.name]
    reported = report(found.estimate, found.expanded_uncertainty, procedure.report.digits)
    deviation = None
    if output.kind == "value" and fits(circumstances.point.get("nominal", ""), output.unit):
        deviation = canonical(Decimal(reported.value) - in_unit(circumstances.point["nominal"], output.unit))
    return {
        "value": reported.value,
        "expanded_uncertainty": reported.expanded_uncertainty,
        "coverage_factor": coverage_factor_text(found.coverage_factor),
        "coverage_probability": found.coverage_probability,
        "deviation": deviation,
        "conformity": _conformity(procedure, circumstances, found, evaluation.model),
    }


def risk_percent(risk: float) -> str:
    """A specific risk as printed: per cent, two decimals, rounded upwards; "0.00" below 0.01 %."""
    percent = 100 * exact(risk)
    return canonical(percent.quantize(HUNDREDTH, ROUND_UP if percent >= HUNDREDTH else ROUND_DOWN))


def coverage_factor_text(factor: float) -> str:
    """A coverage factor as printed: two decimals, "2" for 2.00."""
    rounded = exact(factor).quantize(HUNDREDTH)
    return canonical(rounded.to_integral_value() if rounded == rounded.to_integral_value() else rounded)


def _conformity(
    procedure: Procedure, circumstances: Circumstances, found: OutputResult, model: MeasurementModel
) -> Conformity | None:
    """The verdict by the agreed rule, on unrounded values; None where none was agreed or its limit does not exist."""
    agreed, unit = circumstances.conformity, procedure.output.unit
    if agreed is None or procedure.report.conformity is None:
        return None
    try:
        limit = agreed_tolerance(procedure, circumstances)
        guard = in_unit(agreed["guard"], unit) if agreed.get("guard") else None
    except Invalid:
        return None
    width = in_unit(f"{limit.half_width} {limit.unit}", unit)
    centre = in_unit(circumstances.point["nominal"], unit) if procedure.output.kind == "value" else Decimal(0)
    u, limits = exact(found.expanded_uncertainty), (float(centre - width), float(centre + width))
    factor = procedure.report.conformity.guard_factor
    w = float(guard) if guard is not None else guard_band(found.expanded_uncertainty, factor)
    said = verdict(found.estimate, found.expanded_uncertainty, *limits, agreed["rule"], w)
    band = None if agreed["rule"] == "simple" else canonical(guard if guard is not None else exact(w))
    risk = None if said == "cannot_be_stated" else _risk(said, found, model, limits)
    warnings: tuple[Phrase, ...] = ()
    if limit.least_ratio is not None and u * limit.least_ratio > width:
        values = {"ratio": f"{width / u:.1f}", "least": limit.least_ratio, "document": limit.document}
        warnings = (Phrase("procedures.uncertainty_large_for_limit", values),)
    error = canonical(exact(found.estimate) - centre)
    return Conformity(said, agreed["rule"], limit, canonical(width), band, error, warnings, risk)


def _risk(said: Verdict, found: OutputResult, model: MeasurementModel, limits: tuple[float, float]) -> float | None:
    """The probability that the verdict is wrong, from the distribution of the result; None where it has none."""
    from uncertainty.risk import specific_risk  # they take time to load, and serve statements of conformity alone
    from uncertainty.state_of_result import state_of

    state = state_of(found, model)
    return None if state is None else specific_risk(said, state, *limits)


def _too_few(procedure: Procedure, circumstances: Circumstances) -> Invalid | None:
    """Why the complete rows read so far are too few for any result, None where they are enough."""
    for one in procedure.inputs.values():
        if one.observed is None:
            continue
        table = procedure.readings[str(one.table)]
        done = len(complete_rows(table, circumstances))
        alone = "pooled_standard_deviation" in one.numbers or one.no_scatter is not None or table.least == 1
        enough = 1 if alone else 2
        if done < enough:
            return Invalid("procedures.too_few_readings", table=table.label, done=done, enough=enough)
    return None


def _observed(one: ProcedureInput, procedure: Procedure, circumstances: Circumstances) -> tuple[ObservedRow, ...]:
    """What each row gives, with one decimal more than its readings at most, and without zeros that say nothing."""
    table = procedure.readings[str(one.table)]
    tree = read_expression(str(one.observed)).tree
    unit = table.columns[0].unit
    found = []
    for number, row in enumerate(circumstances.readings.get(table.name, ())):
        values = row_values(table, row)
        if values is None:
            found.append(ObservedRow(number, None, unit))
            continue
        found.append(ObservedRow(number, canonical(_rounded(number_of(tree, values), values.values())), unit))
    return tuple(found)


def _rounded(value: Decimal, readings: Iterable[Decimal]) -> Decimal:
    """A value to one decimal more than its readings, without a last zero."""
    decimals = max(max(0, -int(one.as_tuple().exponent)) for one in readings)
    finer = value.quantize(Decimal((0, (1,), -decimals - 1)), context=_WIDE)
    coarser = finer.quantize(Decimal((0, (1,), -decimals)), context=_WIDE)
    return coarser if coarser == finer else finer
