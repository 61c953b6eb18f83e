"""Distributions known from elsewhere than repeated indications: name -> how it is drawn.

Every distribution is kept in standard form, with mean 0 and standard uncertainty 1; an input
is `estimate + u * standard`. The t distribution has scale 1, not standard deviation 1: the
scaled and shifted t of JCGM 101, 6.4.9.7 has scale u.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uncertainty.errors import InvalidInput

Array = NDArray[np.float64]


def _special() -> Any:
    """scipy's special functions; they take long to load, and most evaluations draw without them."""
    from scipy import special

    return special


@dataclass(frozen=True)
class Distribution:
    """A distribution in standard form.

    Attributes:
        name: a key of FAMILIES.
        shape: its shape: degrees of freedom of `t`; beta of `trapezoidal`; inexactness over
            half-width of `curvilinear_trapezoidal`; place of the mode (0 to 1) of `triangular`;
            counts q of `gamma`; relative standard uncertainty of `lognormal`.
    """

    name: str
    shape: float = 0.0

    def draw(self, random: np.random.Generator, size: int) -> Array:
        """Independent draws in standard form."""
        return np.asarray(FAMILIES[self.name].draw(random, size, self.shape))

    def quantile(self, probability: Array) -> Array:
        """The standard value below which a share of the draws lies."""
        return np.asarray(FAMILIES[self.name].quantile(probability, self.shape), dtype=np.float64)

    @property
    def gaussian(self) -> bool:
        """Whether it is normal or t, so that a coverage factor from t fits."""
        return self.name in ("normal", "t")

    @property
    def has_variance(self) -> bool:
        """Whether Monte Carlo has a standard deviation to find."""
        return self.name != "t" or self.shape > 2


@dataclass(frozen=True)
class Family:
    """How a family of distributions is drawn, and its quantile, both in standard form."""

    draw: Callable[[np.random.Generator, int, float], Any]
    quantile: Callable[[Array, float], Any]


def _scaled(drawn: Array, shift: float, scale: float) -> Array:
    """(drawn + shift) * scale, in place: draws are fresh arrays."""
    drawn += shift
    drawn *= scale
    return drawn


