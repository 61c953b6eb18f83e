"""The rule by which the adaptive procedure stops."""

import math

import numpy as np
import pytest

from uncertainty.stabilisation import FORESEEING, Averages, Judged, numerical_tolerance
from uncertainty.trial_blocks import Block


@pytest.mark.parametrize(("u", "tolerance"), [(0.0293, 0.0005), (2.0, 0.05), (31.7, 0.5), (0.0, None)])
def test_numerical_tolerance(u, tolerance):
    """Delta is half a unit of the second digit of u."""
    assert numerical_tolerance(u) == (pytest.approx(tolerance) if tolerance else None)


def block(trials: list[float], low: float = -2.0, high: float = 2.0) -> Block:
    """A block of one output."""
    values = np.array(trials)
    deviations = values - values.mean()
    ends = np.array([[low, high, low, high, values.mean()]])
    return Block(len(trials), np.array([values.mean()]), np.array([[deviations @ deviations]]), ends)


def averages(ends: list[float], judged: Judged) -> Averages:
    """Averages of blocks alike but for their upper end."""
    found = Averages([judged])
    for high in ends:
        found.add(block([-1.0, 0.0, 1.0], high=high))
    return found


def test_averages_are_those_of_all_trials():
    """Mean and covariance of blocks are those of all their trials together."""
    random = np.random.default_rng(3)
    trials = random.normal(7.0, 2.0, (5, 100))
    found = Averages([Judged(2.0)])
    for row in trials:
        found.add(block(list(row)))
    assert found.means[0] == pytest.approx(trials.mean())
    assert found.covariance[0, 0] == pytest.approx(trials.var(ddof=1))
    assert found.trials == 500


def test_one_block_tells_nothing():
    """A single block is never stabilised, however good it is."""
    assert not averages([2.0], Judged(1.0)).stabilised()[0]
    assert averages([2.0, 2.0], Judged(1.0)).stabilised()[0]


def test_few_blocks_count_with_students_factor():
    """The border is delta/5 for the Student factor times the standard deviation of the average of the blocks."""
    spread = 0.01 * math.sqrt(4) / 2.8693  # of four blocks: s/sqrt(4) times t(3 degrees of freedom) = 3.307
    for scale, stable in ((0.8, True), (0.9, False)):
        ends = [2.0 + scale * spread * sign * math.sqrt(3) / 2 for sign in (1, -1, 1, -1)]
        assert averages(ends, Judged(1.0)).stabilised()[0] == stable


def test_what_will_not_settle_is_not_waited_for():
    """After some blocks the procedure ends where more trials than permitted would be needed, and says it failed."""
    ends = [2.0 + 0.2 * (-1) ** index for index in range(FORESEEING)]
    found = averages(ends, Judged(1.0))
    assert found.finished(100) and not found.stabilised()[0]
    assert not found.finished(10_000_000)
    assert not averages(ends[:-1], Judged(1.0)).finished(100)


def test_an_exact_output_is_stable():
    """An output without uncertainty has settled once two blocks agree."""
    found = Averages([Judged(0.0)])
    for _ in range(2):
        found.add(block([3.0, 3.0, 3.0], 3.0, 3.0))
    assert found.stabilised()[0] and found.tolerances()[0] == 0.0


def test_without_variance_only_the_ends_are_judged():
    """Where trials have no mean and no standard deviation, their scatter does not count."""
    for judged, stable in ((Judged(1.0, has_mean=False, has_variance=False), True), (Judged(1.0), False)):
        found = Averages([judged])
        for scale in (1.0, 50.0, 2.0):
            found.add(block([-scale, 0.0, scale]))
        assert found.stabilised()[0] == stable
