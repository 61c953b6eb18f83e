"""A Gaussian copula: inputs of any distributions whose own correlation coefficients are the stated ones."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from uncertainty.correlation import root
from uncertainty.errors import InvalidModel
from uncertainty.inputs import Component, InputQuantity
from uncertainty.type_b import Distribution

Array = NDArray[np.float64]
Quantile = Callable[[Array], Array]
NODES = 48
# How far a coefficient may exceed what is reachable: the quadrature is no better at the very ends.
REACH = 2e-3
# Beyond this the normal distribution function is 1 in double precision, and a quantile infinite.
FARTHEST = 8.0
NORMAL = Distribution("normal")
TABULATED = 4001
COMPOSITE_DRAWS = 400_000
COMPOSITE_SEED = 7
STEPS = 40


class Copula:
    """Joint draws of correlated inputs.

    Args:
        quantities: the inputs.
        correlation: their coefficients, a positive semi-definite matrix.

    Raises:
        InvalidModel: where their distributions cannot have these coefficients.
    """

    def __init__(self, quantities: Sequence[InputQuantity], correlation: Array) -> None:
        self.quantiles = [quantile_of(quantity) for quantity in quantities]
        matrix = np.eye(len(quantities))
        for row in range(len(quantities)):
            for column in range(row):
                pair = (quantities[row], quantities[column])
                quantiles = (self.quantiles[row], self.quantiles[column])
                parameter = copula_parameter(float(correlation[row, column]), quantiles, pair)
                matrix[row, column] = matrix[column, row] = parameter
        if float(np.linalg.eigvalsh(matrix)[0]) < -REACH:
            names = ", ".join(quantity.name for quantity in quantities)
            raise InvalidModel("uncertainty.correlations_not_reachable", names=names)
        self._root = root(matrix)

    def draw(self, random: np.random.Generator, size: int) -> list[Array]:
        """Deviations of the inputs from their estimates, base units."""
        normal = self._root @ random.standard_normal((len(self.quantiles), size))
        return [quantile(row) for quantile, row in zip(self.quantiles, normal, strict=True)]


def quantile_of(quantity: InputQuantity) -> Quantile:
    """From standard normal numbers to an input's deviations from its estimate, base units."""
    components = tuple(component for component in quantity.components if component.standard_uncertainty)
    if not components:
        return lambda normal: np.zeros_like(normal)
    if len(components) == 1:
        return _single_quantile(components[0])
    random = np.random.default_rng(COMPOSITE_SEED)
    drawn = sum(c.sign * c.standard_uncertainty * c.distribution.draw(random, COMPOSITE_DRAWS) for c in components)
    order = np.linspace(0.0, 1.0, TABULATED) ** 2 * (3 - 2 * np.linspace(0.0, 1.0, TABULATED))
    ranks = np.round(order * (COMPOSITE_DRAWS - 1)).astype(int)
    table, places = np.sort(np.asarray(drawn))[ranks], NORMAL.quantile((ranks + 0.5) / COMPOSITE_DRAWS)
    return lambda normal: np.interp(normal, places, table)


def _single_quantile(component: Component) -> Quantile:
    u, distribution = component.standard_uncertainty, component.distribution
    if distribution.name == "normal":
        return lambda normal: u * normal
    rising = _rising(u, distribution)
    return rising if component.sign > 0 else lambda normal: -rising(-normal)


def _rising(u: float, distribution: Distribution) -> Quantile:
    if distribution.name in ("t", "gamma"):
        places, table = _tabulated(distribution)
        return lambda normal: u * np.interp(normal, places, table)
    return lambda normal: u * distribution.quantile(_below(np.clip(normal, -FARTHEST, FARTHEST)))


def _below(normal: Array) -> Array:
    """The probability below standard normal numbers."""
    from scipy import special  # takes long to load; most models need no copula

    return np.asarray(special.ndtr(normal))


@lru_cache(maxsize=64)
def _tabulated(distribution: Distribution) -> tuple[Array, Array]:
    """Quantiles at standard normal places, where computing them for every trial would take long.

    Between the places the straight line is off by 1e-5 of the quantile at most.
    """
    places = np.linspace(-FARTHEST, FARTHEST, TABULATED)
    return places, distribution.quantile(_below(places))


def copula_parameter(
    r: float, quantiles: tuple[Quantile, Quantile], quantities: tuple[InputQuantity, InputQuantity]
) -> float:
    """The parameter of the Gaussian copula with which two inputs have the correlation coefficient r.

    Args:
        r: the wanted coefficient.
        quantiles: of the two inputs.
        quantities: the two inputs.

    Returns:
        A parameter from -1 to 1; r itself where both are normal, or where one has no variance and so
        no coefficient of its own.

    Raises:
        InvalidModel: where the distributions cannot have the coefficient.
    """
    components = [component for quantity in quantities for component in quantity.components]
    if r == 0 or not all(quantity.standard_uncertainty for quantity in quantities):
        return 0.0
    if all(c.distribution.name == "normal" for c in components):
        return r
    if not all(c.distribution.has_variance for c in components):
        return r
    if abs(r) == 1 and _same_shape(quantities):
        return r
    nodes, weights = _nodes()
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
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle) < r else (low, middle)
    return (low + high) / 2


def _same_shape(quantities: tuple[InputQuantity, InputQuantity]) -> bool:
    """Whether two inputs have one and the same distribution in standard form."""
    one, other = (
        [component.distribution for component in quantity.components if component.standard_uncertainty]
        for quantity in quantities
    )
    return len(one) == 1 and one == other


@lru_cache(maxsize=1)
def _nodes() -> tuple[Array, Array]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, weights / math.sqrt(2 * math.pi)
