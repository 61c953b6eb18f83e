"""The elementary influences of a result: unknowns that are independent of each other, known by their ids.

What several evaluations depend on carries one id in all of them; that is how their results come
to be correlated without anybody stating a coefficient (GUM 5.2.2, ten resistors).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uncertainty.correlation import clusters, one_dof
from uncertainty.inputs import Component
from uncertainty.measurement_model import MeasurementModel
from uncertainty.propagation import Propagated
from uncertainty.quantity import from_base
from uncertainty.type_b import Distribution
from uncertainty.wording import Phrase

Array = NDArray[np.float64]
SINGULAR = 1e-12


@dataclass(frozen=True)
class Influence:
    """One unknown on which the results depend.

    Attributes:
        id: the id under which other evaluations may share it, else the name of the cause.
        standard_uncertainty: u in `unit`.
        unit: the unit of the input.
        dof: degrees of freedom.
        sensitivity: by output, unit of the result per `unit`.
        shared: whether `id` was given so that other evaluations may name it.
        distribution: in standard form.
        together: influences of other evaluations with the same word count as one in effective degrees of freedom.
        rows: the readings table of this evaluation in which it was observed together with others, or the names
            of the inputs that come from one fit with it.
    """

    id: str
    standard_uncertainty: float
    unit: str
    dof: float
    sensitivity: Mapping[str, float]
    shared: bool = False
    distribution: Distribution = Distribution("normal")  # noqa: RUF009  (it is frozen)
    together: str | None = None
    rows: str | None = None


@dataclass
class _Gathered:
    """One influence while it is summed over the inputs: contributions to each output, base units."""

    place: int
    component: Component
    contributions: Array
    rows: str | None


class _Gathering:
    """The influences of one evaluation, each once."""

    def __init__(self, model: MeasurementModel, propagated: Propagated) -> None:
        self.model = model
        self.sensitivities = propagated.sensitivities
        self.found: dict[str, _Gathered] = {}

    def add(self, place: int, component: Component, contributions: Array, rows: str | None = None) -> None:
        """Add what one cause contributes to each output; causes of one influence are summed."""
        key = component.name if component.influence is None else f"influence {component.influence}"
        if key in self.found:
            self.found[key].contributions = self.found[key].contributions + contributions
        else:
            self.found[key] = _Gathered(place, component, contributions, rows)

    def add_input(self, place: int, components: Sequence[Component]) -> None:
        """Add causes of one input that are independent of those of every other."""
        for component in components:
            signed = component.sign * component.standard_uncertainty
            self.add(place, component, self.sensitivities[:, place] * signed)

    def add_block(self, block: Sequence[tuple[int, Sequence[Component]]], matrix: Array, rows: str | None) -> None:
        """Correlated inputs as independent unknowns: the first as it is, of each next what the earlier leave open."""
        lower = lower_root(matrix)
        spreads = [math.sqrt(math.fsum(one.standard_uncertainty**2 for one in causes)) for _, causes in block]
        columns = np.array([self.sensitivities[:, place] for place, _ in block]).T * np.array(spreads)
        named: list[str] = []
        for number, (place, causes) in enumerate(block):
            contributions = columns @ lower[:, number]
            if number == 0:
                for one in causes:
                    share = one.sign * one.standard_uncertainty / spreads[0] if spreads[0] else 0.0
                    self.add(place, one, contributions * share, rows)
            elif lower[number, number]:
                self.add(place, _innovation(causes, spreads[number], named), contributions, rows)
            named.append(causes[0].influence or causes[0].name)


def _innovation(causes: Sequence[Component], spread: float, before: Sequence[str]) -> Component:
    one = causes[0]
    single = len(causes) == 1
    below = math.fsum(cause.standard_uncertainty**4 / cause.dof for cause in causes)
    given = ", given " + ", ".join(before)
    influence = one.influence + given if one.influence is not None else None
    shape = one.distribution if single else Distribution("normal")
    dof = spread**4 / below if below else math.inf
    return Component(one.name + given, spread, shape, dof, one.evaluation_type, influence)


def lower_root(matrix: Array) -> Array:
    """A lower triangular L with L L' = matrix, for a positive semi-definite matrix; what is fully known adds nothing.

    >>> lower_root(np.array([[1.0, 1.0], [1.0, 1.0]])).tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """
    lower = np.zeros_like(matrix)
    for row in range(len(matrix)):
        for column in range(row + 1):
            left = float(matrix[row, column] - lower[row, :column] @ lower[column, :column])
            if row == column:
                lower[row, row] = math.sqrt(left) if left > SINGULAR else 0.0
            elif lower[column, column]:
                lower[row, column] = left / lower[column, column]
    return lower


def influences_of(model: MeasurementModel, propagated: Propagated) -> tuple[Influence, ...]:
    """The elementary influences of an evaluation: the squares of their contributions add up to u squared.

    Inputs observed together, and inputs with a stated correlation, are given by independent unknowns: the
    first by its own, each next by what the earlier leave open, under the id `name, given earlier names`.

    Args:
        model: a checked model.
        propagated: its first-order propagation.

    Returns:
        Each influence once, with its sensitivities summed over the inputs that depend on it.
    """
    gathering = _Gathering(model, propagated)
    inputs, correlation = model.inputs, model.correlation
    blocks = []
    whole: set[int] = set()
    for members in clusters(inputs, correlation):
        first = sorted(members, key=lambda place: -sum(one.influence is not None for one in inputs[place].components))
        named = [place for place in first if inputs[place].standard_uncertainty]
        fit = one_dof([inputs[place] for place in named])
        word = None if fit is None else ", ".join(inputs[place].name for place in members)
        blocks.append(([(place, inputs[place].components) for place in named], named, word))
        whole |= set(members)
    observed: set[int] = set()
    for name, group in correlation.tables.items():
        if not whole & set(group.members):
            block = [(place, inputs[place].components[:1]) for place in group.members]
            gathering.add_block(block, group.correlation, name)
            observed |= set(group.members)
    for block, named, rows in blocks:
        gathering.add_block(block, correlation.matrix[np.ix_(named, named)], rows)
    for place, quantity in enumerate(inputs):
        if place not in whole:
            gathering.add_input(place, quantity.components[1:] if place in observed else quantity.components)
    return tuple(_influence(model, one) for one in gathering.found.values())


def _influence(model: MeasurementModel, gathered: _Gathered) -> Influence:
    component, unit = gathered.component, model.inputs[gathered.place].unit
    u = component.standard_uncertainty
    sensitivity = {}
    for output, contribution in zip(model.outputs, gathered.contributions, strict=True):
        pure = float(contribution) / u if u else 0.0
        sensitivity[output.name] = pure * unit.factor / output.unit.factor
    return Influence(
        id=component.influence if component.influence is not None and component.is_shared else component.name,
        standard_uncertainty=from_base(u, unit),
        unit=unit.text,
        dof=component.dof,
        sensitivity=sensitivity,
        shared=component.influence is not None and component.is_shared,
        distribution=component.distribution,
        together=component.together,
        rows=gathered.rows,
    )


@dataclass(frozen=True)
class UnknownCorrelation:
    """What is taken for the unknown correlation of several points of one foreign certificate.

    Attributes:
        r: 0 or 1, the one that gives the larger uncertainty.
        standard_uncertainty: of the sum of the contributions, same unit.
        reason: to be printed with the result.
    """

    r: float
    standard_uncertainty: float
    reason: Phrase


def unknown_correlation(contributions: Sequence[float]) -> UnknownCorrelation:
    """The correlation of points of one foreign certificate, which tells nothing of their common influences.

    Args:
        contributions: sensitivity times standard uncertainty of each point, with its sign, one unit.

    Returns:
        Full correlation where the sensitivities have the same sign (sums, means), none where they are
        opposed (differences): whichever gives the larger uncertainty.

    Source: GUM (JCGM 100), 5.2.2, F.1.2.

    >>> unknown_correlation([3.0, 4.0]).standard_uncertainty, unknown_correlation([3.0, -4.0]).standard_uncertainty
    (7.0, 5.0)
    """
    together, apart = abs(math.fsum(contributions)), math.sqrt(math.fsum(one**2 for one in contributions))
    if together > apart:
        return UnknownCorrelation(1.0, together, Phrase("uncertainty.correlation_unknown_full"))
    return UnknownCorrelation(0.0, apart, Phrase("uncertainty.correlation_unknown_none"))
