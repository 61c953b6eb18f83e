"""Draws of the input quantities of a model, correlated where they are.

Independent causes are drawn from their own distributions. Inputs observed together come from
a joint t distribution with the correlation of their rows (JCGM 102, 5.3.2). An influence that
several inputs share is drawn once for all of them. Inputs with a
stated correlation come from a Gaussian copula whose parameters are chosen so that the
quantities themselves have the stated coefficient.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from uncertainty.correlation import clusters, has_joint_rows, root
from uncertainty.errors import InvalidModel
from uncertainty.inputs import Component, InputQuantity
from uncertainty.measurement_model import MeasurementModel
from uncertainty.program import Values

Array = NDArray[np.float64]
Quantile = Callable[[Array], Array]
NODES = 48
REACH = 0.03
# Beyond this the normal distribution function is 1 in double precision, and a quantile infinite.
FARTHEST = 8.0
COMPOSITE_DRAWS = 200_000
COMPOSITE_SEED = 7


class Sampler:
    """Draws of all inputs of a model, one array of trials per input (a number for an exact constant)."""

    def __init__(self, model: MeasurementModel) -> None:
        self.inputs = model.inputs
        self.copulas = [self._copula(model, members) for members in clusters(model.inputs, model.correlation)]
        in_copula = {member for members, _, _ in self.copulas for member in members}
        self.tables = [
            (group.members, root(group.correlation), model.inputs[group.members[0]].components[0].dof)
            for name, group in model.correlation.tables.items()
            if not in_copula & set(group.members) and has_joint_rows(model.inputs, name, group.members)
        ]
        self.shared = [one for one in model.correlation.shared if not in_copula & {place for place, _ in one.members}]
        # Causes that are drawn together with others: of each input, the places among its components.
        self.joint = {(member, 0) for members, _, _ in self.tables for member in members}
        self.joint |= {member for one in self.shared for member in one.members}
        self.alone = [place for place in range(len(self.inputs)) if place not in in_copula]

    def _copula(self, model: MeasurementModel, members: list[int]) -> tuple[list[int], Array, list[Quantile]]:
        quantities = [model.inputs[member] for member in members]
        quantiles = [quantile_of(quantity) for quantity in quantities]
        matrix = np.eye(len(members))
        for row in range(len(members)):
            for column in range(row):
                r = float(model.correlation.matrix[members[row], members[column]])
                pair = (quantities[row], quantities[column])
                parameter = copula_parameter(r, (quantiles[row], quantiles[column]), pair)
                matrix[row, column] = matrix[column, row] = parameter
        return members, root(matrix), quantiles

    def draw(self, random: np.random.Generator, size: int) -> list[Values]:
        """Draws of every input, in base units, in the order of the model."""
        drawn: list[Values] = [np.float64(quantity.estimate) for quantity in self.inputs]
        for members, lower, quantiles in self.copulas:
            normal = lower @ random.standard_normal((len(members), size))
            for member, row, quantile in zip(members, normal, quantiles, strict=True):
                drawn[member] = self.inputs[member].estimate + quantile(row)
        for group, lower, dof in self.tables:
            normal = lower @ random.standard_normal((len(group), size))
            normal /= np.sqrt(random.chisquare(dof, size) / dof)
            for member, row in zip(group, normal, strict=True):
                u = self.inputs[member].components[0].standard_uncertainty
                drawn[member] = drawn[member] + u * row
        for influence in self.shared:
            common = [(place, self.inputs[place].components[number]) for place, number in influence.members]
            row = common[0][1].distribution.draw(random, size)
            for place, component in common:
                drawn[place] = drawn[place] + component.sign * component.standard_uncertainty * row
        for place in self.alone:
            for number, component in enumerate(self.inputs[place].components):
                if component.standard_uncertainty and (place, number) not in self.joint:
                    term = component.sign * component.standard_uncertainty * component.distribution.draw(random, size)
                    drawn[place] = drawn[place] + term
        return drawn


def quantile_of(quantity: InputQuantity) -> Quantile:
    """From standard normal numbers to an input's deviations from its estimate, base units."""
    components = [component for component in quantity.components if component.standard_uncertainty]
    if not components:
        return lambda normal: np.zeros_like(normal)
    if len(components) == 1:
        return _single_quantile(components[0])
    random = np.random.default_rng(COMPOSITE_SEED)
    drawn = sum(c.sign * c.standard_uncertainty * c.distribution.draw(random, COMPOSITE_DRAWS) for c in components)
    table = np.sort(np.asarray(drawn))
    places = special.ndtri((np.arange(COMPOSITE_DRAWS) + 0.5) / COMPOSITE_DRAWS)
    return lambda normal: np.interp(normal, places, table)


def _single_quantile(component: Component) -> Quantile:
    u, distribution = component.sign * component.standard_uncertainty, component.distribution
    if distribution.name == "normal":
        return lambda normal: u * normal
    return lambda normal: u * distribution.quantile(special.ndtr(np.clip(normal, -FARTHEST, FARTHEST)))


def copula_parameter(
    r: float, quantiles: tuple[Quantile, Quantile], quantities: tuple[InputQuantity, InputQuantity]
) -> float:
    """The parameter of the Gaussian copula with which two inputs have the correlation coefficient r.

    Args:
        r: the wanted coefficient.
        quantiles: of the two inputs.
        quantities: the two inputs.

    Returns:
        A parameter from -1 to 1; r itself where both are normal, or where one has no variance.
        A coefficient a little beyond what the two distributions can have gives the nearest they can.

    Raises:
        InvalidModel: where the distributions cannot have the coefficient, within REACH.
    """
    components = [component for quantity in quantities for component in quantity.components]
    if r == 0 or not all(quantity.standard_uncertainty for quantity in quantities):
        return 0.0
    if all(c.distribution.name == "normal" for c in components):
        return r
    if not all(c.distribution.has_variance for c in components):
        return r
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / math.sqrt(2 * math.pi)
    one = quantiles[0](nodes)
    spread = math.sqrt(float(weights @ one**2) * float(weights @ quantiles[1](nodes) ** 2))

    def reached(parameter: float) -> float:
        second = parameter * nodes[:, None] + math.sqrt(1 - parameter**2) * nodes[None, :]
        product = one[:, None] * quantiles[1](second.ravel()).reshape(second.shape)
        return float(weights @ product @ weights) / spread

    most = reached(math.copysign(1.0, r))
    if abs(r) > abs(most) + REACH:
        one_name, other_name = (quantity.name for quantity in quantities)
        values = {"one": one_name, "other": other_name, "r": f"{r:g}", "most": f"{most:.3f}"}
        raise InvalidModel("uncertainty.correlation_not_reachable", **values)
    low, high = -1.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle) < r else (low, middle)
    return (low + high) / 2
