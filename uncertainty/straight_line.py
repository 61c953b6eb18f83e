"""Straight-line calibration: intercept and slope with their uncertainties and correlation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uncertainty.calibration_curve import CalibrationCurve, Reading, fit_curve

Array = NDArray[np.float64]


@dataclass(frozen=True)
class StraightLine:
    """A fitted straight line y = intercept + slope (x - origin).

    Attributes:
        curve: the line as a calibration curve of degree 1.
    """

    curve: CalibrationCurve

    @property
    def intercept(self) -> Reading:
        """The response at the origin."""
        return self._parameter(0)

    @property
    def slope(self) -> Reading:
        """The slope, response per stimulus."""
        return self._parameter(1)

    def _parameter(self, place: int) -> Reading:
        u = float(self.curve.standard_uncertainties[place])
        return Reading(float(self.curve.coefficients[place]), u, self.curve.dof)

    @property
    def correlation(self) -> float:
        """The correlation coefficient of intercept and slope."""
        return self.curve.correlation(0, 1)

    @property
    def chi_square(self) -> float:
        """Observed chi-square; the sum of squared residuals where no uncertainty was given."""
        return self.curve.fit.chi_square

    @property
    def chi_square_dof(self) -> int:
        """Points less two."""
        return self.curve.fit.dof

    @property
    def residual_standard_deviation(self) -> float:
        """Root of chi-square over its degrees of freedom."""
        return self.curve.fit.residual_standard_deviation

    def predict(self, x: float, u_x: float = 0.0) -> Reading:
        """The response at a stimulus with its standard uncertainty."""
        return self.curve.predict(x, u_x)

    def inverse(self, y: float, u_y: float = 0.0) -> Reading:
        """The stimulus at a response with its standard uncertainty."""
        return self.curve.inverse(y, u_y)


def fit_line(
    x: Sequence[float] | Array,
    y: Sequence[float] | Array,
    *,
    u_y: Sequence[float] | float | Array | None = None,
    u_x: Sequence[float] | float | Array | None = None,
    covariance_xy: Sequence[float] | Array | None = None,
    origin: float = 0.0,
    relative: bool = False,
) -> StraightLine:
    """The straight line through the points of a calibration.

    Args:
        x: stimulus of each point.
        y: response of each point.
        u_y: standard uncertainties of y, or their covariance matrix; None where they are equal and unknown.
        u_x: standard uncertainties of x, or their covariance matrix.
        covariance_xy: covariance of x and y of each point, or of all.
        origin: from which x is counted.
        relative: whether the uncertainties are known but for a common factor.

    Raises:
        InvalidInput: as `fit_curve`.

    Source: ISO/TS 28037:2010, clauses 6 to 10; GUM (JCGM 100), H.3.

    >>> round(fit_line([0.0, 1.0, 2.0], [1.0, 3.0, 5.0], u_y=0.1).slope.value, 9)
    2.0
    """
    found = fit_curve(x, y, 1, u_y=u_y, u_x=u_x, covariance_xy=covariance_xy, origin=origin, relative=relative)
    return StraightLine(found)
