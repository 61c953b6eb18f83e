"""The law of propagation of uncertainty, first order: sensitivity coefficients and combined uncertainty."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uncertainty.measurement_model import MeasurementModel

Array = NDArray[np.float64]
CANCELLED = 1e-14


@dataclass(frozen=True)
class Propagated:
    """First-order propagation of every output, in base units.

    Attributes:
        estimates: of the outputs.
        sensitivities: one row per output, one column per input.
        uncertainties: standard uncertainties of the inputs.
        covariance: of the outputs.
    """

    estimates: Array
    sensitivities: Array
    uncertainties: Array
    covariance: Array

    def standard_uncertainty(self, output: int) -> float:
        """Combined standard uncertainty of one output."""
        return math.sqrt(max(0.0, float(self.covariance[output, output])))

    def correlation(self) -> Array:
        """Correlation coefficients of the outputs; an exact output is uncorrelated with every other."""
        return correlation_of(self.covariance)


def correlation_of(covariance: Array) -> Array:
    """Correlation coefficients of quantities with a covariance; one without variance is uncorrelated with every other.

    Args:
        covariance: a symmetric matrix, any units.
    """
    if len(covariance) == 1:
        return np.ones((1, 1))
    spread = np.sqrt(np.clip(np.diag(covariance), 0.0, None))
    product = np.outer(spread, spread)
    matrix = np.divide(covariance, product, out=np.zeros_like(product), where=product > 0)
    matrix = np.clip(matrix, -1.0, 1.0)
    np.fill_diagonal(matrix, 1.0)
    return np.asarray(matrix)


def propagate(model: MeasurementModel) -> Propagated:
    """First-order propagation of a model.

    Args:
        model: a checked model.

    Raises:
        InvalidExpression: for a domain error or an infinite slope at the estimate.

    Source: GUM (JCGM 100), 5.1.2, 5.2.2; H.2 for several outputs.
    """
    program = model.program
    values = program.values_at_estimate([np.float64(quantity.estimate) for quantity in model.inputs])
    names = [output.name for output in model.outputs]
    sensitivities = np.array([program.gradient(values, name) for name in names], dtype=np.float64)
    sensitivities = sensitivities.reshape(len(names), len(model.inputs))
    uncertainties = np.array([quantity.standard_uncertainty for quantity in model.inputs], dtype=np.float64)
    contributions = sensitivities * uncertainties
    covariance = contributions @ model.correlation.matrix @ contributions.T
    squares = np.array([math.fsum(float(c) ** 2 for c in row) for row in contributions])
    if not model.correlation.any:
        np.fill_diagonal(covariance, squares)
    # What cancels but for binary rounding is zero: the difference of a quantity and itself is exact.
    cancelled = np.abs(np.diag(covariance)) <= CANCELLED * squares
    covariance[cancelled, :] = 0.0
    covariance[:, cancelled] = 0.0
    estimates = np.array([float(values[program.slots[name]]) for name in names])
    return Propagated(estimates, sensitivities, uncertainties, covariance)
