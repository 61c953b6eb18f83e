"""Statistics of repeated indications: one quantity, a pooled spread, several observed together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uncertainty.errors import InvalidInput


@dataclass(frozen=True)
class Observed:
    """What a Type A evaluation gives.

    Attributes:
        estimate: the mean of the observations.
        standard_uncertainty: experimental standard deviation of the mean, same unit.
        dof: its degrees of freedom.
        count: the number of observations.
    """

    estimate: float
    standard_uncertainty: float
    dof: float
    count: int


def evaluate_readings(
    readings: Sequence[float], pooled_standard_deviation: float | None = None, pooled_dof: float = math.inf
) -> Observed:
    """Mean and standard uncertainty of repeated indications.

    Args:
        readings: the indications, any unit; at least two, or one with a pooled spread.
        pooled_standard_deviation: standard deviation of a single indication known from
            earlier series, same unit.
        pooled_dof: its degrees of freedom.

    Raises:
        InvalidInput: for an empty sample, and for one reading without a pooled spread.

    Source: GUM (JCGM 100), 4.2.3, 4.2.4; EA-4/02 M:2022, 3.2.

    >>> evaluate_readings([10.0, 30.0, 20.0]).dof
    2
    """
    count = len(readings)
    if count == 0:
        raise InvalidInput("uncertainty.readings_missing")
    mean = math.fsum(readings) / count
    if pooled_standard_deviation is not None:
        return Observed(mean, pooled_standard_deviation / math.sqrt(count), pooled_dof, count)
    if count == 1:
        raise InvalidInput("uncertainty.readings_single")
    squares = math.fsum((reading - mean) ** 2 for reading in readings)
    return Observed(mean, math.sqrt(squares / (count - 1) / count), count - 1, count)


@dataclass(frozen=True)
class Pooled:
    """The spread of a single indication, from several samples.

    Attributes:
        standard_deviation: same unit as the indications.
        dof: its degrees of freedom.
    """

    standard_deviation: float
    dof: float


def pool(samples: Sequence[Sequence[float]]) -> Pooled:
    """The pooled standard deviation of several samples of one process; their means may differ.

    Args:
        samples: indications, one sequence per sample, one unit; a sample of one reading adds nothing.

    Returns:
        The root of the mean of the variances, weighted with their degrees of freedom, and the sum of these:
        what `pooled_standard_deviation` and `pooled_dof` of an input take.

    Raises:
        InvalidInput: where no sample has two readings.

    Source: GUM (JCGM 100), 4.2.4, H.3.6; NIST/SEMATECH e-Handbook, 2.3.3.2.

    >>> pool([[1.0, 3.0], [10.0, 10.0, 10.0]])
    Pooled(standard_deviation=0.816496580927726, dof=3)
    """
    scattered = [evaluate_readings(sample) for sample in samples if len(sample) > 1]
    dof = sum(one.count - 1 for one in scattered)
    if not dof:
        raise InvalidInput("uncertainty.readings_missing")
    squares = math.fsum(one.dof * one.count * one.standard_uncertainty**2 for one in scattered)
    return Pooled(math.sqrt(squares / dof), dof)


def correlation_of_means(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlation coefficients of the means of quantities observed together.

    Args:
        rows: observations, one row per repetition, one column per quantity.

    Returns:
        A square matrix; a quantity without scatter is uncorrelated with every other.

    Source: GUM (JCGM 100), 5.2.3 and H.2.
    """
    deviations = rows - rows.mean(axis=0)
    norms = np.sqrt((deviations**2).sum(axis=0))
    unit = np.divide(deviations, norms, out=np.zeros_like(deviations), where=norms > 0)
    matrix = np.clip(unit.T @ unit, -1.0, 1.0)
    np.fill_diagonal(matrix, 1.0)
    return np.asarray(matrix)
