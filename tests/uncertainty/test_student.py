"""Student's and the normal distribution in plain numbers are those of scipy."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from uncertainty.student import EXPANDED_FROM, normal_below, normal_quantile, student_below, student_quantile

DOFS = st.one_of(st.integers(1, 1200).map(float), st.floats(1.0, 1e9))


@given(st.floats(0.501, 0.9999999))
def test_normal_quantiles(probability):
    """Normal quantiles agree with scipy's to 1e-12, on both sides, and give the probability back."""
    z = normal_quantile(probability)
    assert z == pytest.approx(float(special.ndtri(probability)), rel=1e-12)
    assert normal_quantile(1 - probability) == pytest.approx(-z, rel=1e-8)
    assert normal_below(z) == pytest.approx(probability, rel=1e-14)


@given(st.floats(0.55, 0.999999), DOFS)
def test_student_quantiles(probability, dof):
    """Quantiles of t agree with scipy's to 1e-11 for any degrees of freedom, and give the probability back."""
    t = student_quantile(probability, dof)
    assert t == pytest.approx(float(special.stdtrit(dof, probability)), rel=1e-11)
    assert student_below(t, dof) == pytest.approx(probability, rel=1e-11)
    assert student_below(-t, dof) == pytest.approx(1 - probability, rel=1e-6)


@given(st.floats(0.01, 12.0), DOFS)
def test_student_probabilities(t, dof):
    """Probabilities of t agree with scipy's."""
    assert student_below(t, dof) == pytest.approx(float(special.stdtr(dof, t)), abs=1e-11)


def test_the_borders():
    """The middle is zero; 1 and 2 degrees of freedom are exact; the expansion takes over without a step."""
    assert normal_quantile(0.5) == 0.0
    assert student_quantile(0.75, 1) == pytest.approx(1.0, rel=1e-15)
    assert student_quantile(0.75, 2) == pytest.approx(math.sqrt(2 / 3), rel=1e-15)
    below, above = (student_quantile(0.99865, dof) for dof in (EXPANDED_FROM, EXPANDED_FROM + 1e-6))
    assert below == pytest.approx(above, rel=1e-11)
    assert student_quantile(0.25, 3) == -student_quantile(0.75, 3)
