"""A quick look at a result's distribution by the points of a lattice: for the screen, never for the record.

Its points are not independent, so the adaptive procedure of JCGM 101, 7.9 and the validation of
clause 8 have no meaning for them; a preview therefore has a type of its own and no verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uncertainty.copula import FARTHEST, quantile_of
from uncertainty.correlation import root
from uncertainty.errors import InvalidModel
from uncertainty.lattice import POINTS, lattice
from uncertainty.measurement_model import MeasurementModel, OutputQuantity
from uncertainty.program import Values
from uncertainty.trial_blocks import intervals

Array = NDArray[np.float64]
SEED = 20260101


@dataclass(frozen=True)
class Preview:
    """What the points of a lattice give for one output, in its unit: a look ahead, not a result.

    Attributes:
        name: of the output.
        unit: of the output.
        estimate: mean of the points.
        standard_uncertainty: their standard deviation; None where a distribution without variance contributes.
        coverage_interval: probabilistically symmetric, for the coverage probability.
        points: their number.
    """

    name: str
    unit: str
    estimate: float
    standard_uncertainty: float | None
    coverage_interval: tuple[float, float]
    points: int


def preview(model: MeasurementModel, *, seed: int = SEED) -> dict[str, Preview]:
    """A look at the distribution of every output.

    Args:
        model: a checked model. Correlated inputs take their coefficients as those of the normal copula,
            which is right within a few per cent for the listed distributions; the record solves for them.
        seed: of the shift of the lattice; the same seed gives the same numbers.

    Raises:
        InvalidModel: where points fall outside the domain of the equations.

    Source: I. H. Sloan, S. Joe, Lattice Methods for Multiple Integration, Oxford 1994.
    """
    values = model.program.values(_inputs(model, seed))
    found = {}
    for output in model.outputs:
        trials = np.broadcast_to(values[model.program.slots[output.name]], POINTS)
        found[output.name] = _summary(model, output, np.sort(trials))
    return found


def _inputs(model: MeasurementModel, seed: int) -> list[Values]:
    """Points of all inputs, base units: one dimension of the lattice for each that is uncertain."""
    uncertain = [place for place, quantity in enumerate(model.inputs) if quantity.standard_uncertainty]
    drawn: list[Values] = [np.float64(quantity.estimate) for quantity in model.inputs]
    if uncertain:
        from scipy import special  # takes time to load, and not every evaluation looks ahead

        normal = np.clip(special.ndtri(lattice(len(uncertain), seed)), -FARTHEST, FARTHEST)
        if model.correlation.any:
            normal = root(model.correlation.matrix[np.ix_(uncertain, uncertain)]) @ normal
        for place, row in zip(uncertain, normal, strict=True):
            quantity = model.inputs[place]
            drawn[place] = quantity.estimate + quantile_of(quantity)(row)
    return drawn


def _summary(model: MeasurementModel, output: OutputQuantity, points: Array) -> Preview:
    if not np.isfinite(points).all():
        lost = int(np.count_nonzero(~np.isfinite(points)))
        raise InvalidModel("uncertainty.monte_carlo_domain", output=output.name, lost=lost, trials=len(points))
    shown = (points - (output.unit.zero if output.is_point else 0.0)) / output.unit.factor
    return Preview(
        name=output.name,
        unit=output.unit.text,
        estimate=float(shown.mean()),
        standard_uncertainty=float(shown.std(ddof=1))
        if _has_variance(model, model.program.used_by(output.name))
        else None,
        coverage_interval=intervals(shown, model.settings.coverage_probability)[0],
        points=len(points),
    )


def _has_variance(model: MeasurementModel, used: Sequence[str] | frozenset[str]) -> bool:
    return all(
        component.distribution.has_variance
        for quantity in model.inputs
        if quantity.name in used
        for component in quantity.components
    )
