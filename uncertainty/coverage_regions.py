"""Coverage regions of several outputs: the ellipsoid, the hyper-rectangle, and the smallest region, by boxes."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from uncertainty.errors import InvalidInput
from uncertainty.student import normal_quantile

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
# Below this the outputs are one quantity said twice, and their ellipsoid has no inside.
SINGULAR = 1e-12
TRIALS_A_BOX = 50
MOST_BOXES_A_SIDE = 200


@dataclass(frozen=True)
class Ellipsoid:
    """The points at most k_p away from the estimates, measured by the covariance.

    Attributes:
        centre: estimates of the outputs, each in its unit.
        covariance: of the outputs, products of their units.
        factor: the coverage factor k_p.
        coverage_probability: p.

    Source: JCGM 102, 6.5, 7.7.2.
    """

    centre: Array
    covariance: Array
    factor: float
    coverage_probability: float

    def contains(self, points: ArrayLike) -> Flags:
        """Which points (one column each, one row per output) lie inside or on it."""
        return np.asarray(_distances(np.asarray(points, dtype=np.float64), self.centre, self.covariance) <= self.factor)

    @property
    def volume(self) -> float:
        """Its area (two outputs) or volume, product of the units."""
        count = len(self.centre)
        ball = math.pi ** (count / 2) / math.gamma(count / 2 + 1)
        return float(ball * self.factor**count * math.sqrt(float(np.linalg.det(self.covariance))))


@dataclass(frozen=True)
class HyperRectangle:
    """Intervals of all outputs that hold together: each output within k_q times its u of its estimate.

    Attributes:
        centre: estimates of the outputs, each in its unit.
        half_widths: k_q u of each, in its unit.
        factor: the coverage factor k_q.
        coverage_probability: p, of all together.

    Source: JCGM 102, 6.5, 7.7.3.
    """

    centre: Array
    half_widths: Array
    factor: float
    coverage_probability: float

    def contains(self, points: ArrayLike) -> Flags:
        """Which points (one column each, one row per output) lie inside or on it."""
        away = np.abs(np.asarray(points, dtype=np.float64) - self.centre[:, None])
        return np.asarray((away <= self.half_widths[:, None]).all(axis=0))

    @property
    def volume(self) -> float:
        """Its area (two outputs) or volume, product of the units."""
        return float(np.prod(2 * self.half_widths))


@dataclass(frozen=True)
class SmallestRegion:
    """The boxes in which trials lie most densely, as many as hold the coverage probability; of any shape.

    Attributes:
        edges: by output, the borders of the boxes, in its unit.
        inside: whether a box belongs to the region; one axis per output.
        share: share of the trials inside, at least the coverage probability.
        coverage_probability: p.

    Source: JCGM 102, 7.7.4.
    """

    edges: tuple[Array, ...]
    inside: Flags
    share: float
    coverage_probability: float

    def contains(self, points: ArrayLike) -> Flags:
        """Which points (one column each, one row per output) lie inside it."""
        places, within = _boxes_of(np.asarray(points, dtype=np.float64), self.edges)
        return np.asarray(within & self.inside[places])

    @property
    def volume(self) -> float:
        """Its area (two outputs) or volume, product of the units."""
        sides = math.prod(float(edge[1] - edge[0]) for edge in self.edges)
        return sides * int(np.count_nonzero(self.inside))


def ellipsoid(estimates: ArrayLike, covariance: ArrayLike, coverage_probability: float) -> Ellipsoid:
    """The ellipsoid of jointly normal outputs, k_p from the chi-square distribution.

    Args:
        estimates: of the outputs, each in its unit.
        covariance: of the outputs, in the same units: from first order or from trials.
        coverage_probability: p, between 0 and 1.

    Raises:
        InvalidInput: where the covariance is singular, or p out of range.

    Source: JCGM 102, 6.5.

    >>> round(ellipsoid([0, 0], [[2, 1], [1, 2]], 0.95).factor, 2)
    2.45
    """
    centre, matrix = np.asarray(estimates, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    _check(coverage_probability, matrix)
    return Ellipsoid(centre, matrix, _chi(len(centre), coverage_probability), coverage_probability)


def ellipsoid_of_trials(trials: Array, coverage_probability: float) -> Ellipsoid:
    """The ellipsoid of trials: shape from their covariance, k_p so that it holds the share p of them.

    Args:
        trials: one row per output, one column per trial, from `joint_trials`.
        coverage_probability: p, between 0 and 1.

    Raises:
        InvalidInput: where the covariance is singular, or p out of range.

    Source: JCGM 102, 7.7.2.
    """
    centre, covariance = trials.mean(axis=1), np.atleast_2d(np.cov(trials))
    _check(coverage_probability, covariance)
    factor = _ranked(_distances(trials, centre, covariance), coverage_probability)
    return Ellipsoid(centre, covariance, factor, coverage_probability)


def hyper_rectangle(
    estimates: ArrayLike, standard_uncertainties: ArrayLike, coverage_probability: float
) -> HyperRectangle:
    """The hyper-rectangle of normal outputs by Bonferroni's inequality: at least p, whatever their correlation.

    Args:
        estimates: of the outputs, each in its unit.
        standard_uncertainties: of the outputs, in the same units.
        coverage_probability: p, between 0 and 1.

    Raises:
        InvalidInput: where p is out of range.

    Source: JCGM 102, 6.5.

    >>> round(hyper_rectangle([0, 0], [1, 1], 0.95).factor, 2)
    2.24
    """
    _check(coverage_probability)
    centre, u = np.asarray(estimates, dtype=np.float64), np.asarray(standard_uncertainties, dtype=np.float64)
    factor = normal_quantile(1 - (1 - coverage_probability) / (2 * len(centre)))
    return HyperRectangle(centre, factor * u, factor, coverage_probability)


def hyper_rectangle_of_trials(trials: Array, coverage_probability: float) -> HyperRectangle:
    """The hyper-rectangle of trials: sides as their standard deviations, k_q so that it holds the share p of them.

    Args:
        trials: one row per output, one column per trial, from `joint_trials`.
        coverage_probability: p, between 0 and 1.

    Raises:
        InvalidInput: where an output does not vary, or p is out of range.

    Source: JCGM 102, 7.7.3.
    """
    _check(coverage_probability)
    centre, u = trials.mean(axis=1), trials.std(axis=1, ddof=1)
    if not (u > 0).all():
        raise InvalidInput("uncertainty.region_singular")
    factor = _ranked((np.abs(trials - centre[:, None]) / u[:, None]).max(axis=0), coverage_probability)
    return HyperRectangle(centre, factor * u, factor, coverage_probability)


def smallest_region(trials: Array, coverage_probability: float, boxes: int | None = None) -> SmallestRegion:
    """The smallest coverage region of trials, approximated by boxes of equal size.

    Args:
        trials: one row per output, one column per trial, from `joint_trials`.
        coverage_probability: p, between 0 and 1.
        boxes: how many on a side; None takes as many as leave some fifty trials for each.

    Raises:
        InvalidInput: where an output does not vary, or p is out of range.

    Source: JCGM 102, 7.7.4.
    """
    _check(coverage_probability)
    outputs, count = trials.shape
    side = boxes or max(2, min(MOST_BOXES_A_SIDE, int((count / TRIALS_A_BOX) ** (1 / outputs))))
    low, high = trials.min(axis=1), trials.max(axis=1)
    if not (high > low).all():
        raise InvalidInput("uncertainty.region_singular")
    edges = tuple(np.linspace(one, other, side + 1) for one, other in zip(low, high, strict=True))
    places, _ = _boxes_of(trials, edges)
    held = np.bincount(np.ravel_multi_index(places, (side,) * outputs), minlength=side**outputs)
    order = np.argsort(-held, kind="stable")
    filled = np.cumsum(held[order])
    needed = int(np.searchsorted(filled, math.ceil(coverage_probability * count))) + 1
    inside = np.zeros(side**outputs, dtype=np.bool_)
    inside[order[:needed]] = True
    share = float(filled[needed - 1]) / count
    return SmallestRegion(edges, inside.reshape((side,) * outputs), share, coverage_probability)


def _check(coverage_probability: float, covariance: Array | None = None) -> None:
    if not 0 < coverage_probability < 1:
        raise InvalidInput("uncertainty.coverage_probability_range", p=f"{coverage_probability:g}")
    if covariance is None:
        return
    spread = np.sqrt(np.diagonal(covariance))
    if not (spread > 0).all() or float(np.linalg.eigvalsh(covariance / np.outer(spread, spread))[0]) < SINGULAR:
        raise InvalidInput("uncertainty.region_singular")


def _chi(count: int, probability: float) -> float:
    """The length below which a standard normal vector of so many components lies with a probability."""
    if count == 2:
        return math.sqrt(-2 * math.log1p(-probability))
    from scipy import special  # takes long to load, and is asked for here only

    return math.sqrt(2 * float(special.gammaincinv(count / 2, probability)))


def _distances(points: Array, centre: Array, covariance: Array) -> Array:
    """How far points lie from the centre, measured by the covariance."""
    steps = np.linalg.solve(np.linalg.cholesky(covariance), points - centre[:, None])
    return np.asarray(np.sqrt((steps**2).sum(axis=0)))


def _ranked(numbers: Array, probability: float) -> float:
    """The number not exceeded by a share of them (JCGM 102, 7.7.2: the smallest that holds pM of M)."""
    place = min(len(numbers), math.ceil(probability * len(numbers))) - 1
    return float(np.partition(numbers, place)[place])


def _boxes_of(points: Array, edges: tuple[Array, ...]) -> tuple[tuple[NDArray[np.intp], ...], Flags]:
    """The box of each point, by output, and whether it lies within the borders at all."""
    places, within = [], np.ones(points.shape[1], dtype=np.bool_)
    for row, edge in zip(points, edges, strict=True):
        place = ((row - edge[0]) / (edge[-1] - edge[0]) * (len(edge) - 1)).astype(np.intp)
        places.append(np.clip(place, 0, len(edge) - 2))
        within &= (row >= edge[0]) & (row <= edge[-1])
    return tuple(places), within
