"""The drift of an instrument at a point: one rate, a level of its own after each adjustment, and what it predicts.

Within a stretch between two adjustments the values follow a straight line; an adjustment moves the level and not the
rate, so what was left by one calibration and found by the next makes the drift, in every stretch. Each value counts by
its standard uncertainty. Where the values scatter more than their uncertainties allow, all uncertainties are raised by
the same factor (the root of chi-square over its degrees of freedom), and the coverage factor is Student's.

Source: GUM (JCGM 100), H.3; ISO/TS 28037:2010, clause 6; ILAC-G24:2022 / OIML D 10:2022, 6.3.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from uncertainty.least_squares import LeastSquares, solve
from uncertainty.student import student_quantile

YEAR = 365.25
COVERAGE = 0.95
INCONSISTENT = 0.05
"""Probability of chi-square below which the values are said not to follow the line with their uncertainties."""
_NUMBER = 1e-12


@dataclass(frozen=True)
class DriftPoint:
    """One value on the way: its day, the stretch between adjustments it belongs to, its standard uncertainty."""

    day: date
    value: float
    standard_uncertainty: float
    stretch: int = 0


@dataclass(frozen=True)
class Prediction:
    """The value expected on a day: U of the drift line there, and U within which the next calibration's value lies."""

    day: date
    value: float
    line_uncertainty: float
    expanded_uncertainty: float
    coverage_factor: float


@dataclass(frozen=True)
class Drift:
    """A fitted drift.

    Attributes:
        origin: the day from which time is counted.
        stretches: the numbers of the stretches, in the order of their levels.
        fit: levels of the stretches at the origin, and last the rate per year.
        raised: factor by which the scatter raises all uncertainties; 1 where they agree with it.
        last_uncertainty: standard uncertainty of the newest value, that of the next is taken to be the same; raised
            like all others where the values scatter more than they allow.
    """

    origin: date
    stretches: tuple[int, ...]
    fit: LeastSquares
    raised: float
    last_uncertainty: float

    @property
    def rate(self) -> float:
        """The drift per year."""
        return float(self.fit.parameters[-1])

    @property
    def rate_uncertainty(self) -> float:
        """Standard uncertainty of the drift per year."""
        return self.raised * math.sqrt(float(self.fit.covariance[-1, -1]))

    @property
    def dof(self) -> float:
        """Degrees of freedom of the uncertainties: infinite where those of the calibrations hold as they are."""
        return self.fit.dof if self.raised > 1 else math.inf

    @property
    def coverage_factor(self) -> float:
        """The coverage factor for 95 %."""
        return student_quantile((1 + COVERAGE) / 2, self.dof if math.isfinite(self.dof) else _MANY)

    @property
    def significant(self) -> bool:
        """Whether the drift is larger than its expanded uncertainty."""
        return abs(self.rate) > self.coverage_factor * self.rate_uncertainty

    @property
    def consistent(self) -> bool:
        """Whether the values follow the line within their uncertainties (chi-square, 5 %)."""
        return not (self.fit.dof and self.fit.probability < INCONSISTENT)

    def predict(self, day: date, stretch: int | None = None) -> Prediction:
        """The value on a day in a stretch, the last one where none is named.

        Args:
            day: any day; before the first or long after the last value the uncertainty grows as it must.
            stretch: one of `stretches`.
        """
        row = self._row(day, self.stretches[-1] if stretch is None else stretch)
        line = self.raised * math.hypot(*(row @ self.fit.factor))
        k = self.coverage_factor
        next_one = math.hypot(line, self.raised * self.last_uncertainty)
        return Prediction(day, float(row @ self.fit.parameters), k * line, k * next_one, k)

    def _row(self, day: date, stretch: int) -> NDArray[np.float64]:
        row = np.zeros(len(self.stretches) + 1)
        row[self.stretches.index(stretch)] = 1.0
        row[-1] = (day - self.origin).days / YEAR
        return row


_MANY = 1e9
"""Degrees of freedom that stand for infinity in the quantile."""


def fit_drift(points: Sequence[DriftPoint]) -> Drift | None:
    """The drift through the values of a point, or None where no stretch has two values of different days.

    Args:
        points: in any order; standard uncertainties are positive, in the unit of the values.

    >>> days = [date(2020 + year, 1, 1) for year in range(4)]
    >>> drift = fit_drift([DriftPoint(day, 2.0 * number, 0.1) for number, day in enumerate(days)])
    >>> round(drift.rate, 2)
    2.0
    """
    ordered = sorted(points, key=lambda one: (one.day, one.stretch))
    days: dict[int, set[date]] = {}
    for one in ordered:
        days.setdefault(one.stretch, set()).add(one.day)
    if not any(len(some) > 1 for some in days.values()):
        return None
    stretches = tuple(sorted(days))
    origin = ordered[-1].day
    design = np.zeros((len(ordered), len(stretches) + 1))
    for number, one in enumerate(ordered):
        design[number, stretches.index(one.stretch)] = 1.0
        design[number, -1] = (one.day - origin).days / YEAR
    scale = max(abs(one.value) for one in ordered) or 1.0
    observed = np.array([one.value for one in ordered])
    fit = solve(design, observed, np.array([max(one.standard_uncertainty, _NUMBER * scale) for one in ordered]))
    raised = max(1.0, fit.residual_standard_deviation) if fit.dof else 1.0
    return Drift(origin, stretches, fit, raised, ordered[-1].standard_uncertainty)
