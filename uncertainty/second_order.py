"""Second-order terms of the law of propagation: where a model is curved within the uncertainties of its inputs."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uncertainty.correlation import root
from uncertainty.errors import InvalidExpression, InvalidModel
from uncertainty.jets import Jet
from uncertainty.measurement_model import MeasurementModel, OutputQuantity
from uncertainty.program import Program
from uncertainty.propagation import Propagated
from uncertainty.quantity import from_base
from uncertainty.wording import Phrase

Array = NDArray[np.float64]
WORTH_TELLING = 0.05
_SUMS = ("+", "-", "neg")


@dataclass(frozen=True)
class Curvature:
    """What second-order terms make of the standard uncertainty of one output, in its unit.

    Attributes:
        standard_uncertainty: u of first and second order together.
        change: by which share of the first-order u they change it; infinite where that is zero.
    """

    standard_uncertainty: float
    change: float

    @property
    def matters(self) -> bool:
        """Whether they change u by more than 5 %."""
        return abs(self.change) > WORTH_TELLING

    def phrase(self, key: str, from_zero: str) -> Phrase:
        """A sentence about the change, in percent; another one where the first-order u is zero."""
        if math.isinf(self.change):
            return Phrase(from_zero)
        return Phrase(key, {"change": f"{100 * self.change:+.0f}"})

    def to_json(self) -> dict[str, float | None]:
        """As `lims evaluate --json` writes it; null for the change of a u that was zero."""
        return {
            "standard_uncertainty": self.standard_uncertainty,
            "change": self.change if math.isfinite(self.change) else None,
        }


@dataclass(frozen=True)
class SecondOrder:
    """The second-order terms of all outputs, base units, beside the first order.

    Attributes:
        outputs: of the model.
        terms: what they add to the covariance of the outputs; None where they have no finite value.
        variances: of the outputs, first order.
        counts: whether u is stated with them (`order = 2`).
    """

    outputs: tuple[OutputQuantity, ...]
    terms: Array | None
    variances: Array
    counts: bool

    def added(self, output: int) -> float:
        """The variance that the stated u has from second-order terms; 0 where it is of first order."""
        return float(self.terms[output, output]) if self.counts and self.terms is not None else 0.0

    def used(self, output: int, first_order: float) -> float:
        """The standard uncertainty that is stated: of the order that the model asks for."""
        added = self.added(output)
        return math.sqrt(self.variances[output] + added) if added else first_order

    def covariance(self, propagated: Propagated) -> Array:
        """Of the outputs, of the order that the model asks for."""
        return propagated.covariance + self.terms if self.counts and self.terms is not None else propagated.covariance

    def verdict(self, output: int) -> Curvature | None:
        """What the terms make of u of one output, whether or not it is stated with them."""
        if self.terms is None:
            return None
        before, added = float(self.variances[output]), float(self.terms[output, output])
        after = math.sqrt(max(0.0, before + added))
        if before > 0:
            change = math.sqrt(max(0.0, 1 + added / before)) - 1
        else:
            change = math.inf if added else 0.0
        return Curvature(from_base(after, self.outputs[output].unit), change)

    def warnings(self, output: int) -> tuple[Phrase, ...]:
        """That second order matters although u is of first order."""
        verdict = self.verdict(output)
        if self.counts or verdict is None or not verdict.matters:
            return ()
        return (verdict.phrase("uncertainty.second_order_matters", "uncertainty.second_order_matters_from_zero"),)


def directional_derivatives(program: Program, estimates: Array, directions: Array, output: str) -> tuple[Array, Array]:
    """Second and third derivatives of one output along directions of its inputs.

    Args:
        program: the equations.
        estimates: of the inputs, base units.
        directions: one column per direction, one row per input.
        output: a name of the model.

    Returns:
        The matrix D_a D_b f, and the matrix D_a D_b D_b f, row a, column b.

    Raises:
        InvalidExpression: where a derivative has no finite value.
    """
    flat = np.zeros(directions.shape[1])
    moving = [bool(row.any()) for row in directions]
    inputs: list[Any] = [
        Jet(np.float64(value), row, flat) if moves else np.float64(value)
        for value, row, moves in zip(estimates, directions, moving, strict=True)
    ]
    with np.errstate(all="ignore"):
        slopes: list[Any] = list(program.gradient(program.values(inputs), output))
    first = np.array([one.first if isinstance(one, Jet) else flat for one in slopes])
    second = np.array([one.second if isinstance(one, Jet) else flat for one in slopes])
    return directions.T @ first, 2 * directions.T @ second


def is_straight(program: Program, uncertain: frozenset[str], output: str) -> bool:
    """Whether an output is a sum of its uncertain inputs with constant factors, seen from the equations alone."""
    first = len(program.inputs)
    moving = {slot for slot, name in enumerate(program.inputs) if name in uncertain}
    bent: set[int] = set()
    for index, (operation, arguments) in enumerate(program.steps):
        reached = [slot for slot in arguments if slot in moving]
        if not reached:
            continue
        moving.add(first + index)
        straight = operation in _SUMS or (
            len(reached) == 1 and (operation == "*" or (operation == "/" and arguments[1] not in moving))
        )
        if not straight or any(slot in bent for slot in reached):
            bent.add(first + index)
    return program.slots[output] not in bent


def second_order_terms(model: MeasurementModel, propagated: Propagated) -> Array:
    """What second-order terms add to the covariance of the outputs, base units; its diagonal to their variances.

    For uncorrelated inputs they are those of the note to GUM 5.1.2: the sum over i and j of
    (f_ij^2 / 2 + f_i f_ijj) u_i^2 u_j^2. They belong to normally distributed inputs: the terms
    with different i and j hold for every symmetric distribution; a term with i = j is too large for
    a flat one (rectangular) and too small for one with tails (t with few degrees of freedom); an
    asymmetric one would bring a third moment besides. For correlated inputs the same expansion is made
    along uncorrelated directions (columns of a root of their covariance), which is exact to this order
    for jointly normal inputs and gives the terms of the note where nothing is correlated.

    Args:
        model: a checked model.
        propagated: its first-order propagation.

    Raises:
        InvalidExpression: where a second or third derivative has no finite value at the estimate.

    Source: GUM (JCGM 100), 5.1.2, note; H.1.7.
    """
    count = len(model.outputs)
    uncertain = frozenset(q.name for q, u in zip(model.inputs, propagated.uncertainties, strict=True) if u)
    curved = [not is_straight(model.program, uncertain, output.name) for output in model.outputs]
    return _terms(model, propagated, curved) if any(curved) else np.zeros((count, count))


def _terms(model: MeasurementModel, propagated: Propagated, curved: list[bool]) -> Array:
    used = np.flatnonzero(propagated.uncertainties)
    directions = np.zeros((len(model.inputs), len(used)))
    directions[used, np.arange(len(used))] = propagated.uncertainties[used]
    if model.correlation.any:
        directions[used] = propagated.uncertainties[used, None] * root(model.correlation.matrix[np.ix_(used, used)])
    estimates = np.array([quantity.estimate for quantity in model.inputs])
    contributions = propagated.sensitivities @ directions
    flat = np.zeros((len(used), len(used)))
    seconds, pulls = [], []
    for output, bent in zip(model.outputs, curved, strict=True):
        found = (flat, flat)
        if bent:
            found = directional_derivatives(model.program, estimates, directions, output.name)
        seconds.append(found[0].ravel())
        pulls.append(found[1].sum(axis=1))
    squares = np.array(seconds) @ np.array(seconds).T / 2
    crossed = contributions @ np.array(pulls).T
    return np.asarray(squares + (crossed + crossed.T) / 2)


def curvature_of(model: MeasurementModel, propagated: Propagated) -> SecondOrder:
    """The second-order terms of a model, for u where it asks for `order = 2`, for a warning in any case.

    Args:
        model: a checked model.
        propagated: its first-order propagation.

    Raises:
        InvalidExpression: with `order = 2`, where a derivative has no finite value at the estimate.
        InvalidModel: with `order = 2`, where negative terms outweigh the first order.
    """
    counts = model.settings.order == 2
    variances = np.clip(np.diag(propagated.covariance), 0.0, None)
    try:
        terms: Array | None = second_order_terms(model, propagated)
    except InvalidExpression as problem:
        if counts:
            raise InvalidExpression("uncertainty.second_order_no_value", problem=problem) from problem
        terms = None
    if counts and terms is not None:
        for output, before, added in zip(model.outputs, variances, np.diag(terms), strict=True):
            if before + added < 0:
                raise InvalidModel("uncertainty.second_order_negative", output=output.name)
    return SecondOrder(model.outputs, terms, variances, counts)
