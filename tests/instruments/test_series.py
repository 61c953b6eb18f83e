"""The history of an instrument point by point, from rows of the registry on both databases."""

from datetime import date

import pytest
from sqlmodel import Session, select

from instruments.checks import CheckRule, NewCheck, NewFound, record_adjustment, record_check, release
from instruments.models import CalibrationResult
from instruments.series import history_of, hold_on
from instruments.standards import standard_on
from tests.instruments.network import Network
from uncertainty.errors import Invalid, Refused

RULE = CheckRule(least_checks=3, warning=2.0, action=3.0, when_out="hold")
TODAY = date(2026, 6, 1)


def check(day: date, value: str, **more: str) -> NewCheck:
    """A check of the 10 kg weight."""
    return NewCheck(day, "mass", value, "g", nominal="10", nominal_unit="kg", **more)


def result_of(session: Session, calibration_id: str) -> CalibrationResult:
    """The only result of a calibration."""
    return session.exec(select(CalibrationResult).where(CalibrationResult.calibration_id == calibration_id)).one()


def test_each_calibration_gives_a_deviation_in_the_unit_of_its_uncertainty(session: Session, network: Network) -> None:
    """10 000.005 g and 10.000 008 kg at 10 kg are +5 mg and +8 mg: 3 mg in a year."""
    weight = network.standard("CT-1")
    network.calibrate(weight, date(2024, 6, 1))
    network.calibrate(weight, date(2025, 6, 1), results=[{"value": "10.000008", "unit": "kg"}])
    (series,) = history_of(session, weight.id, TODAY).series
    assert (series.unit, series.nominal, series.nominal_unit) == ("mg", "10", "kg")
    assert [one.value for one in series.observed] == pytest.approx([5.0, 8.0], abs=1e-6)
    assert [(one.standard_uncertainty, one.expanded, one.state) for one in series.observed] == [
        (pytest.approx(5.0), pytest.approx(10.0), "unchanged")
    ] * 2
    assert series.drift is not None
    assert series.drift.rate == pytest.approx(3.0 * 365.25 / 365)


def test_what_was_found_and_what_was_left_stand_apart(session: Session, network: Network) -> None:
    """The as-found value ends a stretch, the result begins the next; the drift joins left and found only."""
    weight = network.standard("CT-1")
    network.calibrate(weight, date(2023, 6, 1), results=[{"value": "10000.000"}])
    second = network.calibrate(weight, date(2024, 6, 1), results=[{"value": "10000.001"}])
    network.calibrate(weight, date(2025, 6, 1), results=[{"value": "10000.021"}])
    found = NewFound(result_of(session, second.id).id, "10000.020", "g", "10", "mg")
    record_adjustment(session, weight, date(2024, 6, 1), "mài lại", second.id, [found])
    history = history_of(session, weight.id, TODAY)
    (series,) = history.series
    assert [(one.state, round(one.value, 6), one.stretch) for one in series.observed] == [
        ("unchanged", 0.0, 0), ("as_found", 20.0, 0), ("as_left", 1.0, 1), ("unchanged", 21.0, 1),
    ]  # fmt: skip
    assert series.drift is not None
    assert series.drift.rate == pytest.approx(20.0, rel=2e-3)
    assert [day for day, _ in history.adjusted] == [date(2024, 6, 1)]
    with pytest.raises(Refused, match="entered already"):
        record_adjustment(session, weight, date(2024, 6, 1), "mài lại", second.id, [])


def test_a_repair_apart_from_calibrations_begins_a_stretch(session: Session, network: Network) -> None:
    """A repair between two calibrations leaves no drift between them; a day before it is not known then."""
    weight = network.standard("CT-1")
    network.calibrate(weight, date(2024, 6, 1))
    network.calibrate(weight, date(2025, 6, 1))
    record_adjustment(session, weight, date(2025, 1, 1), "sửa chữa")
    (series,) = history_of(session, weight.id, TODAY).series
    assert [one.stretch for one in series.observed] == [0, 1]
    assert series.drift is None
    with pytest.raises(Invalid, match="belongs to a calibration"):
        record_adjustment(session, weight, TODAY, "sửa", None, [NewFound("x", "1", "g", "1", "mg")])


def test_withdrawn_calibrations_and_points_of_other_sizes_stay_apart(session: Session, network: Network) -> None:
    """A withdrawn calibration is no value of the series; each nominal value has a series of its own."""
    weight = network.standard("CT-1")
    wrong = network.calibrate(weight, date(2024, 6, 1))
    network.withdraw(wrong, date(2024, 7, 1))
    network.calibrate(weight, date(2025, 6, 1), results=[{}, {"nominal": "5", "value": "5000.001", "unit": "g"}])
    first, second = history_of(session, weight.id, TODAY).series
    assert ([one.certificate for one in first.observed], len(second.observed)) == (["CT-1/2025"], 1)
    assert second.observed[0].value == pytest.approx(1.0, abs=1e-6)


