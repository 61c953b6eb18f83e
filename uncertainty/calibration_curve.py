"""Calibration curves: polynomials by least squares with uncertainty in y, in both axes, and with covariances."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from uncertainty.calibration_data import CalibrationData, calibration_data, distance_spread
from uncertainty.errors import InvalidInput
from uncertainty.least_squares import LeastSquares, solve, whiten

Array = NDArray[np.float64]
MOST_ITERATIONS = 200
MOST_DEGREE = 12


@dataclass(frozen=True)
class Reading:
    """A value read from a calibration curve.

    Attributes:
        value: in the unit of the axis.
        standard_uncertainty: same unit.
        dof: degrees of freedom, infinite where the uncertainties of the points were given.
    """

    value: float
    standard_uncertainty: float
    dof: float


@dataclass(frozen=True)
class CalibrationCurve:
    """A fitted polynomial p(x) = c0 + c1 (x - origin) + c2 (x - origin)² + ...

    Attributes:
        origin: where x is counted from.
        coefficients: c0, c1, ...
        covariance: of the coefficients.
        fit: the least-squares solution in the stable basis.
        spread: factor of the covariance of the solution: 1 for known uncertainties, s where they are unknown.
        dof: degrees of freedom of the uncertainties, infinite where they were given.
        adjusted_x: the stimuli as the fit corrects them; x itself where it is exact.
        x_range: least and greatest stimulus.
        scale: centre and half-width of that range, in which the fit counts.
    """

    origin: float
    coefficients: Array
    covariance: Array
    fit: LeastSquares
    spread: float
    dof: float
    adjusted_x: Array
    x_range: tuple[float, float]
    scale: tuple[float, float]

    @property
    def standard_uncertainties(self) -> Array:
        """Of the coefficients."""
        return np.sqrt(np.diag(self.covariance))

    def correlation(self, one: int, other: int) -> float:
        """The correlation coefficient of two coefficients."""
        u = self.standard_uncertainties
        return float(self.covariance[one, other] / (u[one] * u[other]))

    @property
    def consistent(self) -> bool:
        """Whether chi-square passes at the 5 % level; without given uncertainties nothing can be judged: True."""
        return not (math.isinf(self.dof) and self.fit.dof > 0 and self.fit.probability < 0.05)

    def slope(self, x: float) -> float:
        """The derivative of the curve at a stimulus."""
        centre, half = self.scale
        return float(chebyshev.chebval((x - centre) / half, chebyshev.chebder(self.fit.parameters)) / half)

    def _row(self, x: float) -> Array:
        centre, half = self.scale
        return np.asarray(chebyshev.chebvander(np.array([(x - centre) / half]), len(self.coefficients) - 1)[0])

    def _curve_uncertainty(self, x: float) -> float:
        return self.spread * math.hypot(*(self._row(x) @ self.fit.factor))

    def predict(self, x: float, u_x: float = 0.0) -> Reading:
        """The response of the curve at a stimulus.

        Args:
            x: stimulus.
            u_x: its standard uncertainty, independent of the calibration.

        Raises:
            InvalidInput: for a stimulus that is not finite and a negative uncertainty.

        Source: ISO/TS 28037:2010, 11.2; GUM (JCGM 100), H.3.4.
        """
        _checked(x, u_x)
        value = float(self._row(x) @ self.fit.parameters)
        return Reading(value, math.hypot(self._curve_uncertainty(x), self.slope(x) * u_x), self.dof)

    def inverse(self, y: float, u_y: float = 0.0) -> Reading:
        """The stimulus at which the curve has a response.

        Args:
            y: response; the curve has to reach it once within the calibrated range (a tenth of it more at the ends).
            u_y: its standard uncertainty, independent of the calibration.

        Raises:
            InvalidInput: for a response that is not finite, a negative uncertainty, and a response that the curve
                reaches nowhere or more than once.

        Source: ISO/TS 28037:2010, 11.1.
        """
        _checked(y, u_y)
        shifted = self.fit.parameters.copy()
        shifted[0] -= y
        roots = chebyshev.chebroots(chebyshev.chebtrim(shifted, tol=0.0))
        near = [float(root.real) for root in roots if abs(root.imag) < 1e-9 and abs(root.real) <= 1.2]
        centre, half = self.scale
        if len(near) != 1:
            low, high = (f"{end:g}" for end in self.x_range)
            raise InvalidInput("uncertainty.curve_inverse", y=f"{y:g}", count=len(near), low=low, high=high)
        x = centre + half * near[0]
        slope = abs(self.slope(x))
        if slope * half <= 1e-9 * (abs(y) + u_y):
            raise InvalidInput("uncertainty.curve_flat", x=f"{x:g}")
        return Reading(x, math.hypot(self._curve_uncertainty(x), u_y) / slope, self.dof)


def _checked(value: float, uncertainty: float) -> None:
    if not (math.isfinite(value) and math.isfinite(uncertainty)):
        raise InvalidInput("uncertainty.number_not_finite", text=f"{value}; {uncertainty}")
    if uncertainty < 0:
        raise InvalidInput("uncertainty.negative_uncertainty", text=f"{uncertainty:g}")


def fit_curve(
    x: Sequence[float] | Array,
    y: Sequence[float] | Array,
    degree: int = 1,
    *,
    u_y: Sequence[float] | float | Array | None = None,
    u_x: Sequence[float] | float | Array | None = None,
    covariance_xy: Sequence[float] | Array | None = None,
    origin: float = 0.0,
    relative: bool = False,
) -> CalibrationCurve:
    """The polynomial that fits the points of a calibration best.

    Without `u_y` all responses have the same unknown uncertainty, found from the residuals (ordinary least squares).
    With `u_y` it is weighted, with a covariance matrix generalised least squares; with `u_x` the distances are
    weighted in both axes and the stimuli are adjusted too (generalised distance regression).

    Args:
        x: stimulus of each point.
        y: response of each point.
        degree: of the polynomial, 0 to 12.
        u_y: standard uncertainties of y, or their covariance matrix.
        u_x: standard uncertainties of x, or their covariance matrix.
        covariance_xy: covariance of x and y of each point, or of all (rows for x).
        origin: from which x is counted in the coefficients.
        relative: whether `u_y` and `u_x` are known but for a common factor, to be found from the residuals.

    Raises:
        InvalidInput: for points that do not fit together, too few of them, equal stimuli, impossible covariances,
            and distances that no iteration settles.

    Source: ISO/TS 28037:2010, clauses 6 to 10; GUM (JCGM 100), H.3; D. York et al., Am. J. Phys. 72 (2004) 367-375.

    >>> curve = fit_curve([1.0, 2.0, 3.0], [2.0, 4.0, 6.0], u_y=0.1)
    >>> round(curve.inverse(5.0).value, 9)
    2.5
    """
    data = calibration_data(x, y, u_y, u_x, covariance_xy)
    if not (isinstance(degree, int) and 0 <= degree <= MOST_DEGREE):
        raise InvalidInput("uncertainty.curve_degree", most=MOST_DEGREE, given=degree)
    count = len(data.x)
    unknown = data.spread_y is None or relative
    if count < degree + 1 + unknown:
        raise InvalidInput("uncertainty.curve_points", least=degree + 1 + unknown, given=count)
    low, high = float(data.x.min()), float(data.x.max())
    if degree and len(np.unique(data.x)) < degree + 1:
        raise InvalidInput("uncertainty.curve_rank")
    centre, half = low + (high - low) / 2, (high - low) / 2 or 1.0
    if data.spread_x is None:
        fit, adjusted = solve(_basis(data.x, centre, half, degree), data.y, data.spread_y), data.x
    else:
        fit, adjusted = _distances(data, centre, half, degree)
    spread = fit.residual_standard_deviation if unknown else 1.0
    change = _to_powers(centre - origin, half, degree)
    factor = spread * (change @ fit.factor)
    return CalibrationCurve(
        origin, change @ fit.parameters, factor @ factor.T, fit, spread,
        float(fit.dof) if unknown else math.inf, adjusted, (low, high), (centre, half),
    )  # fmt: skip


def _basis(x: Array, centre: float, half: float, degree: int) -> Array:
    return np.asarray(chebyshev.chebvander((x - centre) / half, degree))


def _to_powers(centre: float, half: float, degree: int) -> Array:
    """The matrix that turns Chebyshev coefficients in (x - centre) / half into those of powers of x."""
    change = np.zeros((degree + 1, degree + 1))
    for column in range(degree + 1):
        powers = chebyshev.cheb2poly(np.eye(degree + 1)[column])
        for power, coefficient in enumerate(powers):
            for k in range(power + 1):
                shifted = math.comb(power, k) * (-centre) ** (power - k)
                change[k, column] += coefficient * shifted / half**power
    return change


def _distances(data: CalibrationData, centre: float, half: float, degree: int) -> tuple[LeastSquares, Array]:
    """Gauss-Newton steps on parameters and stimuli, the stimuli eliminated from each step."""
    adjusted = data.x.copy()
    parameters = solve(_basis(data.x, centre, half, degree), data.y, _weights(data)).parameters
    for _ in range(MOST_ITERATIONS):
        design = _basis(adjusted, centre, half, degree)
        slopes = _slopes(parameters, adjusted, centre, half)
        spread, turning = distance_spread(data, slopes)
        fit = solve(design, data.y + slopes * (adjusted - data.x), spread)
        step = turning * fit.residuals / spread**2 if spread.ndim == 1 else turning @ _inverse(spread, fit.residuals)
        moved, before = data.x + step, adjusted
        change = np.abs(fit.parameters - parameters).max() / (np.abs(fit.parameters).max() or 1.0)
        parameters, adjusted = fit.parameters, moved
        # Both have to stand still: with equal weights the first step moves the stimuli alone.
        if change <= 1e-12 and np.abs(moved - before).max() <= 1e-11 * half:
            return fit, moved
    raise InvalidInput("uncertainty.curve_not_settled", most=MOST_ITERATIONS)


def _slopes(parameters: Array, x: Array, centre: float, half: float) -> Array:
    """The derivative of the curve at many stimuli."""
    found = np.empty_like(x)
    found[:] = chebyshev.chebval((x - centre) / half, chebyshev.chebder(parameters)) / half
    return found


def _weights(data: CalibrationData) -> Array | None:
    """Weights to start from: those of y where every response has an uncertainty."""
    spread = data.spread_y
    if spread is None or spread.ndim == 2 or not (spread > 0).all():
        return None
    return spread


def _inverse(covariance: Array, column: Array) -> Array:
    """The inverse of a covariance matrix times a column."""
    root = whiten(covariance, np.column_stack([np.eye(len(column)), column]))
    return np.asarray(root[:, :-1].T @ root[:, -1])
