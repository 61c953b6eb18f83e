"""Distributions: their standard uncertainty by JCGM 101, and draws that have it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncertainty.errors import InvalidInput
from uncertainty.type_b import FAMILIES, Distribution, about, between, counted

SHAPES = [
    ("normal", 0.0), ("t", 9.0), ("t", 3.0), ("t", 4.0), ("t", 6.0),
    ("rectangular", 0.0), ("trapezoidal", 0.0), ("trapezoidal", 0.3),
    ("trapezoidal", 1.0), ("curvilinear_trapezoidal", 0.3), ("triangular", 0.5), ("triangular", 0.0),
    ("triangular", 0.8), ("u_shaped", 0.0), ("exponential", 0.0), ("gamma", 0.0), ("gamma", 7.0), ("lognormal", 0.3),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "more", "factor"),
    [
        ("rectangular", {}, 1 / 3),
        ("trapezoidal", {"shape": 0.5}, (1 + 0.25) / 6),
        ("triangular", {}, 1 / 6),
        ("u_shaped", {}, 1 / 2),
        ("curvilinear_trapezoidal", {"shape": 0.2}, 1 / 3 + 0.04 / 9),
    ],
)
def test_standard_uncertainty_between_limits(name, more, factor):
    """u between limits is that of JCGM 101, 6.4, and the estimate is the middle."""
    known = between(name, 9.0, 11.0, **more)
    assert known.estimate == 10.0
    assert known.standard_uncertainty == pytest.approx(math.sqrt(factor), rel=1e-14)


def test_a_triangle_with_its_mode_aside():
    """A triangular distribution has the mean and variance of its three points."""
    known = between("triangular", 0.0, 4.0, mode=1.0)
    assert known.estimate == pytest.approx(5 / 3)
    assert known.standard_uncertainty**2 == pytest.approx((16 + 1 - 0 - 0 - 4) / 18)


def test_counts():
    """q counted events have the value q + 1 and the standard uncertainty sqrt(q + 1)."""
    assert counted(8.0).estimate == 9.0
    assert counted(8.0).standard_uncertainty == 3.0


@pytest.mark.parametrize(("name", "shape"), SHAPES)
def test_draws_have_the_standard_uncertainty(name, shape):
    """Draws in standard form have mean 0 and standard deviation 1; t has scale 1."""
    drawn = Distribution(name, shape).draw(np.random.default_rng(5), 400_000)
    if name == "t" and shape <= 4:
        assert np.median(np.abs(drawn)) == pytest.approx({3.0: 0.7649, 4.0: 0.7407}[shape], abs=0.005)
        return
    deviation = math.sqrt(shape / (shape - 2)) if name == "t" else 1.0
    assert drawn.mean() == pytest.approx(0.0, abs=0.01)
    assert drawn.std() == pytest.approx(deviation, rel=0.01)


@pytest.mark.parametrize(("name", "shape"), SHAPES)
def test_quantiles_belong_to_the_draws(name, shape):
    """The share of draws below a quantile is its probability."""
    distribution = Distribution(name, shape)
    drawn = distribution.draw(np.random.default_rng(6), 200_000)
    probabilities = np.array([0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99])
    found = [(drawn < limit).mean() for limit in distribution.quantile(probabilities)]
    assert found == pytest.approx(probabilities, abs=0.005)


@given(st.sampled_from(SHAPES), st.floats(0.001, 0.998))
def test_quantiles_rise(shape, probability):
    """A greater probability has a greater quantile."""
    one, other = Distribution(*shape).quantile(np.array([probability, probability + 0.001]))
    assert one < other


def test_every_family_is_proven():
    """No distribution is without a test of its draws."""
    assert set(FAMILIES) == {name for name, _ in SHAPES}


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: between("rectangular", 1.0, 0.0),
        lambda: between("trapezoidal", 0.0, 1.0, shape=1.5),
        lambda: between("curvilinear_trapezoidal", 0.0, 1.0, shape=0.6),
        lambda: between("triangular", 0.0, 1.0, mode=2.0),
        lambda: counted(-1.0),
        lambda: about("exponential", -1.0, 1.0),
        lambda: about("lognormal", -1.0, 1.0),
    ],
)
def test_impossible_distributions_are_refused(attempt):
    """Crossed limits, shapes out of range and negative counts are refused."""
    with pytest.raises(InvalidInput):
        attempt()
