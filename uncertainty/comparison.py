"""Comparison of results of the same quantity: scores, a reference value, and degrees of equivalence."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from uncertainty.errors import InvalidInput

Array = NDArray[np.float64]
Assessment = Literal["satisfactory", "questionable", "unsatisfactory"]
SIGNIFICANCE = 0.05
"""The probability below which results are no longer taken as consistent (Cox 2002, section 5)."""


def _score(difference: float, *spreads: float) -> float:
    if not all(math.isfinite(number) for number in (difference, *spreads)):
        raise InvalidInput("uncertainty.number_not_finite", text=str(difference))
    if min(spreads) < 0:
        raise InvalidInput("uncertainty.negative_uncertainty", text=f"{min(spreads):g}")
    below = math.hypot(*spreads)
    if below == 0:
        raise InvalidInput("uncertainty.positive_needed", what="U", text="0")
    return difference / below


def normalised_error(
    value: float, expanded_uncertainty: float, other: float, other_expanded_uncertainty: float
) -> float:
    """The normalised error En of a result against another, independent one.

    Args:
        value: the result, in the unit of `other`.
        expanded_uncertainty: its U, in the same unit, positive.
        other: the result it is compared with.
        other_expanded_uncertainty: its U, at the same coverage probability.

    Returns:
        (value - other) / sqrt(U² + U_other²); up to 1 in magnitude the two agree.

    Raises:
        InvalidInput: for numbers that are not finite, a negative U, or no uncertainty at all.

    Source: ISO 13528:2022, 9.7; ISO/IEC 17043:2023, Annex B.

    >>> round(normalised_error(25.0, 59.0, -36.0, 62.0), 2)
    0.71
    """
    return _score(value - other, expanded_uncertainty, other_expanded_uncertainty)


def zeta_score(value: float, standard_uncertainty: float, assigned: float, assigned_uncertainty: float) -> float:
    """The zeta score of a participant: deviation over its combined standard uncertainty.

    Args:
        value: the participant's result, any unit.
        standard_uncertainty: its u, same unit.
        assigned: the assigned value, which does not rest on this result.
        assigned_uncertainty: its standard uncertainty.

    Raises:
        InvalidInput: for numbers that are not finite, a negative u, or no uncertainty at all.

    Source: ISO 13528:2022, 9.6; ISO/IEC 17043:2023, Annex B.

    >>> round(zeta_score(10.3, 0.09, 10.0, 0.12), 2)
    2.0
    """
    return _score(value - assigned, standard_uncertainty, assigned_uncertainty)


def z_score(value: float, assigned: float, standard_deviation: float) -> float:
    """The z score of a participant.

    Args:
        value: the participant's result, any unit.
        assigned: the assigned value, whose uncertainty is small: at most 0.3 of the standard deviation.
        standard_deviation: for proficiency assessment, same unit, positive.

    Raises:
        InvalidInput: for numbers that are not finite, and a standard deviation that is not positive.

    Source: ISO 13528:2022, 9.4; ISO/IEC 17043:2023, Annex B.

    >>> z_score(10.3, 10.0, 0.125)
    2.4000000000000057
    """
    return _score(value - assigned, standard_deviation)


def z_prime_score(value: float, assigned: float, standard_deviation: float, assigned_uncertainty: float) -> float:
    """The z' score of a participant, which counts the uncertainty of the assigned value in.

    Args:
        value: the participant's result, any unit.
        assigned: the assigned value.
        standard_deviation: for proficiency assessment, same unit.
        assigned_uncertainty: standard uncertainty of the assigned value.

    Raises:
        InvalidInput: for numbers that are not finite, a negative spread, or no spread at all.

    Source: ISO 13528:2022, 9.5; ISO/IEC 17043:2023, Annex B.

    >>> round(z_prime_score(10.5, 10.0, 0.3, 0.4), 3)
    1.0
    """
    return _score(value - assigned, standard_deviation, assigned_uncertainty)


def assessment(score: float, kind: Literal["z", "En"] = "z") -> Assessment:
    """What a score means.

    Args:
        score: z, z' or zeta, or En.
        kind: "En" for a normalised error, which has no questionable range.

    Raises:
        InvalidInput: for a score that is not a number.

    Source: ISO 13528:2022, 9.4.2, 9.7.2; ISO/IEC 17043:2023, Annex B.

    >>> assessment(2.4)
    'questionable'
    """
    if math.isnan(score):
        raise InvalidInput("uncertainty.number_not_finite", text=str(score))
    size = abs(score)
    if kind == "En":
        return "satisfactory" if size <= 1 else "unsatisfactory"
    return "satisfactory" if size <= 2 else "questionable" if size < 3 else "unsatisfactory"


@dataclass(frozen=True)
class ReferenceValue:
    """The reference value of a comparison from its participants' results.

    Attributes:
        estimate: in the unit of the results.
        standard_uncertainty: same unit.
        chi_square: observed; dimensionless.
        dof: number of participants less one.
        probability: that consistent results give at least this chi-square.
        weights: of the participants, adding up to one.
    """

    estimate: float
    standard_uncertainty: float
    chi_square: float
    dof: int
    probability: float
    weights: Array

    @property
    def consistent(self) -> bool:
        """Whether the results agree within their uncertainties."""
        return self.probability >= SIGNIFICANCE

    @property
    def birge_ratio(self) -> float:
        """The factor by which the uncertainties would have to grow for a chi-square of its expectation."""
        return math.sqrt(self.chi_square / self.dof)


@dataclass(frozen=True)
class Equivalence:
    """A degree of equivalence.

    Attributes:
        difference: of a result from the reference value or from another result.
        standard_uncertainty: of that difference, correlation counted in.
    """

    difference: float
    standard_uncertainty: float

    @property
    def expanded_uncertainty(self) -> float:
        """U with k = 2."""
        return 2 * self.standard_uncertainty

    @property
    def score(self) -> float:
        """The difference over U: up to 1 in magnitude the result is equivalent."""
        return _score(self.difference, self.expanded_uncertainty)


def covariance_of(values: Array, uncertainties: Sequence[float], correlation: Array | None) -> Array:
    """The covariance matrix of the results, checked.

    Args:
        values: the results, any unit; at least two.
        uncertainties: their standard uncertainties, same unit, positive.
        correlation: coefficients of the results, None for independent ones.

    Raises:
        InvalidInput: for too few results, other lengths, numbers that are not finite, uncertainties that are
            not positive, and a correlation matrix that is not symmetric or not positive definite.
    """
    u = np.asarray(uncertainties, dtype=np.float64)
    if values.ndim != 1 or len(values) < 2 or u.shape != values.shape:
        raise InvalidInput("uncertainty.comparison_form")
    if not (np.isfinite(values).all() and np.isfinite(u).all()):
        raise InvalidInput("uncertainty.comparison_form")
    if (u <= 0).any():
        raise InvalidInput("uncertainty.positive_needed", what="u", text=f"{u.min():g}")
    if correlation is None:
        return np.diag(u**2)
    r = np.asarray(correlation, dtype=np.float64)
    if r.shape != (len(u), len(u)) or not np.allclose(r, r.T, atol=1e-12) or not np.allclose(np.diag(r), 1.0):
        raise InvalidInput("uncertainty.correlation_not_possible")
    if not np.isfinite(r).all() or np.linalg.eigvalsh(r).min() <= 1e-12:
        raise InvalidInput("uncertainty.correlation_not_possible")
    return np.asarray(r * np.outer(u, u))


def weighted_mean(
    values: Sequence[float], uncertainties: Sequence[float], correlation: Array | None = None
) -> ReferenceValue:
    """The weighted mean of results with the chi-square test of their consistency (Cox's procedure A).

    Args:
        values: the results, any unit; at least two.
        uncertainties: their standard uncertainties, same unit, positive.
        correlation: coefficients of the results, None for independent ones.

    Raises:
        InvalidInput: as `covariance_of`.

    Source: M. G. Cox, "The evaluation of key comparison data", Metrologia 39 (2002) 589-595, section 5.

    >>> weighted_mean([9.0, 12.0], [1.0, 2.0]).estimate
    9.6
    """
    x = np.asarray(values, dtype=np.float64)
    lower = np.linalg.cholesky(covariance_of(x, uncertainties, correlation))
    ones = np.linalg.solve(lower, np.ones(len(x)))
    middle = float(x.mean())
    reduced = np.linalg.solve(lower, x - middle)
    precision = float(ones @ ones)
    shift = float(ones @ reduced) / precision
    weights = np.linalg.solve(lower.T, ones) / precision
    residuals = reduced - shift * ones
    chi_square, dof = float(residuals @ residuals), len(x) - 1
    probability = float(special.gammaincc(dof / 2, chi_square / 2))
    return ReferenceValue(middle + shift, 1 / math.sqrt(precision), chi_square, dof, probability, weights)


def degrees_of_equivalence(
    values: Sequence[float],
    uncertainties: Sequence[float],
    reference: ReferenceValue,
    correlation: Array | None = None,
) -> tuple[Equivalence, ...]:
    """The degrees of equivalence of the participants whose results made the reference value.

    Each result is correlated with the reference value through its own weight: u²(d) = u² - u²(ref) where
    the weights are the optimal ones.

    Args:
        values: the results, any unit.
        uncertainties: their standard uncertainties.
        reference: the weighted mean of these very results.
        correlation: coefficients of the results, None for independent ones.

    Raises:
        InvalidInput: as `covariance_of`, and where the reference has other participants.

    Source: M. G. Cox, Metrologia 39 (2002) 589-595, section 5, step 6.
    """
    x = np.asarray(values, dtype=np.float64)
    covariance = covariance_of(x, uncertainties, correlation)
    if reference.weights.shape != x.shape:
        raise InvalidInput("uncertainty.comparison_form")
    contrast = np.eye(len(x)) - reference.weights
    variances = np.einsum("ij,jk,ik->i", contrast, covariance, contrast)
    return tuple(
        Equivalence(float(one - reference.estimate), math.sqrt(max(0.0, float(variance))))
        for one, variance in zip(x, variances, strict=True)
    )


def equivalence_of_another(value: float, standard_uncertainty: float, reference: ReferenceValue) -> Equivalence:
    """The degree of equivalence of a result that did not enter the reference value.

    Args:
        value: the result, in the unit of the reference.
        standard_uncertainty: its u.
        reference: the reference value, independent of this result.
    """
    return Equivalence(value - reference.estimate, math.hypot(standard_uncertainty, reference.standard_uncertainty))


def pairwise_equivalence(
    values: Sequence[float], uncertainties: Sequence[float], one: int, other: int, correlation: Array | None = None
) -> Equivalence:
    """The degree of equivalence of two participants; no reference value enters it.

    Args:
        values: the results, any unit.
        uncertainties: their standard uncertainties.
        one: place of the first participant, from 0.
        other: place of the second.
        correlation: coefficients of the results, None for independent ones.
    """
    x = np.asarray(values, dtype=np.float64)
    v = covariance_of(x, uncertainties, correlation)
    variance = float(v[one, one] + v[other, other] - 2 * v[one, other])
    return Equivalence(float(x[one] - x[other]), math.sqrt(max(0.0, variance)))


@dataclass(frozen=True)
class MedianReference:
    """The median of results as the reference value (Cox's procedure B).

    Attributes:
        estimate: mean of the medians of the trials.
        standard_uncertainty: their standard deviation.
        interval: shortest coverage interval of the reference value.
        differences: of each result from the estimate.
        difference_intervals: shortest coverage interval of each difference, one row each.
    """

    estimate: float
    standard_uncertainty: float
    interval: tuple[float, float]
    differences: Array
    difference_intervals: Array


def median_reference(
    values: Sequence[float],
    uncertainties: Sequence[float],
    correlation: Array | None = None,
    *,
    coverage_probability: float = 0.95,
    trials: int = 100_000,
    seed: int = 20260101,
) -> MedianReference:
    """The reference value of results that fail the consistency test: their median, by Monte Carlo.

    Args:
        values: the results, any unit; at least two.
        uncertainties: their standard uncertainties; each result is taken as normal.
        correlation: coefficients of the results, None for independent ones.
        coverage_probability: p of the intervals.
        trials: their number, at least 1000.
        seed: of the random numbers.

    Raises:
        InvalidInput: as `covariance_of`, and for too few trials or a probability outside 0 to 1.

    Source: M. G. Cox, Metrologia 39 (2002) 589-595, section 6.
    """
    x = np.asarray(values, dtype=np.float64)
    lower = np.linalg.cholesky(covariance_of(x, uncertainties, correlation))
    if trials < 1000 or not 0 < coverage_probability < 1:
        raise InvalidInput("uncertainty.comparison_form")
    random = np.random.Generator(np.random.SFC64(seed))
    drawn = x + random.standard_normal((trials, len(x))) @ lower.T
    medians = np.median(drawn, axis=1)
    apart = np.sort(drawn - medians[:, None], axis=0)
    found = [_shortest(column, coverage_probability) for column in apart.T]
    estimate = float(medians.mean())
    return MedianReference(
        estimate, float(medians.std(ddof=1)), _shortest(np.sort(medians), coverage_probability),
        x - estimate, np.array(found),
    )  # fmt: skip


def _shortest(trials: Array, coverage_probability: float) -> tuple[float, float]:
    """The shortest interval that holds a share of sorted trials (JCGM 101, 7.7.4)."""
    inside = min(len(trials) - 1, math.floor(coverage_probability * len(trials) + 0.5))
    start = int(np.argmin(trials[inside:] - trials[: len(trials) - inside]))
    return float(trials[start]), float(trials[start + inside])
