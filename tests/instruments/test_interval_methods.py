"""Reviews of calibration intervals: published and hand-checked figures, and the bounds of what may be proposed."""

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.drift import DriftPoint, fit_drift
from instruments.interval_methods import Bounds, Event, bounded, control_chart, in_service, in_use, staircase
from instruments.interval_reliability import (
    TimeGroup,
    fit_reliability,
    grouped,
    interval_test,
    review_by_model,
    review_by_test,
)

STAIRS = {"lengthen_below": 0.8, "lengthen_by": 1.5, "shorten_by": 0.5, "least_events": 2}
DAY = date(2026, 1, 1)


def events(*shares: float, months: float = 12.0) -> list[Event]:
    """Calibrations at equal intervals with the shares of the limit that they found."""
    return [Event(DAY + timedelta(days=365 * place), months, share) for place, share in enumerate(shares)]


@pytest.mark.parametrize(
    ("shares", "months"),
    [
        ((0.5, 0.8), 18.0),
        ((0.5, 0.81), 12.0),
        ((0.9, 0.5), 12.0),
        ((0.5, 1.0), 12.0),
        ((0.5, 1.01), 6.0),
        ((0.5,), None),
    ],
)
def test_the_staircase_goes_up_slowly_and_down_at_once(shares: tuple[float, ...], months: float | None) -> None:
    """Longer after two calibrations within 80 %, shorter after one outside, as it is between; none from one alone."""
    found = staircase(events(*shares), 12, STAIRS)
    assert (found.months if found else None) == months


def test_the_chart_allows_as_long_as_the_band_stays_inside() -> None:
    """A drift of 12 a year known almost exactly, from 0 towards 80 % of 30: 24 is reached after two years."""
    days = [DAY - timedelta(days=365 * back) for back in (2, 1, 0)]
    drift = fit_drift([DriftPoint(day, 12 * (day - DAY).days / 365, 1e-6) for day in days])
    assert drift is not None
    found = control_chart([(drift, DAY, -30.0, 30.0)], 60, {"share_of_limit": 0.8})
    assert found is not None
    assert found.months == 23.0  # after 24 months the band touches the limit
    assert found.figures["rate"] == pytest.approx(12 * 365.25 / 365)
    assert control_chart([], 60, {"share_of_limit": 0.8}) is None


def test_use_is_turned_into_months_at_the_rate_observed() -> None:
    """300 hours in six months are 50 a month: 1000 hours last about 20 months; without use nothing can be said."""
    found = in_use([(date(2026, 1, 1), 0.0), (date(2026, 7, 3), 300.0)], 1000.0)
    assert found is not None
    assert found.months == pytest.approx(1000 / (300 / (183 / 30.4375)))
    assert in_use([(DAY, 5.0)], 1000.0) is None
    assert in_use([(DAY, 5.0), (DAY + timedelta(days=30), 5.0)], 1000.0) is None


@pytest.mark.parametrize(
    ("outcomes", "months"),
    [(["within"] * 6, 18.0), (["within"] * 5 + ["warning"], 12.0), (["within", "out"], 0.0), (["within"] * 5, None)],
)
def test_checks_in_service_put_the_calibration_off_or_call_for_it(outcomes: list[str], months: float | None) -> None:
    """Six checks within lengthen, a warning keeps, one out calls for calibration at once, five are too few."""
    found = in_service(outcomes, 12, {"least_checks": 6, "lengthen_by": 1.5})
    assert (found.months if found else None) == months


@pytest.mark.parametrize(
    ("given_", "months", "rejection", "lower", "upper"),
    [
        ((15, 20, 365, 0.95, 0.5), 231, 0.9949, 0.6516, 0.8286),
        ((14, 20, 365, 0.95, 0.5), 205, 0.9993, 0.6000, 0.7843),
        ((16, 20, 730, 0.95, 0.5), 523, 0.9682, 0.7041, 0.8716),
        ((42, 50, 365, 0.90, 0.3), 329, 0.7557, 0.8067, 0.8664),
    ],
)
def test_the_interval_test_gives_the_published_figures(
    given_: tuple[int, int, float, float, float], months: float, rejection: float, lower: float, upper: float
) -> None:
    """Method A3: assets 1 to 3 of the NCSLI tutorial on intervals of 2019, and a fourth case, as Suncal prints them."""
    found = interval_test(*given_)
    assert round(found.months) == months
    assert (found.rejection, found.lower, found.upper) == pytest.approx((rejection, lower, upper), abs=5e-5)