def _student_draw(random: np.random.Generator, size: int, dof: float) -> Array:
    """Draws of t; with 4 or 6 degrees of freedom (5 or 7 readings) chi-square is a quick sum of exponentials."""
    if dof not in (4, 6):
        return random.standard_t(dof, size)
    squares = random.standard_exponential(size)
    for _ in range(int(dof) // 2 - 1):
        squares += random.standard_exponential(size)
    squares *= 2 / dof
    drawn = random.standard_normal(size)
    drawn /= np.sqrt(squares, out=squares)
    return drawn


def _trapezoid_draw(random: np.random.Generator, size: int, beta: float) -> Array:
    scale = math.sqrt(6 / (1 + beta**2))
    wide = _scaled(random.random(size), -0.5, (1 + beta) * scale)
    wide += _scaled(random.random(size), -0.5, (1 - beta) * scale)
    return wide


def _trapezoid_quantile(p: Array, beta: float) -> Array:
    tail = np.minimum(p, 1 - p)
    sloped = (1 - beta) / (2 * (1 + beta))
    edge = -1 + np.sqrt(2 * np.minimum(tail, sloped) * (1 - beta**2))
    flat = -beta + (tail - sloped) * (1 + beta)
    lower = np.where(tail <= sloped, edge, flat)
    return np.where(p <= 0.5, lower, -lower) * math.sqrt(6 / (1 + beta**2))


def _curvilinear_scale(ratio: float) -> float:
    return 1 / math.sqrt(1 / 3 + ratio**2 / 9)


def _curvilinear_draw(random: np.random.Generator, size: int, ratio: float) -> Array:
    limit = 1 + ratio * (2 * random.random(size) - 1)
    return limit * (2 * random.random(size) - 1) * _curvilinear_scale(ratio)


@lru_cache(maxsize=64)
def _curvilinear_table(ratio: float) -> tuple[Array, Array]:
    """Distribution function of the curvilinear trapezoid: the mean over the limits of rectangular ones."""
    x = np.linspace(-1 - ratio, 1 + ratio, 4001)
    limits = 1 + ratio * (np.polynomial.legendre.leggauss(64)[0])
    weights = np.polynomial.legendre.leggauss(64)[1] / 2
    function = np.clip((x[:, None] / limits + 1) / 2, 0, 1) @ weights
    return function, x


def _curvilinear_quantile(p: Array, ratio: float) -> Array:
    return np.interp(p, *_curvilinear_table(ratio)) * _curvilinear_scale(ratio)


def _triangle_quantile(p: Array, mode: float) -> Array:
    rising = np.sqrt(p * mode)
    falling = 1 - np.sqrt((1 - p) * (1 - mode))
    return (np.where(p < mode, rising, falling) - (1 + mode) / 3) / math.sqrt((1 + mode**2 - mode) / 18)


def _triangle_draw(random: np.random.Generator, size: int, mode: float) -> Array:
    if mode == 0.5:
        return _trapezoid_draw(random, size, 0.0)
    return _triangle_quantile(random.random(size), mode)


def _lognormal(normal: Array, relative: float) -> Array:
    sigma = math.sqrt(math.log1p(relative**2))
    return np.expm1(sigma * normal - sigma**2 / 2) / relative


FAMILIES: dict[str, Family] = {
    "normal": Family(lambda r, n, s: r.standard_normal(n), lambda p, s: _special().ndtri(p)),
    "t": Family(_student_draw, lambda p, s: _special().stdtrit(s, p)),
    "rectangular": Family(
        lambda r, n, s: _scaled(r.random(n), -0.5, math.sqrt(12)), lambda p, s: (np.asarray(p) - 0.5) * math.sqrt(12)
    ),
    "trapezoidal": Family(_trapezoid_draw, _trapezoid_quantile),
    "curvilinear_trapezoidal": Family(_curvilinear_draw, _curvilinear_quantile),
    "triangular": Family(_triangle_draw, _triangle_quantile),
    "u_shaped": Family(
        lambda r, n, s: _scaled(np.sin(_scaled(r.random(n), -0.5, math.pi)), 0.0, math.sqrt(2)),
        lambda p, s: np.sin(math.pi * (p - 0.5)) * math.sqrt(2),
    ),
    "exponential": Family(lambda r, n, s: r.standard_exponential(n) - 1, lambda p, s: -np.log1p(-p) - 1),
    "gamma": Family(
        lambda r, n, s: (r.standard_gamma(s + 1, n) - (s + 1)) / math.sqrt(s + 1),
        lambda p, s: (_special().gammaincinv(s + 1, p) - (s + 1)) / math.sqrt(s + 1),
    ),
    "lognormal": Family(
        lambda r, n, s: _lognormal(r.standard_normal(n), s), lambda p, s: _lognormal(_special().ndtri(p), s)
    ),
}
SYMMETRIC = {"rectangular", "trapezoidal", "curvilinear_trapezoidal", "triangular", "u_shaped"}


@dataclass(frozen=True)
class Known:
    """What a Type B evaluation gives: estimate and standard uncertainty in one unit, and the distribution."""

    estimate: float
    standard_uncertainty: float
    distribution: Distribution


def between(name: str, lower: float, upper: float, *, shape: float = 0.0, mode: float | None = None) -> Known:
    """A distribution between two limits.

    Args:
        name: one of SYMMETRIC.
        lower: the lower limit, any unit.
        upper: the upper limit in the same unit, above the lower one.
        shape: beta (0 to 1) of `trapezoidal`; the inexactness d of the limits, in the same
            unit, of `curvilinear_trapezoidal`.
        mode: the most likely value of `triangular` where it is not the middle.

    Raises:
        InvalidInput: where the limits or the shape contradict each other.

    Source: JCGM 101, 6.4.2 to 6.4.6.

    >>> round(between("rectangular", -1.0, 1.0).standard_uncertainty, 4)
    0.5774
    """
    if lower > upper:
        raise InvalidInput("uncertainty.input_limits", lower=f"{lower:g}", upper=f"{upper:g}")
    half, middle = (upper - lower) / 2, (upper + lower) / 2
    match name:
        case "rectangular":
            return Known(middle, half / math.sqrt(3), Distribution(name))
        case "u_shaped":
            return Known(middle, half / math.sqrt(2), Distribution(name))
        case "trapezoidal":
            if not 0 <= shape <= 1:
                raise InvalidInput("uncertainty.input_shape", shape=f"{shape:g}")
            return Known(middle, half * math.sqrt((1 + shape**2) / 6), Distribution(name, shape))
        case "curvilinear_trapezoidal":
            if not 0 <= shape < half:
                raise InvalidInput("uncertainty.input_inexactness", inexactness=f"{shape:g}", half=f"{half:g}")
            return Known(middle, math.sqrt(half**2 / 3 + shape**2 / 9), Distribution(name, shape / half))
    peak = middle if mode is None else mode
    if not lower <= peak <= upper:
        raise InvalidInput("uncertainty.input_mode", mode=f"{peak:g}", lower=f"{lower:g}", upper=f"{upper:g}")
    place = (peak - lower) / (upper - lower) if upper > lower else 0.5
    spread = (upper - lower) * math.sqrt((1 + place**2 - place) / 18)
    return Known(middle + (peak - middle) / 3, spread, Distribution(name, place))


def counted(counts: float) -> Known:
    """A number of events of which `counts` were observed: gamma with value q + 1 and u = sqrt(q + 1).

    Source: JCGM 101, 6.4.11.
    """
    if counts < 0:
        raise InvalidInput("uncertainty.input_counts", counts=f"{counts:g}")
    return Known(counts + 1, math.sqrt(counts + 1), Distribution("gamma", counts))


def about(name: str, estimate: float, standard_uncertainty: float) -> Distribution:
    """The distribution of a quantity known by its value and u (`exponential`, `lognormal`, or symmetric ones).

    Raises:
        InvalidInput: where the value is not positive, as these need.
    """
    if name == "lognormal":
        if estimate <= 0 or standard_uncertainty <= 0:
            raise InvalidInput("uncertainty.input_positive", distribution=name)
        return Distribution(name, standard_uncertainty / estimate)
    if name == "exponential" and estimate <= 0:
        raise InvalidInput("uncertainty.input_positive", distribution=name)
    return Distribution(name, 0.5 if name == "triangular" else 0.0)
