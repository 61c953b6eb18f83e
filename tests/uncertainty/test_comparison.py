"""Scores, reference values and degrees of equivalence, against exact figures and brute force."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncertainty.comparison import (
    Equivalence,
    assessment,
    degrees_of_equivalence,
    equivalence_of_another,
    median_reference,
    normalised_error,
    pairwise_equivalence,
    weighted_mean,
    z_prime_score,
    z_score,
    zeta_score,
)
from uncertainty.errors import InvalidInput

VALUES = [10.02, 9.97, 10.11, 9.99, 10.05]
UNCERTAINTIES = [0.02, 0.05, 0.06, 0.03, 0.04]
SHARED = np.array([[1.0, 0.5, 0.0, 0.0, 0.2], [0.5, 1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, -0.3, 0.0],
                   [0.0, 0.0, -0.3, 1.0, 0.0], [0.2, 0.0, 0.0, 0.0, 1.0]])  # fmt: skip


def test_scores():
    """Each score is the deviation over its own spread."""
    assert normalised_error(10.4, 0.3, 10.0, 0.4) == pytest.approx(0.8)
    assert zeta_score(10.4, 0.03, 10.0, 0.04) == pytest.approx(8.0)
    assert z_score(9.4, 10.0, 0.3) == pytest.approx(-2.0)
    assert z_prime_score(11.0, 10.0, 0.3, 0.4) == pytest.approx(2.0)
    assert z_prime_score(11.0, 10.0, 0.3, 0.0) == z_score(11.0, 10.0, 0.3)


@pytest.mark.parametrize(
    ("score", "kind", "said"),
    [
        (2.0, "z", "satisfactory"), (-2.0001, "z", "questionable"), (2.9999, "z", "questionable"),
        (3.0, "z", "unsatisfactory"), (-7.0, "z", "unsatisfactory"), (1.0, "En", "satisfactory"),
        (-1.0001, "En", "unsatisfactory"), (math.inf, "z", "unsatisfactory"),
    ],
)  # fmt: skip
def test_what_a_score_means(score, kind, said):
    """Up to 2 a score is satisfactory, from 3 on it is not; En changes at 1."""
    assert assessment(score, kind) == said


def test_the_weighted_mean_of_two():
    """Weights are inverse variances, chi-square is the squared difference over its variance."""
    found = weighted_mean([9.0, 12.0], [1.0, 2.0])
    assert found.weights == pytest.approx([0.8, 0.2])
    assert (found.estimate, found.standard_uncertainty) == pytest.approx((9.6, math.sqrt(0.8)))
    assert (found.chi_square, found.dof) == pytest.approx((9.0 / 5.0, 1))
    assert found.probability == pytest.approx(math.erfc(math.sqrt(0.9)))
    assert found.birge_ratio == pytest.approx(math.sqrt(1.8))
    assert found.consistent


def test_inconsistent_results_are_seen():
    """The test fails where chi-square is above its 95 % point: 3.841 for two results."""
    apart = math.sqrt(2 * 3.8414588)
    assert weighted_mean([0.0, apart * 0.9999], [1.0, 1.0]).consistent
    assert not weighted_mean([0.0, apart * 1.0001], [1.0, 1.0]).consistent


def test_the_mean_of_correlated_results_is_the_best_one():
    """With correlated results the weights are those of generalised least squares."""
    found = weighted_mean(VALUES, UNCERTAINTIES, SHARED)
    covariance = SHARED * np.outer(UNCERTAINTIES, UNCERTAINTIES)
    inverse = np.linalg.inv(covariance)
    ones = np.ones(5)
    assert found.weights == pytest.approx(inverse @ ones / (ones @ inverse @ ones))
    assert found.estimate == pytest.approx(float(found.weights @ VALUES))
    assert found.standard_uncertainty == pytest.approx(math.sqrt(found.weights @ covariance @ found.weights))
    residuals = np.array(VALUES) - found.estimate
    assert found.chi_square == pytest.approx(residuals @ inverse @ residuals)


@pytest.mark.parametrize("correlation", [None, SHARED], ids=["independent", "correlated"])
def test_degrees_of_equivalence_by_brute_force(correlation):
    """Drawn results scatter about the mean that they make as the degrees of equivalence say."""
    reference = weighted_mean(VALUES, UNCERTAINTIES, correlation)
    found = degrees_of_equivalence(VALUES, UNCERTAINTIES, reference, correlation)
    covariance = (np.eye(5) if correlation is None else correlation) * np.outer(UNCERTAINTIES, UNCERTAINTIES)
    drawn = np.random.default_rng(3).multivariate_normal(VALUES, covariance, 200_000)
    apart = drawn - (drawn @ reference.weights)[:, None]
    assert [one.difference for one in found] == pytest.approx(apart.mean(axis=0), abs=1e-3)
    assert [one.standard_uncertainty for one in found] == pytest.approx(apart.std(axis=0), rel=0.01)
    pair = pairwise_equivalence(VALUES, UNCERTAINTIES, 0, 1, correlation)
    assert pair.standard_uncertainty == pytest.approx((drawn[:, 0] - drawn[:, 1]).std(), rel=0.01)
    assert pair.difference == pytest.approx(0.05)


@given(st.lists(st.tuples(st.floats(-10, 10), st.floats(0.1, 3)), min_size=2, max_size=8))
def test_a_participant_is_nearer_to_its_own_mean(results):
    """For independent results u²(d) is u² less that of the mean; for another participant it is their sum."""
    values, uncertainties = zip(*results, strict=True)
    reference = weighted_mean(values, uncertainties)
    for (value, u), one in zip(results, degrees_of_equivalence(values, uncertainties, reference), strict=True):
        assert one.standard_uncertainty**2 == pytest.approx(u**2 - reference.standard_uncertainty**2, abs=1e-9)
        other = equivalence_of_another(value, u, reference)
        assert other.standard_uncertainty == pytest.approx(math.hypot(u, reference.standard_uncertainty))
    assert sum(w * v for w, v in zip(reference.weights, values, strict=True)) == pytest.approx(
        reference.estimate, abs=1e-9
    )


def test_a_large_value_loses_no_digits():
    """Results about 1e9 with uncertainties of 1e-3 give the mean of their last digits."""
    found = weighted_mean([1e9 + 0.002, 1e9 + 0.004], [1e-3, 1e-3])
    assert found.estimate == pytest.approx(1e9 + 0.003, abs=2e-7)
    assert found.chi_square == pytest.approx(2.0, rel=1e-3)


def test_the_score_of_a_degree_of_equivalence():
    """The score is the difference over twice its standard uncertainty."""
    assert Equivalence(0.3, 0.1).score == pytest.approx(1.5)
    assert Equivalence(0.3, 0.1).expanded_uncertainty == pytest.approx(0.2)


def test_the_median_withstands_one_wrong_result():
    """The median stays with the majority where the weighted mean follows a confident outlier."""
    values, uncertainties = [10.0, 10.1, 9.9, 10.05, 12.0], [0.1, 0.1, 0.1, 0.1, 0.01]
    assert not weighted_mean(values, uncertainties).consistent
    assert weighted_mean(values, uncertainties).estimate > 11.8
    found = median_reference(values, uncertainties, trials=20_000)
    assert found.estimate == pytest.approx(10.08, abs=0.03)
    assert found.interval[0] < found.estimate < found.interval[1]
    assert (found.difference_intervals[4] > 1.7).all()
    assert found.differences == pytest.approx(np.array(values) - found.estimate)


def test_the_median_of_three_equals_has_a_known_uncertainty():
    """The median of three standard normal results has the standard deviation 0.6698."""
    found = median_reference([0.0, 0.0, 0.0], [1.0, 1.0, 1.0], trials=200_000)
    assert found.standard_uncertainty == pytest.approx(math.sqrt(1 - math.sqrt(3) / math.pi), rel=0.01)
    again = median_reference([0.0, 0.0, 0.0], [1.0, 1.0, 1.0], trials=200_000)
    assert again.estimate == found.estimate


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: normalised_error(1.0, 0.0, 1.0, 0.0), lambda: normalised_error(math.nan, 1.0, 1.0, 1.0),
        lambda: zeta_score(1.0, -0.1, 1.0, 0.1), lambda: z_score(1.0, 1.0, 0.0), lambda: assessment(math.nan),
        lambda: weighted_mean([1.0], [1.0]), lambda: weighted_mean([1.0, 2.0], [1.0]),
        lambda: weighted_mean([1.0, math.inf], [1.0, 1.0]), lambda: weighted_mean([1.0, 2.0], [1.0, 0.0]),
        lambda: weighted_mean([1.0, 2.0], [1.0, 1.0], np.array([[1.0, 1.0], [1.0, 1.0]])),
        lambda: weighted_mean([1.0, 2.0], [1.0, 1.0], np.array([[1.0, 0.5], [0.4, 1.0]])),
        lambda: weighted_mean([1.0, 2.0], [1.0, 1.0], np.array([[1.0]])),
        lambda: degrees_of_equivalence([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], weighted_mean([1.0, 2.0], [1.0, 1.0])),
        lambda: median_reference([1.0, 2.0], [1.0, 1.0], trials=10),
        lambda: median_reference([1.0, 2.0], [1.0, 1.0], coverage_probability=1.0),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(wrong):
    """Numbers that are none, missing uncertainties and impossible correlations are refused."""
    with pytest.raises(InvalidInput):
        wrong()
