"""Linear least squares by orthogonal factors: ordinary, weighted and generalised."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special

from uncertainty.errors import InvalidInput

Array = NDArray[np.float64]
_LEAST_PIVOT = 1e-13


@dataclass(frozen=True)
class LeastSquares:
    """A solution of linear least squares.

    Attributes:
        parameters: estimates, in the order of the columns of the design.
        factor: square root F of their covariance matrix F F', before any scaling by the residuals.
        residuals: observed minus fitted, in the unit of the observations.
        chi_square: sum of squares of the weighted residuals.
        dof: observations less parameters.
    """

    parameters: Array
    factor: Array
    residuals: Array
    chi_square: float
    dof: int

    @property
    def covariance(self) -> Array:
        """Covariance matrix of the parameters for the weights as given."""
        return np.asarray(self.factor @ self.factor.T)

    @property
    def residual_standard_deviation(self) -> float:
        """Root of chi-square over its degrees of freedom; the standard deviation of one observation of weight 1."""
        return math.sqrt(self.chi_square / self.dof) if self.dof else math.nan

    @property
    def probability(self) -> float:
        """That a right model with right uncertainties gives at least this chi-square; NaN without dof."""
        return float(special.gammaincc(self.dof / 2, self.chi_square / 2)) if self.dof else math.nan


def whiten(covariance: Array, columns: Array) -> Array:
    """Columns divided by the lower factor of a covariance matrix, or by standard uncertainties given as a vector.

    Args:
        covariance: a positive definite matrix, or a vector of positive standard uncertainties.
        columns: one or several columns as long.

    Raises:
        InvalidInput: for a matrix that is not positive definite.
    """
    if covariance.ndim == 1:
        return np.asarray((columns.T / covariance).T)
    spread = np.sqrt(np.diag(covariance))
    try:
        lower = linalg.cholesky(covariance / np.outer(spread, spread), lower=True)
    except linalg.LinAlgError:
        raise InvalidInput("uncertainty.correlation_not_possible") from None
    return np.asarray(linalg.solve_triangular(lower, (columns.T / spread).T, lower=True))


def solve(design: Array, observed: Array, covariance: Array | None = None) -> LeastSquares:
    """Parameters that minimise the weighted sum of squares.

    Columns are scaled to unit length and factored with Householder reflections (QR with pivots); the normal
    equations are never formed. One step of refinement with the residuals follows.

    Args:
        design: one row per observation, one column per parameter.
        observed: the observations.
        covariance: their covariance matrix, or their standard uncertainties as a vector, or None for weight 1.

    Raises:
        InvalidInput: for fewer observations than parameters, numbers that are not finite, columns that depend
            on each other, and a covariance matrix that is not positive definite.

    Source: Å. Björck, Numerical Methods for Least Squares Problems (1996), 2.4, 2.9; GUM (JCGM 100), 8.1.2.
    """
    count, width = design.shape
    if count < width:
        raise InvalidInput("uncertainty.curve_points", least=width, given=count)
    if not (np.isfinite(design).all() and np.isfinite(observed).all()):
        raise InvalidInput("uncertainty.curve_form")
    columns, target = design, observed
    if covariance is not None:
        columns, target = whiten(covariance, design), whiten(covariance, observed)
    lengths = np.sqrt((columns**2).sum(axis=0))
    if not (lengths > 0).all():
        raise InvalidInput("uncertainty.curve_rank")
    scaled = columns / lengths
    q, r, order = linalg.qr(scaled, mode="economic", pivoting=True)
    pivots = np.abs(np.diag(r))
    if pivots.min() <= _LEAST_PIVOT * pivots.max():
        raise InvalidInput("uncertainty.curve_rank")
    found = np.zeros(width)
    for _ in range(2):
        step = np.linalg.solve(r, q.T @ (target - scaled @ found))
        found[order] += step
    inverse = np.empty((width, width))
    inverse[order] = np.linalg.solve(r, np.eye(width))
    left = target - scaled @ found
    parameters = found / lengths
    return LeastSquares(
        parameters, inverse / lengths[:, None], observed - design @ parameters, float(left @ left), count - width
    )
