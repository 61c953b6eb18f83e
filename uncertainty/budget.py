"""The uncertainty budget: the table of contributions, in the order it is printed."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from uncertainty.errors import InvalidUnit
from uncertainty.inputs import InputQuantity
from uncertainty.measurement_model import MeasurementModel, OutputQuantity
from uncertainty.propagation import Propagated
from uncertainty.quantity import from_base, point_from_base
from uncertainty.units import Unit, check_unit


@dataclass(frozen=True)
class BudgetRow:
    """One line of the budget.

    Attributes:
        kind: "input", "covariance" or "second_order".
        input: name of the input; for a covariance the names, with commas; else empty.
        estimate: in `unit`; None for a row that is no input.
        unit: the unit in which the input was given.
        standard_uncertainty: u of the input, in `unit`.
        distribution: its name; "constant" for an exact value, "combined" for several causes.
        dof: degrees of freedom, infinite where they are not limited.
        sensitivity: sensitivity coefficient in `sensitivity_unit`; a pure number where input
            and output measure the same kind of quantity.
        sensitivity_unit: "1" for a pure number.
        contribution: sensitivity times u, in `contribution_unit`; with the sign of a covariance or a second-order term.
        contribution_unit: the unit of the result, as a difference.
        share: share of the variance, negative for a negative covariance or second-order term.
        evaluation_type: "A", "B", or None.
        through: of a covariance, the ids of the influences that the inputs share; empty where it is stated or observed.
    """

    kind: str
    input: str
    estimate: float | None
    unit: str | None
    standard_uncertainty: float | None
    distribution: str | None
    dof: float | None
    sensitivity: float | None
    sensitivity_unit: str | None
    contribution: float
    contribution_unit: str
    share: float
    evaluation_type: str | None = None
    through: tuple[str, ...] = ()


def difference_unit(unit: Unit) -> str:
    """The unit of differences of a quantity given in a unit: dB for dBm, otherwise the same."""
    return "dB" if unit.scale == "dBm" else unit.text


def sensitivity_in_units(value: float, quantity: InputQuantity, output: OutputQuantity) -> tuple[float, str]:
    """A sensitivity coefficient in base units as it is printed, and its unit."""
    if quantity.unit.dimension == output.unit.dimension:
        return value, "1"
    above, below = difference_unit(output.unit), difference_unit(quantity.unit)
    if below == "1":
        return value / output.unit.factor, above
    try:
        text = check_unit(f"{above}/({below})").text
    except InvalidUnit:
        text = f"({above})/({below})"
    return value * quantity.unit.factor / output.unit.factor, text


def make_budget(
    model: MeasurementModel, propagated: Propagated, index: int, second_order: float = 0.0
) -> tuple[BudgetRow, ...]:
    """The budget of one output: its inputs in the order of the model, then covariances, then second-order terms.

    Args:
        model: a checked model.
        propagated: its first-order propagation.
        index: place of the output.
        second_order: variance that second-order terms add to that of `propagated`, base units.

    Source: EA-4/02 M:2022, section 7 (table of the uncertainty analysis).
    """
    output = model.outputs[index]
    used = model.program.used_by(output.name)
    variance = float(propagated.covariance[index, index]) + second_order
    rows = []
    for quantity, sensitivity in zip(model.inputs, propagated.sensitivities[index], strict=True):
        if quantity.name in used:
            rows.append(_input_row(quantity, float(sensitivity), output, variance))
    rows += _covariances(model, propagated, index, variance)
    if second_order:
        rows.append(_term_row("second_order", "", second_order, variance, output))
    return tuple(rows)


def _input_row(quantity: InputQuantity, sensitivity: float, output: OutputQuantity, variance: float) -> BudgetRow:
    u = quantity.standard_uncertainty
    shown, unit = sensitivity_in_units(sensitivity, quantity, output)
    shown_estimate = (point_from_base if quantity.kind.scale else from_base)(quantity.estimate, quantity.unit)
    return BudgetRow(
        kind="input",
        input=quantity.name,
        estimate=shown_estimate,
        unit=quantity.unit.text,
        standard_uncertainty=from_base(u, quantity.unit),
        distribution=quantity.distribution,
        dof=quantity.dof,
        sensitivity=shown,
        sensitivity_unit=unit,
        contribution=from_base(sensitivity * u, output.unit),
        contribution_unit=difference_unit(output.unit),
        share=(sensitivity * u) ** 2 / variance if variance > 0 else 0.0,
        evaluation_type=quantity.evaluation_type,
    )


def _covariances(model: MeasurementModel, propagated: Propagated, index: int, variance: float) -> list[BudgetRow]:
    if not model.correlation.any:
        return []
    contributions: NDArray[np.float64] = propagated.sensitivities[index] * propagated.uncertainties
    names = [quantity.name for quantity in model.inputs]
    # Inputs that share the same influences stand in one row, however many they are.
    groups: dict[tuple[tuple[str, ...], tuple[int, int] | None], tuple[set[int], list[float]]] = {}
    for one in range(len(names)):
        for other in range(one + 1, len(names)):
            r = float(model.correlation.matrix[one, other])
            covariance = float(2 * r * contributions[one] * contributions[other])
            if covariance:
                through = tuple(each.id for each in model.correlation.shared if each.joins(one, other))
                members, parts = groups.setdefault((through, None if through else (one, other)), (set(), []))
                members |= {one, other}
                parts.append(covariance)
    rows = []
    for (through, _), (members, parts) in groups.items():
        together = ", ".join(names[place] for place in sorted(members))
        row = _term_row("covariance", together, math.fsum(parts), variance, model.outputs[index])
        rows.append(replace(row, through=through))
    return rows


def _term_row(kind: str, names: str, added: float, variance: float, output: OutputQuantity) -> BudgetRow:
    """A row for a part of the variance that belongs to no single input, base units."""
    size = from_base(float(np.copysign(np.sqrt(abs(added)), added)), output.unit)
    unit, share = difference_unit(output.unit), added / variance if variance > 0 else 0.0
    return BudgetRow(kind, names, None, None, None, None, None, None, None, size, unit, share)
