"""Averages over blocks of trials, and whether they are known well enough: the adaptive procedure of JCGM 101, 7.9."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uncertainty.rounding import round_uncertainty
from uncertainty.student import student_quantile
from uncertainty.trial_blocks import Block

Array = NDArray[np.float64]
MOST_TRIALS = 100_000_000
# So many blocks are enough to foresee how many a result will need.
FORESEEING = 16
# A validation asks for a fifth of the tolerance that two digits of u ask for (JCGM 101, 8.2).
PART = 5.0
# Plus and minus two standard deviations, as a probability.
TWICE = 0.9544997361036416


@dataclass(frozen=True)
class Judged:
    """What of one output has to settle.

    Attributes:
        standard_uncertainty: of the first order, unit of the result; 0 where it has none.
        has_mean: whether its trials have a mean; else the median stands for it and is not judged.
        has_variance: whether they have a standard deviation.
        waits_for_u: whether more blocks are drawn only because u has not settled.
    """

    standard_uncertainty: float
    has_mean: bool = True
    has_variance: bool = True
    waits_for_u: bool = True


def numerical_tolerance(standard_uncertainty: float) -> float | None:
    """Half a unit of the second significant digit of u, same unit; None for an exact value.

    Source: JCGM 101, 7.9.2.
    """
    if standard_uncertainty <= 0:
        return None
    return 0.5 * 10.0 ** round_uncertainty(standard_uncertainty)[1]


def _factor(blocks: int) -> float:
    """How many standard deviations of the average count: two, and more where few blocks tell it."""
    return student_quantile((1 + TWICE) / 2, blocks - 1)


class Averages:
    """Averages of blocks of (nearly) equal size, updated block by block.

    Attributes:
        blocks: how many have been taken in.
        trials: how many trials they hold.
        means: by output.
        covariance: of the outputs.
        quantiles: by output, as in Block, averaged over the blocks.
    """

    def __init__(self, judged: Sequence[Judged]) -> None:
        self.blocks = 0
        self.trials = 0
        self._given = np.array([one.standard_uncertainty for one in judged])
        self._counts = np.array([[one.has_mean, one.has_variance, True, True] for one in judged])
        self._waits = self._counts & np.array([[True, one.waits_for_u, True, True] for one in judged])
        count = len(judged)
        self.means = np.zeros(count)
        self.quantiles = np.zeros((count, 5))
        self._products = np.zeros((count, count))
        self._average = np.zeros((count, 4))
        self._squares = np.zeros((count, 4))

    def add(self, block: Block) -> None:
        """Take one more block in."""
        self.blocks += 1
        self.trials += block.size
        share = block.size / self.trials
        step = block.means - self.means
        self._products += block.products + np.outer(step, step) * block.size * (1 - share)
        self.means = self.means + step * share
        self.quantiles = self.quantiles + (block.quantiles - self.quantiles) * share
        spread = np.sqrt(np.diagonal(block.products) / (block.size - 1))
        found = np.column_stack([block.means, spread, block.quantiles[:, :2]])
        away = found - self._average
        self._average += away / self.blocks
        self._squares += away * (found - self._average)

    @property
    def covariance(self) -> Array:
        """Of the outputs, from all trials."""
        return np.asarray(self._products / (self.trials - 1))

    def tolerances(self) -> Array:
        """The numerical tolerance of each output: of the first order's u, or of the trials' where that is zero."""
        trials = np.sqrt(np.diagonal(self.covariance))
        u = np.where(self._given > 0, self._given, trials)
        return np.array([numerical_tolerance(float(one)) or 0.0 for one in u])

    def _needed(self) -> Array:
        """How many times as many blocks each average would need; at most 1 where it is known well enough."""
        if self.blocks < 2:
            return np.where(self._counts, np.inf, 0.0)
        spread = np.sqrt(self._squares / (self.blocks - 1) / self.blocks)
        allowed = self.tolerances()[:, None] / PART
        wide = np.where(self._counts, _factor(self.blocks) * spread, 0.0)
        ratio = np.divide(wide, allowed, out=np.where(wide > 0, np.inf, 0.0), where=allowed > 0)
        return np.asarray(ratio**2)

    def stabilised(self) -> Array:
        """By output: whether estimate, u and both ends are known to a fifth of the numerical tolerance."""
        return np.asarray((self._needed() <= 1).all(axis=1))

    def finished(self, most_trials: int) -> bool:
        """Whether more blocks are of no use: all settled, or what has not settled will not within `most_trials`."""
        needed = self._needed()
        short = (needed > 1) & self._waits
        if not short.any():
            return True
        if self.blocks < FORESEEING:
            return False
        return bool((needed[short] * self.trials > most_trials).all())
