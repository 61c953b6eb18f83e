"""Coverage regions of several outputs hold the share of the trials that they promise."""

import math

import numpy as np
import pytest

from uncertainty.coverage_regions import (
    ellipsoid,
    ellipsoid_of_trials,
    hyper_rectangle,
    hyper_rectangle_of_trials,
    smallest_region,
)
from uncertainty.errors import InvalidInput
from uncertainty.model_file import read_model
from uncertainty.monte_carlo import Checked, Tails, joint_trials, propagate_distributions

TRIALS = 200_000
NORMAL = {"value": "0", "standard_uncertainty": "1"}
RECTANGULAR = {"value": "0", "distribution": "rectangular", "half_width": "1.7320508"}


def additive(third: dict, u: str = "1"):
    """The additive model of JCGM 102, 9.2: two outputs that share their third input."""
    own = {"value": "0", "standard_uncertainty": u}
    return read_model({
        "model": {"Y1": "X1 + X3", "Y2": "X2 + X3"},
        "outputs": {"Y1": {"unit": "1"}, "Y2": {"unit": "1"}},
        "inputs": {"X1": own, "X2": own, "X3": third},
    })  # fmt: skip


def test_the_factors_of_normal_outputs():
    """k_p is 1.96, 2.45, 2.80, 3.08 for one to four outputs, and k_q 2.24 for two (JCGM 102, 6.5)."""
    for count, printed in ((1, 1.96), (2, 2.45), (3, 2.80), (4, 3.08)):
        assert ellipsoid(np.zeros(count), np.eye(count), 0.95).factor == pytest.approx(printed, abs=0.005)
    assert hyper_rectangle([0, 0], [1, 2], 0.95).factor == pytest.approx(2.24, abs=0.005)
    assert list(hyper_rectangle([1, 0], [1, 2], 0.95).half_widths) == pytest.approx([2.2414, 4.4828], abs=1e-4)


def test_normal_additive_model():
    """Two normal outputs that share an input have covariance [[2, 1], [1, 2]], and trials give k_p = 2.45 again."""
    model = additive(NORMAL)
    checked = [Checked(0.0, math.sqrt(2), 2.8, Tails())] * 2
    covariance = propagate_distributions(model, checked, TRIALS, coverage_probability=0.95, seed=1).covariance
    trials = joint_trials(model, TRIALS, 1)
    assert covariance == pytest.approx(np.cov(trials), rel=1e-10)
    assert covariance == pytest.approx(np.array([[2, 1], [1, 2]]), abs=0.03)
    by_trials, by_chi = ellipsoid_of_trials(trials, 0.95), ellipsoid([0, 0], [[2, 1], [1, 2]], 0.95)
    assert by_trials.factor == pytest.approx(2.448, abs=0.012)
    assert by_chi.contains(trials).mean() == pytest.approx(0.95, abs=0.002)
    assert by_chi.volume == pytest.approx(math.pi * 2.4477**2 * math.sqrt(3), rel=1e-3)


def test_a_shared_rectangular_input():
    """Where a rectangular input dominates both outputs, their ellipsoid is smaller than chi-square's."""
    trials = joint_trials(additive(RECTANGULAR, "0.1"), TRIALS, 2)
    found = ellipsoid_of_trials(trials, 0.95)
    assert found.contains(trials).mean() == pytest.approx(0.95, abs=1e-5)
    assert found.factor < 2.3
    box = hyper_rectangle_of_trials(trials, 0.95)
    assert box.contains(trials).mean() == pytest.approx(0.95, abs=1e-5)
    assert box.factor < 2.0 < hyper_rectangle([0, 0], [1, 1], 0.95).factor
    region = smallest_region(trials, 0.95)
    assert region.share >= 0.95
    assert region.contains(trials).mean() == pytest.approx(region.share, abs=1e-6)
    assert region.volume < found.volume < box.volume


def test_bonferroni_holds_at_least_its_probability():
    """The hyper-rectangle of normal outputs holds p or more of the trials, correlated or not."""
    for third in (NORMAL, {"value": "0", "standard_uncertainty": "9"}):
        trials = joint_trials(additive(third), TRIALS, 3)
        share = hyper_rectangle([0, 0], trials.std(axis=1), 0.95).contains(trials).mean()
        assert 0.949 < share < 0.985


def test_the_smallest_region_of_a_normal_pair_is_its_ellipse():
    """For normal outputs the boxes approach the ellipse in size and place."""
    trials = joint_trials(additive(NORMAL), TRIALS, 4)
    region, ellipse = smallest_region(trials, 0.95), ellipsoid_of_trials(trials, 0.95)
    assert region.volume == pytest.approx(ellipse.volume, rel=0.06)
    assert (region.contains(trials) == ellipse.contains(trials)).mean() > 0.95
    assert not region.contains([[50.0], [0.0]])[0]


def test_a_region_may_have_parts():
    """A result of two separate values has a smallest region of two parts, with nothing between them."""
    random = np.random.default_rng(1)
    trials = random.choice([-5.0, 5.0], 50_000) + random.standard_normal(50_000) * 0.5
    region = smallest_region(np.stack([trials, random.standard_normal(50_000)]), 0.9, boxes=40)
    assert list(region.contains([[-5.0, 0.0, 5.0], [0.0, 0.0, 0.0]])) == [True, False, True]


def test_outputs_without_a_region_are_refused():
    """Outputs that are one quantity said twice, or exact, and a probability that is none, are refused."""
    line = np.arange(100.0)
    for act in (
        lambda: ellipsoid([0, 0], [[1, 1], [1, 1]], 0.95),
        lambda: ellipsoid_of_trials(np.stack([line, 2 * line]), 0.95),
        lambda: hyper_rectangle_of_trials(np.stack([line, np.ones(100)]), 0.95),
        lambda: smallest_region(np.stack([line, np.ones(100)]), 0.95),
        lambda: hyper_rectangle([0], [1], 1.0),
    ):
        with pytest.raises(InvalidInput) as caught:
            act()
        assert all(caught.value.text(language) for language in ("vi", "en"))