def test_the_interval_test_changes_nothing_without_evidence() -> None:
    """Ten of ten cannot show a reliability above 95 % (0.95^10 = 0.60); 59 of 59 do, and no factor is exceeded."""
    assert interval_test(10, 10, 12, 0.95).months == 12
    assert interval_test(10, 10, 12, 0.95).rejection == 0.0
    longer = interval_test(59, 59, 12, 0.95)
    assert (longer.months, round(longer.rejection, 4)) == (24.0, round(1 - 2 * 0.95**59, 4))
    assert interval_test(0, 3, 12, 0.9).months == 6.0


def test_a_reliability_model_is_found_again_from_its_own_figures() -> None:
    """Method S2: 90 %, 81 % and 65.61 % after 6, 12 and 24 months are exponential; 85 % is reached at 9.255 months."""
    groups = [TimeGroup(6, 10000, 9000), TimeGroup(12, 10000, 8100), TimeGroup(24, 10000, 6561)]
    best = fit_reliability(groups, 0.85)[0]
    assert best.name == "exponential"
    assert best.parameters[0] == pytest.approx(-math.log(0.9) / 6, rel=1e-6)
    assert best.interval == pytest.approx(6 * math.log(0.85) / math.log(0.9), rel=1e-6)
    assert best.rejection == pytest.approx(0.0, abs=1e-6)


def test_the_models_of_rp_1_fit_its_table_d_1() -> None:
    """The data of RP-1, table D-1, to a target of 75 %: the random walk fits best and gives about 8 weeks.

    Suncal prints 9 weeks for the random walk and 8 for the restricted one, with one success less in two groups.
    """
    weeks, tested = (4, 7, 10, 13, 21, 28, 40, 48), (4, 6, 14, 13, 22, 49, 18, 6)
    kept = (4, 5, 9, 8, 12, 20, 9, 2)
    groups = [TimeGroup(*one) for one in zip(weeks, tested, kept, strict=True)]
    models = fit_reliability(groups, 0.75)
    assert models[0].name == "random_walk"
    assert models[0].interval == pytest.approx(8.0, abs=0.5)
    assert models[0].rejection == pytest.approx(0.07, abs=0.01)
    assert all(one.rejection < 0.95 for one in models)


def test_the_events_of_a_family_are_tested_and_modelled() -> None:
    """Only calibrations at about the present interval are tested; a model looks no further than what was observed."""
    some = events(*[0.5] * 15, *[1.2] * 5) + events(2.0, months=30.0)
    found = review_by_test(some, 12, 2.0, {"target": 0.95, "confidence": 0.5, "tolerance": 0.25})
    assert found is not None
    assert found.figures["tested"] == 20
    assert found.months == pytest.approx(12 * 231 / 365, abs=0.02)
    far = {"target": 0.9, "confidence": 0.5, "tolerance": 0.1}
    assert review_by_test(events(0.5, months=30.0), 12, 2.0, far) is None
    sound = [Event(DAY, months, 0.5 if place % 50 else 1.5) for months in (6.0, 12.0, 18.0) for place in range(100)]
    modelled = review_by_model(sound, {"target": 0.9, "least_events": 20, "bins": 3})
    assert modelled is not None
    assert modelled.months == 18.0
    assert modelled.reliability == pytest.approx(0.98, abs=0.01)
    assert review_by_model(sound[:19], {"target": 0.9, "least_events": 20, "bins": 3}) is None
    assert [(one.time, one.tested) for one in grouped(sound, 3)] == [(6.0, 100), (12.0, 100), (18.0, 100)]


@given(st.floats(0, 1e6), st.integers(1, 120), st.one_of(st.none(), st.integers(1, 60)))
def test_no_proposal_leaves_its_bounds(months: float, current: int, legal: int | None) -> None:
    """Whatever the data ask for: whole months, changed by no more than the factor, never beyond the law."""
    bounds = Bounds(1, 60, 2)
    found = bounded(months, current, bounds, legal)
    assert found >= 1
    assert legal is None or found <= legal
    assert found <= max(60, math.ceil(current / 2))
    assert found <= current * 2
