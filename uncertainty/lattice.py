"""Points of a rank-1 lattice: they fill the unit cube far more evenly than random ones, in as many dimensions as asked.

The generating vector is not taken from a table but constructed component by component: each component is the one
that makes the worst-case error of integrating smooth functions smallest, given those before it.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
POINTS = 16_381
"""A prime: the construction needs one."""
_GENERATOR = 2
"""A primitive root of the prime: its powers are all numbers from 1 to 16 380."""
_STEP = 16


def lattice(dimensions: int, seed: int) -> Array:
    """Points of a lattice, moved at random as a whole.

    Args:
        dimensions: number of coordinates of a point, at least 1.
        seed: of the shift; the same seed gives the same points.

    Returns:
        Numbers from 0 to 1, one row per dimension, `POINTS` columns.

    Source: I. H. Sloan, S. Joe, Lattice Methods for Multiple Integration, Oxford 1994, chapters 4 and 5.
    """
    # The vector of fewer dimensions is the beginning of that of more: a few lengths serve all models.
    vector = generating_vector(-(-dimensions // _STEP) * _STEP)[:dimensions]
    shift = np.random.default_rng(seed).random(dimensions)
    whole = np.outer(vector, np.arange(POINTS)) % POINTS
    return np.asarray((whole / POINTS + shift[:, None]) % 1.0)


@cache
def generating_vector(dimensions: int) -> NDArray[np.int64]:
    """The generating vector for a number of dimensions; later components count less (weights of 1/j squared).

    Source: D. Nuyens, R. Cools, "Fast algorithms for component-by-component construction of rank-1 lattice rules in
    shift-invariant reproducing kernel Hilbert spaces", Math. Comp. 75 (2006) 903-920.
    """
    half = (POINTS - 1) // 2
    powers = np.empty(half, dtype=np.int64)
    power = 1
    for place in range(half):
        powers[place] = min(power, POINTS - power)  # the kernel is the same for x and 1 - x
        power = power * _GENERATOR % POINTS
    x = powers / POINTS
    kernel = 2 * np.pi**2 * (x * x - x + 1 / 6)
    spectrum = np.fft.rfft(kernel)
    products = np.ones(half)  # of the kernels so far, at the points whose numbers are inverse powers
    vector = np.empty(dimensions, dtype=np.int64)
    backwards = -np.arange(half)
    for place in range(dimensions):
        errors = np.fft.irfft(spectrum * np.fft.rfft(products), half)
        best = int(errors.argmin())
        vector[place] = powers[best]
        products *= 1 + kernel[(best + backwards) % half] / (place + 1) ** 2
    return vector
