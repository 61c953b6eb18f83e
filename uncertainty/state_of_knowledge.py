"""What is known of a quantity, as a probability distribution: normal, t, rectangular, trials, or any cumulative one."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from uncertainty.errors import InvalidInput

Array = NDArray[np.float64]
# Places, in units of u, between which a smooth density is integrated piece by piece.
_MARKS = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0])


class StateOfKnowledge(Protocol):
    """The distribution that encodes what is known of a quantity."""

    def at_most(self, value: ArrayLike) -> Array:
        """The probability of a quantity not greater than a value."""

    def below(self, value: ArrayLike) -> Array:
        """The probability of a quantity smaller than a value."""

    def above(self, value: ArrayLike) -> Array:
        """The probability of a quantity greater than a value, exact also where it is tiny."""

    def marks(self) -> Array:
        """Places between which the distribution is smooth, from end to end of what matters of it."""


class Prior(StateOfKnowledge, Protocol):
    """A state of knowledge over which one can integrate."""

    def nodes(self, breaks: Array) -> tuple[Array, Array]:
        """Values and their weights, which add up to one, for integration piece by piece between breaks."""


def _checked(estimate: float, spread: float) -> None:
    if not (math.isfinite(estimate) and math.isfinite(spread)):
        raise InvalidInput("uncertainty.number_not_finite", text=f"{estimate}; {spread}")
    if spread <= 0:
        raise InvalidInput("uncertainty.positive_needed", what="u", text=f"{spread:g}")


@dataclass(frozen=True)
class Normal:
    """A normal distribution.

    Attributes:
        estimate: any unit.
        standard_uncertainty: positive, same unit.
    """

    estimate: float
    standard_uncertainty: float

    def __post_init__(self) -> None:
        """Refuse what is no distribution."""
        _checked(self.estimate, self.standard_uncertainty)

    def _reduced(self, value: ArrayLike) -> Array:
        return np.asarray((np.asarray(value, dtype=np.float64) - self.estimate) / self.standard_uncertainty)

    def at_most(self, value: ArrayLike) -> Array:
        """The probability of a quantity not greater than a value."""
        return np.asarray(special.ndtr(self._reduced(value)))

    below = at_most

    def above(self, value: ArrayLike) -> Array:
        """The probability of a quantity greater than a value."""
        return np.asarray(special.ndtr(-self._reduced(value)))

    def marks(self) -> Array:
        """Up to ten standard uncertainties on both sides."""
        return self.estimate + self.standard_uncertainty * np.concatenate([-_MARKS, _MARKS])

    def nodes(self, breaks: Array) -> tuple[Array, Array]:
        """Gauss-Legendre nodes with the weights of the density."""
        values, lengths = _legendre(np.concatenate([self.marks(), breaks]), self.marks())
        return values, _normalised(lengths * np.exp(-0.5 * self._reduced(values) ** 2))


@dataclass(frozen=True)
class ScaledT:
    """A scaled and shifted t distribution; its scale is u, its standard deviation is larger (JCGM 101, 6.4.9).

    Attributes:
        estimate: any unit.
        standard_uncertainty: the scale, positive, same unit.
        dof: degrees of freedom, at least 1; infinite ones make it normal.
    """

    estimate: float
    standard_uncertainty: float
    dof: float

    def __post_init__(self) -> None:
        """Refuse what is no distribution."""
        _checked(self.estimate, self.standard_uncertainty)
        if not self.dof >= 1:
            raise InvalidInput("uncertainty.input_dof", dof=f"{self.dof:g}")

    def _reduced(self, value: ArrayLike) -> Array:
        return np.asarray((np.asarray(value, dtype=np.float64) - self.estimate) / self.standard_uncertainty)

    def _cumulative(self, reduced: Array) -> Array:
        return np.asarray(special.ndtr(reduced) if math.isinf(self.dof) else special.stdtr(self.dof, reduced))

    def at_most(self, value: ArrayLike) -> Array:
        """The probability of a quantity not greater than a value."""
        return self._cumulative(self._reduced(value))

    below = at_most

    def above(self, value: ArrayLike) -> Array:
        """The probability of a quantity greater than a value."""
        return self._cumulative(-self._reduced(value))

    def marks(self) -> Array:
        """Up to a billion standard uncertainties on both sides, as far as the tails of few degrees of freedom go."""
        far = np.concatenate([_MARKS, np.geomspace(20.0, 1e9, 30)])
        return self.estimate + self.standard_uncertainty * np.concatenate([-far, far])

    def nodes(self, breaks: Array) -> tuple[Array, Array]:
        """Gauss-Legendre nodes with the weights of the density."""
        values, lengths = _legendre(np.concatenate([self.marks(), breaks]), self.marks())
        square = self._reduced(values) ** 2
        shape = -0.5 * square if math.isinf(self.dof) else -(self.dof + 1) / 2 * np.log1p(square / self.dof)
        return values, _normalised(lengths * np.exp(shape))


@dataclass(frozen=True)
class Rectangular:
    """A rectangular distribution.

    Attributes:
        lower: any unit.
        upper: greater than `lower`, same unit.
    """

    lower: float
    upper: float

    def __post_init__(self) -> None:
        """Refuse what is no distribution."""
        _checked(self.lower, self.upper - self.lower)

    def at_most(self, value: ArrayLike) -> Array:
        """The probability of a quantity not greater than a value."""
        return np.clip((np.asarray(value, dtype=np.float64) - self.lower) / (self.upper - self.lower), 0.0, 1.0)

    below = at_most

    def above(self, value: ArrayLike) -> Array:
        """The probability of a quantity greater than a value."""
        return np.clip((self.upper - np.asarray(value, dtype=np.float64)) / (self.upper - self.lower), 0.0, 1.0)

    def marks(self) -> Array:
        """Its two ends."""
        return np.array([self.lower, self.upper])

    def nodes(self, breaks: Array) -> tuple[Array, Array]:
        """Gauss-Legendre nodes with equal density."""
        values, lengths = _legendre(np.concatenate([self.marks(), breaks]), self.marks())
        return values, _normalised(lengths)


@dataclass(frozen=True)
class Trials:
    """A Monte Carlo sample.

    Attributes:
        values: sorted, finite, at least one.
    """

    values: Array

    def __post_init__(self) -> None:
        """Refuse what is no sorted sample."""
        if self.values.ndim != 1 or not self.values.size or not np.isfinite(self.values).all():
            raise InvalidInput("uncertainty.sample_form")
        if (np.diff(self.values) < 0).any():
            raise InvalidInput("uncertainty.sample_form")

    def at_most(self, value: ArrayLike) -> Array:
        """The share of trials not greater than a value."""
        return np.asarray(np.searchsorted(self.values, value, side="right") / len(self.values))

    def below(self, value: ArrayLike) -> Array:
        """The share of trials smaller than a value."""
        return np.asarray(np.searchsorted(self.values, value, side="left") / len(self.values))

    def above(self, value: ArrayLike) -> Array:
        """The share of trials greater than a value."""
        return np.asarray((len(self.values) - np.searchsorted(self.values, value, side="right")) / len(self.values))

    def marks(self) -> Array:
        """Every hundredth of the sample."""
        return np.asarray(np.quantile(self.values, np.linspace(0.0, 1.0, 101)))

    def nodes(self, breaks: Array) -> tuple[Array, Array]:
        """The trials themselves, each with the same weight, wherever the breaks lie."""
        return self.values, np.full(len(self.values), 1 / len(self.values))


@dataclass(frozen=True)
class Cumulative:
    """Any continuous distribution, given by its cumulative distribution function.

    Attributes:
        function: from values to probabilities, for arrays.
        reach: lower and upper end of what matters of it.
    """

    function: Callable[[Array], ArrayLike]
    reach: tuple[float, float]

    def at_most(self, value: ArrayLike) -> Array:
        """The probability of a quantity not greater than a value."""
        return np.asarray(self.function(np.asarray(value, dtype=np.float64)), dtype=np.float64)

    below = at_most

    def above(self, value: ArrayLike) -> Array:
        """The probability of a quantity greater than a value."""
        return np.asarray(1.0 - self.at_most(value))

    def marks(self) -> Array:
        """A hundred equal steps between its ends."""
        return np.linspace(*self.reach, 101)

    def nodes(self, breaks: Array) -> tuple[Array, Array]:
        """The middles of narrow steps, weighted with the probability of each step."""
        inside = breaks[(breaks > self.reach[0]) & (breaks < self.reach[1])]
        edges = np.unique(np.concatenate([np.linspace(*self.reach, 20_001), inside]))
        return (edges[1:] + edges[:-1]) / 2, _normalised(np.diff(self.at_most(edges)))


def _legendre(breaks: Array, marks: Array) -> tuple[Array, Array]:
    """Nodes and lengths of sixteen-point Gauss-Legendre integration between breaks, within the outermost marks."""
    inside = breaks[np.isfinite(breaks) & (breaks >= marks.min()) & (breaks <= marks.max())]
    edges = np.unique(inside)
    places, weights = np.polynomial.legendre.leggauss(16)
    half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
    return (middle[:, None] + half[:, None] * places).ravel(), (half[:, None] * weights).ravel()


def _normalised(weights: Array) -> Array:
    return np.asarray(weights / weights.sum())
