"""The points of a calibration: stimulus and response with their uncertainties and covariances, checked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uncertainty.errors import InvalidInput

Array = NDArray[np.float64]
MOST_CORRELATED_POINTS = 2000


@dataclass(frozen=True)
class CalibrationData:
    """Checked points; a covariance is None where the quantity is exact or its uncertainty unknown.

    A vector stands for uncorrelated points: standard uncertainties in `spread_*`, covariances in `crossing`.

    Attributes:
        x: stimulus of each point.
        y: response of each point.
        spread_y: standard uncertainties of y as a vector, their covariance matrix, or None.
        spread_x: the same of x.
        crossing: covariances of x and y: a vector of those of each point, a matrix (x by rows), or None.
    """

    x: Array
    y: Array
    spread_y: Array | None
    spread_x: Array | None
    crossing: Array | None

    @property
    def dense(self) -> bool:
        """Whether any two different points are correlated."""
        return any(one is not None and one.ndim == 2 for one in (self.spread_x, self.spread_y, self.crossing))


def _column(numbers: Sequence[float] | Array, length: int | None = None) -> Array:
    found = np.asarray(numbers, dtype=np.float64)
    if found.ndim != 1 or not np.isfinite(found).all() or (length is not None and len(found) != length):
        raise InvalidInput("uncertainty.curve_form")
    return found


def _spread(numbers: Sequence[float] | float | Array | None, length: int, what: str, *, zero: bool) -> Array | None:
    """Standard uncertainties as a vector, or a covariance matrix as it is."""
    if numbers is None:
        return None
    found = np.asarray(numbers, dtype=np.float64)
    if found.ndim == 0:
        found = np.full(length, float(found))
    variances = np.diag(found) if found.ndim == 2 else found
    if found.shape not in ((length,), (length, length)) or not np.isfinite(found).all():
        raise InvalidInput("uncertainty.curve_form")
    if (variances < 0).any() or (not zero and (variances == 0).any()):
        raise InvalidInput("uncertainty.positive_needed", what=what, text=f"{variances.min():g}")
    if found.ndim == 2:
        if length > MOST_CORRELATED_POINTS:
            raise InvalidInput("uncertainty.curve_too_many", most=MOST_CORRELATED_POINTS)
        if not np.allclose(found, found.T, rtol=1e-9, atol=1e-12 * float(variances.max())):
            raise InvalidInput("uncertainty.correlation_not_possible")
    return found


def calibration_data(
    x: Sequence[float] | Array,
    y: Sequence[float] | Array,
    u_y: Sequence[float] | float | Array | None = None,
    u_x: Sequence[float] | float | Array | None = None,
    covariance_xy: Sequence[float] | Array | None = None,
) -> CalibrationData:
    """Checked points of a calibration.

    Args:
        x: stimulus, any unit.
        y: response, any unit, as long.
        u_y: standard uncertainties of y (one for all, or one each), or their covariance matrix, or None.
        u_x: the same of x; zero is allowed.
        covariance_xy: covariance of x and y of each point, or the matrix of all, rows for x; needs both u.

    Raises:
        InvalidInput: for other lengths, numbers that are not finite, negative uncertainties, u_y of zero without
            u_x, and covariances that no quantities can have.
    """
    stimulus = _column(x)
    length = len(stimulus)
    response = _column(y, length)
    spread_x = _spread(u_x, length, "u_x", zero=True)
    spread_y = _spread(u_y, length, "u_y", zero=spread_x is not None)
    if spread_x is not None and spread_y is None:
        raise InvalidInput("uncertainty.curve_u_y_missing")
    if covariance_xy is None:
        return CalibrationData(stimulus, response, spread_y, spread_x, None)
    crossing = np.asarray(covariance_xy, dtype=np.float64)
    if spread_x is None or spread_y is None or crossing.shape not in ((length,), (length, length)):
        raise InvalidInput("uncertainty.curve_form")
    joint = np.block([[_matrix(spread_x), _matrix(crossing, 1)], [_matrix(crossing, 1).T, _matrix(spread_y)]])
    scale = np.sqrt(np.where(np.diag(joint) > 0, np.diag(joint), 1.0))
    if not np.isfinite(crossing).all() or np.linalg.eigvalsh(joint / np.outer(scale, scale)).min() < -1e-9:
        raise InvalidInput("uncertainty.correlation_not_possible")
    return CalibrationData(stimulus, response, spread_y, spread_x, crossing)


def _matrix(spread: Array, power: int = 2) -> Array:
    return spread if spread.ndim == 2 else np.diag(spread**power)


def distance_spread(data: CalibrationData, slopes: Array) -> tuple[Array, Array]:
    """The spread of y - slope x at each point, and the covariance of x with its negative.

    Args:
        data: points with u_x.
        slopes: of the curve at the points.

    Returns:
        Standard uncertainties (or their covariance matrix) of the distances along y, and the matrix (or vector)
        that turns weighted distances into corrections of x.
    """
    spread_x, spread_y = data.spread_x, data.spread_y
    if spread_x is None or spread_y is None:
        raise InvalidInput("uncertainty.curve_u_y_missing")
    if not data.dense:
        crossing = np.zeros_like(slopes) if data.crossing is None else data.crossing
        variance = spread_y**2 + (slopes * spread_x) ** 2 - 2 * slopes * crossing
        if (variance <= 0).any():
            raise InvalidInput("uncertainty.positive_needed", what="u", text="0")
        return np.sqrt(variance), spread_x**2 * slopes - crossing
    v_x, v_y = _matrix(spread_x), _matrix(spread_y)
    v_xy = np.zeros_like(v_x) if data.crossing is None else _matrix(data.crossing, 1)
    crossed = v_xy.T * slopes
    variance = v_y + v_x * np.outer(slopes, slopes) - crossed - crossed.T
    return variance, v_x * slopes - v_xy
