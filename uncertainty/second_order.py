"""Second-order terms of the law of propagation: where a model is curved within the uncertainties of its inputs."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uncertainty.correlation import root
from uncertainty.errors import InvalidExpression, InvalidModel
from uncertainty.jets import Jet
from uncertainty.measurement_model import MeasurementModel
from uncertainty.program import Program
from uncertainty.propagation import Propagated
from uncertainty.quantity import from_base
from uncertainty.wording import Phrase

Array = NDArray[np.float64]
WORTH_TELLING = 0.05
_SUMS = ("+", "-", "neg")
_CORNERED = ("abs", "min", "max")


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
        return Phrase(key, {"change": f"{100 * self.change:+.0f}".replace("-", "−")})

    def to_json(self) -> dict[str, float | None]:
        """As `lims evaluate --json` writes it; null for the change of a u that was zero."""
        return {
            "standard_uncertainty": self.standard_uncertainty,
            "change": self.change if math.isfinite(self.change) else None,
        }


@dataclass(frozen=True, eq=False)
class SecondOrder:
    """The second-order terms of all outputs, base units, beside the first order; found when they are asked for.

    Attributes:
        model: a checked model.
        propagated: its first-order propagation.
    """

    model: MeasurementModel
    propagated: Propagated

    @property
    def counts(self) -> bool:
        """Whether u is stated with them (`order = 2`)."""
        return self.model.settings.order == 2

    @cached_property
    def terms(self) -> Array | None:
        """What they add to the covariance of the outputs; None where they have no finite value.

        Raises:
            InvalidExpression: with `order = 2`, where a derivative has no finite value at the estimate.
            InvalidModel: with `order = 2`, where negative terms outweigh the first order.
        """
        try:
            terms = second_order_terms(self.model, self.propagated)
        except InvalidExpression as problem:
            if self.counts:
                raise InvalidExpression("uncertainty.second_order_no_value", problem=problem) from problem
            return None
        whole = np.diag(self.propagated.covariance + terms)
        for output, variance in zip(self.model.outputs, whole, strict=True):
            if self.counts and variance < 0:
                raise InvalidModel("uncertainty.second_order_negative", output=output.name)
        return terms

    @property
    def added(self) -> Array | None:
        """What the stated covariance of the outputs has from second-order terms; None where it is of first order."""
        return self.terms if self.counts else None

    def of(self, output: int) -> "OutputCurvature":
        """The terms as one output has them."""
        return OutputCurvature(self, output)


@dataclass(frozen=True, eq=False)
class OutputCurvature:
    """What second-order terms mean for one output.

    Attributes:
        whole: the terms of all outputs.
        place: of the output in the model.
    """

    whole: SecondOrder
    place: int

    @property
    def added(self) -> float:
        """The variance that the stated u has from them, base units; 0 where it is of first order."""
        terms = self.whole.added
        return 0.0 if terms is None else float(terms[self.place, self.place])

    def budgeted(self, basis: str) -> float:
        """The variance that the budget has from them: also where the first order is nothing beside the distribution."""
        vanished = basis in ("distribution", "preview") and not self.whole.propagated.standard_uncertainty(self.place)
        if not vanished or self.whole.terms is None:
            return self.added
        return float(self.whole.terms[self.place, self.place])

    def used(self, first_order: float) -> float:
        """The standard uncertainty that is stated, base units: of the order that the model asks for."""
        return math.sqrt(first_order**2 + self.added) if self.added else first_order

    @cached_property
    def verdict(self) -> Curvature | None:
        """What the terms make of u, whether or not it is stated with them; None where they have no finite value."""
        if self.whole.terms is None:
            return None
        added = float(self.whole.terms[self.place, self.place])
        before = self.whole.propagated.standard_uncertainty(self.place)
        after = math.sqrt(max(0.0, before**2 + added))
        if before > 0:
            change = math.sqrt(max(0.0, 1 + added / before**2)) - 1
        else:
            change = math.inf if added else 0.0
        return Curvature(from_base(after, self.whole.model.outputs[self.place].unit), change)

    @property
    def warnings(self) -> tuple[Phrase, ...]:
        """That the model has a corner at the estimate, and that second order matters although u is of first order."""
        model, propagated = self.whole.model, self.whole.propagated
        output = model.outputs[self.place].name
        cornered = (Phrase("uncertainty.corner", {"output": output}),) if has_corner(model, propagated, output) else ()
        if self.whole.counts or self.verdict is None or not self.verdict.matters:
            return cornered
        return (
            *cornered,
            self.verdict.phrase("uncertainty.second_order_matters", "uncertainty.second_order_matters_from_zero"),
        )


def has_corner(model: MeasurementModel, propagated: Propagated, output: str) -> bool:
    """Whether an output bends at a corner exactly at the estimate: `abs` of zero, `min` or `max` of equal arguments.

    Args:
        model: a checked model.
        propagated: its first-order propagation.
        output: a name of the model.
    """
    program = model.program
    if not any(operation in _CORNERED for operation, _ in program.steps):
        return False
    values = program.values([np.float64(quantity.estimate) for quantity in model.inputs])
    first = len(program.inputs)
    moving = {slot for slot, u in enumerate(propagated.uncertainties) if u}
    reached = program.slots_behind(output)
    for index, (operation, arguments) in enumerate(program.steps):
        if not any(slot in moving for slot in arguments):
            continue
        moving.add(first + index)
        one, *other = (float(values[slot]) for slot in arguments)
        meets = operation in _CORNERED and one == (other[0] if other else 0.0) and len(set(arguments)) == len(arguments)
        if meets and first + index in reached:
            return True
    return False


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