def test_limits_come_from_the_history_when_it_is_long_enough(session: Session, network: Network) -> None:
    """Three earlier checks give limits: mean 1 mg, moving range 1 mg, so 1 ± 3/1.128 mg."""
    weight = network.standard("CT-1")
    network.calibrate(weight, date(2026, 1, 1))
    with pytest.raises(Refused, match="only 0 earlier checks"):
        record_check(session, weight, check(date(2026, 1, 5), "10000.001"), RULE)
    for number, value in enumerate(("10000.001", "10000.002", "10000.001", "10000.000")):
        record_check(session, weight, check(date(2026, 2, 1 + number), value, lower="9999.99", upper="10000.01"), RULE)
    made = record_check(session, weight, check(date(2026, 3, 1), "10000.0036"), RULE)
    assert (made.outcome, made.limits_from, made.held) == ("warning", "history", False)
    limits = float(made.lower) - 10000, float(made.upper) - 10000
    assert limits == pytest.approx((0.001 - 0.003 / 1.128, 0.001 + 0.003 / 1.128), abs=1e-8)
    (series,) = history_of(session, weight.id, TODAY).series
    assert [round(one.value, 6) for one in series.checks] == [1.0, 2.0, 1.0, 0.0, 3.6]


def test_a_check_out_of_its_limits_holds_the_standard_until_it_is_released(session: Session, network: Network) -> None:
    """From its day on the standard is not offered; a release with a reason lets it be used again from that day."""
    weight = network.standard("CT-1")
    network.calibrate(weight, date(2026, 1, 1))
    made = record_check(session, weight, check(date(2026, 3, 1), "10000.02", lower="9999.99", upper="10000.01"), RULE)
    assert (made.outcome, made.held) == ("out", True)
    assert hold_on(session, weight.id, date(2026, 2, 28)) is None
    candidate = standard_on(session, weight, "mass", "10", "kg", date(2026, 3, 1))
    assert "drift.held_by_check" in [one.key for one in candidate.reasons]
    release(session, weight, date(2026, 3, 5), "đã cân lại, số chỉ ban đầu bị nhầm")
    assert hold_on(session, weight.id, date(2026, 3, 4)) is not None
    assert hold_on(session, weight.id, date(2026, 3, 5)) is None
    with pytest.raises(Refused, match="No check holds"):
        release(session, weight, date(2026, 3, 6), "lần nữa")


def test_where_the_rule_only_warns_nothing_is_held(session: Session, network: Network) -> None:
    """A centre whose rule is to warn keeps the standard in use; the check says that it is out."""
    weight = network.standard("CT-1")
    rule = CheckRule(3, 2.0, 3.0, "warn")
    made = record_check(session, weight, check(TODAY, "10000.02", lower="9999.99", upper="10000.01"), rule)
    assert (made.outcome, made.held, hold_on(session, weight.id, TODAY)) == ("out", False, None)


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"lower": "1"}, "drift.limits_one"),
        ({"lower": "2", "upper": "1"}, "drift.limits_order"),
        ({"lower": "1", "upper": "một"}, "uncertainty.number_form"),
    ],
)
def test_wrong_limits_are_refused(session: Session, network: Network, more: dict[str, str], key: str) -> None:
    """One limit alone, limits the wrong way round and what is no number are refused with the remedy."""
    weight = network.standard("CT-1")
    with pytest.raises(Invalid) as answer:
        record_check(session, weight, check(TODAY, "1", **more), RULE)
    assert answer.value.key.split(".")[0] == key.split(".")[0]


def test_a_certificate_that_states_both_phases_was_adjusted(session: Session, network: Network) -> None:
    """Found and left on one certificate are two values of two stretches, as with an adjustment entered by hand."""
    weight = network.standard("CT-1")
    network.calibrate(weight, date(2024, 6, 1), results=[{"value": "10000.000"}])
    both = [{"value": "10000.010", "phase": "as_found"}, {"value": "10000.001", "phase": "as_left"}]
    network.calibrate(weight, date(2025, 6, 1), results=both)
    (series,) = history_of(session, weight.id, TODAY).series
    assert [(one.state, one.stretch) for one in series.observed] == [("unchanged", 0), ("as_found", 0), ("as_left", 1)]
    assert series.drift is not None
    assert series.drift.rate == pytest.approx(10.0, rel=2e-3)
