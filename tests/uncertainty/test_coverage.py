"""Coverage factors, effective degrees of freedom, and what dominates."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncertainty.coverage import Share, dominating, effective_dof, factor_from_t, probability_from_t

# GUM table G.2, by degrees of freedom; its 68.27, 95.45 and 99.73 % are those of 1, 2 and 3 standard deviations.
PROBABILITIES = (0.6826895, 0.90, 0.95, 0.9544997, 0.99, 0.9973002)
TABLE = {
    1: ("1.84", "6.31", "12.71", "13.97", "63.66", "235.80"),
    2: ("1.32", "2.92", "4.30", "4.53", "9.92", "19.21"),
    5: ("1.11", "2.02", "2.57", "2.65", "4.03", "5.51"),
    10: ("1.05", "1.81", "2.23", "2.28", "3.17", "3.96"),
    16: ("1.03", "1.75", "2.12", "2.17", "2.92", "3.54"),
    50: ("1.01", "1.68", "2.01", "2.05", "2.68", "3.16"),
    math.inf: ("1.000", "1.645", "1.960", "2.000", "2.576", "3.000"),
}


@pytest.mark.parametrize("dof", TABLE)
def test_the_table_of_the_gum(dof):
    """Coverage factors are those of GUM table G.2 to their last digit."""
    for probability, printed in zip(PROBABILITIES, TABLE[dof], strict=True):
        places = len(printed.partition(".")[2])
        assert factor_from_t(probability, dof) == pytest.approx(float(printed), abs=0.5001 * 10**-places + 1e-9)


def test_degrees_of_freedom_are_truncated():
    """16.99 degrees of freedom count as 16, and never as none."""
    assert factor_from_t(0.95, 16.99) == factor_from_t(0.95, 16.0)
    assert factor_from_t(0.95, 4 - 1e-12) == factor_from_t(0.95, 4.0)


@given(st.floats(0.5, 0.999), st.integers(1, 200))
def test_factor_and_probability_are_inverse(probability, dof):
    """The probability of a factor is the probability for which it was computed."""
    assert probability_from_t(factor_from_t(probability, dof), dof) == pytest.approx(probability, rel=1e-9)


def share(variance: float, dof: float = math.inf, group: str = "", gaussian: bool = True) -> Share:
    """A share with a group of its own."""
    return Share(variance, dof, group or f"{variance}{dof}", gaussian)


def test_welch_satterthwaite():
    """Independent causes give the formula of GUM G.4.1."""
    shares = [share(25.0**2, 18), share(5.8**2, 24), share(3.9**2, 5), share(6.7**2, 8), share(16.6**2, 2)]
    u = math.sqrt(sum(one.variance for one in shares))
    below = sum(one.variance**2 / one.dof for one in shares)
    assert effective_dof(u, shares) == pytest.approx(u**4 / below)
    assert effective_dof(1.0, [share(1.0)]) == math.inf


def test_causes_of_the_same_rows_count_as_one():
    """Three quantities observed in five rows have four degrees of freedom together, whatever their covariances."""
    shares = [share(133.0, 4, "rows"), share(75.0, 4, "rows"), share(-108.0, 4, "rows")]
    assert effective_dof(10.0, shares) == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("shares", "count"),
    [
        ([share(1.0, gaussian=False), share(0.09)], 1),
        ([share(1.0, gaussian=False), share(0.091)], 0),
        ([share(1.0, gaussian=False), share(0.5, gaussian=False), share(0.13)], 2),
        ([share(1.0, gaussian=False), share(0.5, gaussian=False), share(0.14)], 0),
        ([share(1.0), share(0.05, gaussian=False)], 0),
        ([share(1.0, gaussian=False)] * 4, 0),
        ([share(1.0, gaussian=False)] * 2, 2),
        ([], 0),
    ],
)
def test_what_dominates(shares, count):
    """One or two contributions neither normal nor t dominate where all others are at most 0.3 of theirs."""
    assert dominating(shares) == count
