"""Blocks of trials: their sizes, their intervals."""

import numpy as np
import pytest

from uncertainty.trial_blocks import BLOCK, LARGEST_BLOCK, block_size, intervals, sizes_of


def test_intervals_of_a_known_sample():
    """The symmetric interval leaves out as many on both sides; the shortest is the shortest."""
    symmetric, shortest = intervals(np.arange(1, 1001, dtype=float) ** 2, 0.95)
    assert symmetric == (26.0**2, 976.0**2)
    assert shortest == (1.0, 951.0**2)


@pytest.mark.parametrize("trials", [1, 1000, BLOCK, BLOCK + 1, 200_000, 1_000_000, 999_999])
def test_a_stated_number_is_shared_out_evenly(trials):
    """Blocks are as equal as they can be, none larger than BLOCK, and hold all trials."""
    sizes = sizes_of(trials)
    assert sum(sizes) == trials
    assert max(sizes) <= BLOCK
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize(("p", "size"), [(0.95, BLOCK), (0.9973, BLOCK), (0.999, 100_000), (0.999999, LARGEST_BLOCK)])
def test_a_block_holds_enough_trials_for_its_ends(p, size):
    """A block of the adaptive procedure has at least 100/(1 - p) trials, as far as memory allows."""
    assert block_size(p) == pytest.approx(size, abs=1)
