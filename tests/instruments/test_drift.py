"""The drift of a point: published figures, adjustments that cut it, what it predicts; control charts."""

import math
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instruments.control_chart import limits_from_history, stated_limits
from instruments.drift import DriftPoint, fit_drift
from uncertainty.straight_line import fit_line

FIRST = date(2000, 1, 1)
FOUR_YEARS = 1461  # exactly four years of 365.25 days


def test_a_line_of_iso_ts_28037_has_its_published_parameters() -> None:
    """Equal uncertainties: intercept 1.867, slope 1.757, u(slope) 0.120, chi-square 1.665 (ISO/TS 28037:2010, 6.3)."""
    values = (3.3, 5.6, 7.1, 9.3, 10.7, 12.1)
    drift = fit_drift(
        [DriftPoint(FIRST + timedelta(days=FOUR_YEARS * (n + 1)), value, 0.5) for n, value in enumerate(values)]
    )
    assert drift is not None
    assert drift.rate * 4 == pytest.approx(1.757, abs=5e-4)
    assert drift.rate_uncertainty * 4 == pytest.approx(0.120, abs=5e-4)
    assert drift.fit.chi_square == pytest.approx(1.665, abs=5e-4)
    assert drift.predict(FIRST).value == pytest.approx(1.867, abs=5e-4)
    assert (drift.consistent, drift.significant, drift.raised) == (True, True, 1.0)


def test_unequal_uncertainties_count_by_their_size() -> None:
    """Without adjustments the drift is the weighted line of the numerical core, its band too."""
    days, values, u = (0, 300, 700, 1100), (1.0, 1.2, 0.9, 1.6), (0.1, 0.4, 0.1, 0.3)
    drift = fit_drift([DriftPoint(FIRST + timedelta(days=d), v, s) for d, v, s in zip(days, values, u, strict=True)])
    line = fit_line([day / 365.25 for day in days], values, u_y=list(u))
    assert drift is not None
    raised = max(1.0, line.residual_standard_deviation)
    assert drift.rate == pytest.approx(line.slope.value)
    assert drift.rate_uncertainty == pytest.approx(raised * line.slope.standard_uncertainty)
    there = drift.predict(FIRST + timedelta(days=2000))
    expected = line.predict(2000 / 365.25)
    assert there.value == pytest.approx(expected.value)
    assert there.line_uncertainty == pytest.approx(raised * there.coverage_factor * expected.standard_uncertainty)


def test_an_adjustment_moves_the_level_and_not_the_drift() -> None:
    """As left of one and as found of the next make the drift: +0.3 a year in each stretch, whatever was adjusted.

    By hand: two stretches of one year with u = 0.1, each gives the rate 0.3 with u = 0.1 root 2; their mean has
    u = 0.1. The next value a year on is 0.05 + 0.3 with u = root(0.1^2 + 0.1^2) of the line and 0.1 more for itself.
    """
    year = timedelta(days=FOUR_YEARS)
    points = [
        DriftPoint(FIRST, 0.0, 0.1, 0), DriftPoint(FIRST + year, 1.2, 0.1, 0),
        DriftPoint(FIRST + year, -0.5, 0.1, 1), DriftPoint(FIRST + 2 * year, 0.7, 0.1, 1),
        DriftPoint(FIRST + 2 * year, 0.05, 0.1, 2),
    ]  # fmt: skip
    drift = fit_drift(points)
    assert drift is not None
    assert drift.rate * 4 == pytest.approx(1.2)
    assert drift.rate_uncertainty * 4 == pytest.approx(0.1)
    ahead = drift.predict(FIRST + 3 * year)
    assert ahead.value == pytest.approx(1.25)
    assert ahead.line_uncertainty / ahead.coverage_factor == pytest.approx(math.hypot(0.1, 0.1))
    assert ahead.expanded_uncertainty / ahead.coverage_factor == pytest.approx(0.1 * math.sqrt(3))


def test_more_scatter_than_uncertainty_raises_it() -> None:
    """Values that scatter three times as much as they should raise all uncertainties, with Student's factor."""
    values = (0.0, 3.0, 0.0, 3.0)
    drift = fit_drift([DriftPoint(FIRST + timedelta(days=365 * n), v, 0.2) for n, v in enumerate(values)])
    assert drift is not None
    assert not drift.consistent
    assert drift.raised == pytest.approx(drift.fit.residual_standard_deviation)
    assert drift.coverage_factor == pytest.approx(4.3027, abs=1e-4)  # t for 95 %, 2 degrees of freedom


@given(
    st.lists(st.floats(-50, 50), min_size=4, max_size=9, unique=True).filter(lambda seen: max(seen) - min(seen) > 1),
    st.integers(1, 3000),
)
def test_where_uncertainties_are_far_too_small_the_scatter_predicts(values: list[float], ahead: int) -> None:
    """The next value lies in the classical prediction interval t·s·√(1 + 1/n + (x - x̄)²/Sxx), whatever was stated."""
    xs = [float(100 * n * n + 30 * n) for n in range(len(values))]
    days = [FIRST + timedelta(days=x) for x in xs]
    drift = fit_drift([DriftPoint(day, v, 1e-4) for day, v in zip(days, values, strict=True)])
    assert drift is not None
    n, middle, mean = len(xs), sum(xs) / len(xs), sum(values) / len(values)
    spread = sum((x - middle) ** 2 for x in xs)
    slope = sum((x - middle) * (v - mean) for x, v in zip(xs, values, strict=True)) / spread
    left = sum((v - mean - slope * (x - middle)) ** 2 for x, v in zip(xs, values, strict=True))
    s = math.sqrt(left / (n - 2))
    assume(s > 0.01)
    wide = s * math.sqrt(1 + 1 / n + (xs[-1] + ahead - middle) ** 2 / spread)
    there = drift.predict(days[-1] + timedelta(days=ahead))
    assert there.value == pytest.approx(mean + slope * (xs[-1] + ahead - middle), rel=1e-6, abs=1e-6)
    assert there.expanded_uncertainty == pytest.approx(there.coverage_factor * wide, rel=1e-6)


@pytest.mark.parametrize("stretches", [(0,), (0, 1), (0, 1, 2)])
def test_without_two_values_in_a_stretch_nothing_is_known(stretches: tuple[int, ...]) -> None:
    """One value in each stretch, or two of the same day, says nothing of the drift."""
    assert fit_drift([DriftPoint(FIRST + timedelta(days=365 * one), 1.0, 0.1, one) for one in stretches]) is None
    assert fit_drift([DriftPoint(FIRST, 1.0, 0.1), DriftPoint(FIRST, 1.1, 0.1)]) is None
    assert fit_drift([]) is None


def test_a_chart_of_individuals_has_its_published_limits() -> None:
    """Mean 50.81, limits 45.8159 and 55.8041 (NIST/SEMATECH e-Handbook, 6.3.2.2)."""
    limits = limits_from_history([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    assert limits.centre == pytest.approx(50.81)
    assert limits.action == pytest.approx((45.8159, 55.8041), abs=1e-3)


@pytest.mark.parametrize(
    ("value", "outcome"), [(0.0, "within"), (2.0, "within"), (2.1, "warning"), (-3.0, "warning"), (3.001, "out")]
)
def test_a_value_on_a_limit_is_inside_it(value: float, outcome: str) -> None:
    """Warning limits stand at two thirds of the limits; what lies on a limit is inside it."""
    assert stated_limits(-3.0, 3.0).outcome(value) == outcome
