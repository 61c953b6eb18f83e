"""Readings in groups, against brute force; GUM H.5 itself is in tests/reference."""

import math

import numpy as np
import pytest

from uncertainty.anova import analyse_groups, analyse_summaries
from uncertainty.errors import InvalidInput
from uncertainty.type_a import evaluate_readings


def test_groups_and_their_summaries_agree():
    """Readings and their means with standard deviations give the same analysis."""
    groups = np.random.default_rng(4).normal(100.0, 1.0, (6, 4)) + np.arange(6)[:, None]
    one = analyse_groups(groups.tolist())
    other = analyse_summaries(groups.mean(axis=1).tolist(), groups.std(axis=1, ddof=1).tolist(), [4] * 6)
    for name in ("mean", "within", "between", "ratio", "probability", "standard_uncertainty", "pooled_uncertainty"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9)
    assert (one.groups, one.readings) == (6, 24)
    assert one.pooled_uncertainty == pytest.approx(evaluate_readings(groups.ravel().tolist()).standard_uncertainty)
    means = evaluate_readings(groups.mean(axis=1).tolist())
    assert (one.standard_uncertainty, one.dof) == pytest.approx((means.standard_uncertainty, means.dof))


@pytest.mark.parametrize("sizes", [[5] * 8, [2, 9, 5, 1, 7, 3]], ids=["equal", "unequal"])
def test_components_are_those_of_simulated_groups(sizes):
    """On average the components come out as drawn, and the mean scatters by its stated uncertainty."""
    random, found = np.random.default_rng(6), []
    for _ in range(1500):
        drawn = [(effect, 1.0, n) for effect, n in zip(random.normal(0, 2.0, len(sizes)), sizes, strict=True)]
        found.append(analyse_groups([random.normal(*pair).tolist() for pair in drawn]))
    assert np.mean([one.within**2 for one in found]) == pytest.approx(1.0, rel=0.05)
    assert np.mean([one.between**2 for one in found]) == pytest.approx(4.0, rel=0.06)
    variance = np.var([one.mean for one in found])
    assert np.mean([one.standard_uncertainty**2 for one in found]) == pytest.approx(variance, rel=0.1)
    assert all(1 <= one.dof <= sum(sizes) - len(sizes) for one in found)


def test_groups_without_effects():
    """Groups that agree better than by chance have no component between them."""
    found = analyse_groups([[1.0, 3.0], [3.0, 1.0], [2.0, 2.0]])
    assert (found.between, found.ratio, found.groups_differ) == (0.0, 0.0, False)
    assert found.probability == 1.0


def test_readings_that_do_not_vary():
    """Without scatter within the groups the ratio is infinite, and zero where nothing varies at all."""
    found = analyse_groups([[1.0, 1.0], [2.0, 2.0]])
    assert math.isinf(found.ratio) and found.groups_differ
    same = analyse_groups([[1.0, 1.0], [1.0, 1.0, 1.0]])
    assert (same.ratio, same.standard_uncertainty, same.groups_differ) == (0.0, 0.0, False)


def test_large_readings_keep_their_last_digits():
    """Readings about 1e9 that differ in the ninth digit give the components of their last digits."""
    groups = [[1.0, 3.0], [5.0, 7.0], [2.0, 2.0, 5.0]]
    small, large = analyse_groups(groups), analyse_groups([[1e9 + x for x in group] for group in groups])
    assert large.within == pytest.approx(small.within, rel=1e-9)
    assert large.between == pytest.approx(small.between, rel=1e-9)
    assert large.mean - 1e9 == pytest.approx(small.mean, abs=1e-6)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: analyse_groups([]), lambda: analyse_groups([[1.0, 2.0]]), lambda: analyse_groups([[1.0, 2.0], []]),
        lambda: analyse_groups([[1.0], [2.0]]), lambda: analyse_groups([[1.0, math.nan], [2.0]]),
        lambda: analyse_summaries([1.0, 2.0], [0.1], [2, 2]),
        lambda: analyse_summaries([1.0, 2.0], [0.1, -0.1], [2, 2]),
        lambda: analyse_summaries([1.0], [0.1], [3]), lambda: analyse_summaries([1.0, 2.0], [0.1, math.inf], [2, 2]),
    ],
)  # fmt: skip
def test_what_cannot_be_analysed_is_refused(wrong):
    """One group, an empty one, no repetition and numbers that are none are refused."""
    with pytest.raises(InvalidInput):
        wrong()
