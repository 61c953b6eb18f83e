"""Statistics of repeated indications."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncertainty.errors import InvalidInput
from uncertainty.type_a import correlation_of_means, evaluate_readings, pool

readings = st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=2, max_size=30)


@given(readings)
def test_mean_and_standard_deviation_of_the_mean(values):
    """The estimate is the mean, u is s over the root of n, with n - 1 degrees of freedom."""
    found = evaluate_readings(values)
    assert found.estimate == pytest.approx(statistics.fmean(values), rel=1e-12, abs=1e-9)
    assert found.standard_uncertainty == pytest.approx(
        statistics.stdev(values) / math.sqrt(len(values)), rel=1e-9, abs=1e-9
    )
    assert (found.dof, found.count) == (len(values) - 1, len(values))


def test_a_small_scatter_on_a_large_value_is_kept():
    """Nine equal digits before the scatter do not spoil it."""
    found = evaluate_readings([10_000_000.001, 10_000_000.002, 10_000_000.003])
    assert found.standard_uncertainty == pytest.approx(0.001 / math.sqrt(3), rel=1e-5)


def test_a_pooled_spread_takes_the_place_of_the_samples_own():
    """With a pooled standard deviation one reading is enough, and its degrees of freedom count."""
    assert evaluate_readings([5.0], 25.0).standard_uncertainty == 25.0
    found = evaluate_readings([1.0, 9.0, 5.0, 5.0], 3.0, 12.0)
    assert (found.estimate, found.standard_uncertainty, found.dof) == (5.0, 1.5, 12.0)


@pytest.mark.parametrize(("values", "words"), [([], "no readings"), ([1.0], "no scatter")])
def test_too_few_readings_are_refused_with_the_remedy(values, words):
    """An empty sample, and one reading without a pooled spread, are refused."""
    with pytest.raises(InvalidInput, match=words):
        evaluate_readings(values)


def test_correlation_of_quantities_observed_together():
    """The coefficients are those of the rows; a quantity without scatter is uncorrelated."""
    rows = np.array([[1.0, 2.0, 5.0], [2.0, 1.0, 5.0], [4.0, 0.5, 5.0]])
    found = correlation_of_means(rows)
    assert found[0, 1] == pytest.approx(np.corrcoef(rows[:, 0], rows[:, 1])[0, 1])
    assert found[:, 2].tolist() == [0.0, 0.0, 1.0]


@given(st.lists(st.lists(st.integers(-1000, 1000).map(lambda one: one / 8), min_size=2, max_size=9), min_size=1))
def test_a_pooled_spread_of_several_samples(samples):
    """The pooled variance is the mean of the variances weighted by their degrees of freedom, whatever the means."""
    found = pool([*samples, [5.0]])
    dofs = [len(sample) - 1 for sample in samples]
    variance = sum(dof * statistics.variance(one) for dof, one in zip(dofs, samples, strict=True)) / sum(dofs)
    assert found.standard_deviation == pytest.approx(math.sqrt(variance), rel=1e-9, abs=1e-12)
    assert found.dof == sum(dofs)
    shifted = pool([[reading + 100 * number for reading in one] for number, one in enumerate(samples)])
    assert shifted.standard_deviation == pytest.approx(found.standard_deviation, rel=1e-6, abs=1e-9)


def test_no_scatter_cannot_be_pooled():
    """Samples of one reading each have no spread to pool."""
    with pytest.raises(InvalidInput, match="readings"):
        pool([[1.0], [2.0]])
