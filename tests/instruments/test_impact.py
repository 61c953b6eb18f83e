"""The impact of a shift: what rests on a wrong standard moves by its sensitivities; what cannot be judged is said."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from instruments.impact import Amount, MovedCalibration, Shift, impact
from instruments.models import Calibration, CalibrationResult, Instrument, TraceabilityLink
from instruments.registry import results_of
from tests.instruments.network import Network, registry_in_memory
from uncertainty.errors import Invalid

UNIT = Amount("35", "ug")
"""What BIPM found in 2015: up to 35 micrograms; the figures here are an illustration, since the real corrections
depended on the date of each certificate."""


def used(
    network: Network,
    instrument: Instrument,
    performed_on: date,
    sensitivities: Mapping[str, float],
    **columns: Any,
) -> CalibrationResult:
    """A calibration of one point with a stored sensitivity to each result that it used; gives its result."""
    rows = [[key, 0.001, sensitivity, None] for key, sensitivity in sensitivities.items()]
    results = [{"influences": json.dumps([*rows, ["dm", 0.002, 1.0, 4]])} | columns]
    calibration = network.calibrate(instrument, performed_on, results=results)
    for key in sensitivities:
        upper = network.session.get_one(CalibrationResult, key)
        network.link(calibration, network.session.get_one(Calibration, upper.calibration_id), upstream_result_id=key)
    return results_of(network.session, calibration.id)[0]


def weight(network: Network, code: str, nominal: str = "1", **columns: Any) -> Instrument:
    """A weight of the network."""
    return network.standard(code, nominal=nominal, nominal_unit="kg", **columns)


def by_number(moved: tuple[MovedCalibration, ...]) -> dict[str, MovedCalibration]:
    """The calibrations by their certificates."""
    return {one.certificate: one for one in moved}


def test_the_story_of_35_micrograms_can_be_checked_by_hand(session: Session, network: Network) -> None:
    """From the prototype of another institute to a class F1 weight of 10 kg: each shift is 35 ug times a sensitivity.

    By hand, with m' - m = +35 ug for the prototype (KRISS no. 72 in the story):
      national kilogram  m_N = m_P + d,           c = 1:   35 ug;            U =   40 ug: 35/40       = 0.875
      E1, 1 kg           m   = m_N + d,           c = 1:   35 ug;            U =   60 ug: 35/60       = 0.58333
      E1, 2 kg           m   = m_N + m_E1 + d,    c = 1, 1: 35 + 35 = 70 ug; U =  330 ug: 70/330      = 0.21212
      E2, 1 kg           m   = m_E1 + d,          c = 1:   35 ug;            U =  500 ug: 35/500      = 0.07
      F1, 10 kg          m   = 5 m_2kg + d,       c = 5:   350 ug;           U = 16000 ug: 350/16000  = 0.021875
    """
    day = date(2013, 3, 1)
    prototype = results_of(session, network.calibrate(weight(network, "K72"), date(2012, 5, 1)).id)[0]
    micro = {"expanded_uncertainty": "40", "uncertainty_unit": "ug", "unit": "g"}

    def step(code: str, days: int, sensitivities: Mapping[str, float], u: str, unit: str = "ug") -> CalibrationResult:
        columns = micro | {"expanded_uncertainty": u, "uncertainty_unit": unit}
        return used(network, weight(network, code), day + timedelta(days=days), sensitivities, **columns)

    national = step("N", 0, {prototype.id: 1.0}, "40")
    first = step("E1", 30, {national.id: 1.0}, "60")
    double = step("E1-2", 60, {national.id: 1.0, first.id: 1.0}, "330")
    step("E2", 90, {first.id: 1.0}, "500")
    step("F1-10", 120, {double.id: 5.0}, "16", "mg")
    moved = impact(session, [prototype.calibration_id], Shift((UNIT,)))
    assert [one.certificate for one in moved] == ["N/2013", "E1/2013", "E1-2/2013", "E2/2013", "F1-10/2013"]
    assert [one.worst.shift for one in moved] == [pytest.approx(shift) for shift in (35, 35, 70, 35, 0.35)]
    assert [one.worst.unit for one in moved] == ["ug", "ug", "ug", "ug", "mg"]
    by_hand = [35 / 40, 35 / 60, 70 / 330, 35 / 500, 350 / 16000]
    assert [one.worst.shift_over_u for one in moved] == [pytest.approx(share) for share in by_hand]
    assert [one.depth for one in moved] == [1, 2, 2, 3, 3]


def test_ways_that_cancel_leave_no_shift(session: Session, network: Network) -> None:
    """A difference of two weights that come from the same standard does not move, and is listed with zero."""
    top = results_of(session, network.calibrate(weight(network, "T"), date(2026, 1, 1)).id)[0]
    one, other = (used(network, weight(network, code), date(2026, 1, 9), {top.id: 1.0}) for code in "AB")
    used(network, weight(network, "D"), date(2026, 2, 1), {one.id: 1.0, other.id: -1.0})
    moved = by_number(impact(session, [top.calibration_id], Shift((UNIT,))))
    assert moved["D/2026"].judged
    assert (moved["D/2026"].worst.shift, moved["D/2026"].worst.shift_over_u) == (0.0, 0.0)


def test_only_uses_in_the_period_count(session: Session, network: Network) -> None:
    """First and last day are inside; what rests on a user counts whenever it was made."""
    top = results_of(session, network.calibrate(weight(network, "T"), date(2026, 1, 1)).id)[0]
    days = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 10)]
    rows = [used(network, weight(network, f"W{n}"), day, {top.id: 1.0}) for n, day in enumerate(days)]
    used(network, weight(network, "late"), date(2026, 9, 1), {rows[1].id: 1.0})
    used(network, weight(network, "clean"), date(2026, 3, 5), {rows[0].id: 1.0})
    shift = Shift((UNIT,), date(2026, 3, 2), date(2026, 3, 9))
    assert set(by_number(impact(session, [top.calibration_id], shift))) == {"W1/2026", "W2/2026", "late/2026"}


def test_a_ramp_grows_from_nothing_to_the_whole(session: Session, network: Network) -> None:
    """A use a quarter of the way moves by a quarter of the amount, and what rests on it by the same."""
    top = results_of(session, network.calibrate(weight(network, "T"), date(2026, 1, 1)).id)[0]
    begin, end = date(2026, 2, 1), date(2026, 2, 1) + timedelta(days=100)
    quarter = used(network, weight(network, "Q"), begin + timedelta(days=25), {top.id: 1.0})
    used(network, weight(network, "E"), end, {top.id: 2.0})
    used(network, weight(network, "B"), begin, {top.id: 1.0})
    used(network, weight(network, "L"), end + timedelta(days=50), {quarter.id: 1.0})
    moved = by_number(impact(session, [top.calibration_id], Shift((UNIT,), begin, end, ramp=True)))
    found = {key: one.worst.shift for key, one in moved.items()}
    assert found == {
        "Q/2026": pytest.approx(0.00875), "E/2026": pytest.approx(0.07), "B/2026": 0.0, "L/2026": pytest.approx(0.00875)
    }  # fmt: skip
    for since, until in ((None, end), (begin, None), (end, begin)):
        with pytest.raises(Invalid):
            impact(session, [top.calibration_id], Shift((UNIT,), since, until, ramp=True))


def test_a_table_moves_each_point_by_its_own_amount(session: Session, network: Network) -> None:
    """Points that the table does not name do not move, and what used only those is not listed."""
    points = [{"nominal": "1"}, {"nominal": "2"}, {"nominal": "5"}]
    top = results_of(session, network.calibrate(weight(network, "T"), date(2026, 1, 1), results=points).id)
    for code, result in zip("ABC", top, strict=True):
        used(network, weight(network, code), date(2026, 2, 1), {result.id: 1.0})
    table = Shift((Amount("-1", "mg", "1000", "g"), Amount("3", "ppm", "2", "kg")))
    moved = by_number(impact(session, [top[0].calibration_id], table))
    found = {key: one.worst.shift for key, one in moved.items()}
    assert found == {"A/2026": pytest.approx(-1.0), "B/2026": pytest.approx(30.000015)}  # 3e-6 x 10000.005 g, in mg


def test_a_number_without_a_unit_moves_nothing_that_has_one(session: Session, network: Network) -> None:
    """35 typed for 35 µg is refused, not taken as thirty-five times the value."""
    top = results_of(session, network.calibrate(weight(network, "T"), date(2026, 1, 1)).id)
    used(network, weight(network, "A"), date(2026, 2, 1), {top[0].id: 1.0})
    with pytest.raises(Invalid) as caught:
        impact(session, [top[0].calibration_id], Shift((Amount("35", "1"),)))
    assert caught.value.key == "instruments.shift_fits_nothing"


def test_a_link_without_sensitivity_is_listed_and_not_judged(session: Session, network: Network) -> None:
    """Where nothing was stored nothing is guessed, and what rests on it cannot be judged either; both come last."""
    top = network.calibrate(weight(network, "T"), date(2026, 1, 1))
    foreign = network.calibrate(weight(network, "F"), date(2026, 2, 1), [top])
    below = results_of(session, foreign.id)[0]
    used(network, weight(network, "G"), date(2026, 3, 1), {below.id: 1.0})
    used(network, weight(network, "J"), date(2026, 3, 1), {results_of(session, top.id)[0].id: 1.0})
    moved = impact(session, [top.id], Shift((UNIT,)))
    assert [(one.certificate, one.judged) for one in moved] == [("J/2026", True), ("F/2026", False), ("G/2026", False)]
    assert [one.worst.reason.key for one in moved[1:] if one.worst.reason] == [
        "instruments.impact_no_sensitivity", "instruments.impact_rests_on",
    ]  # fmt: skip
    assert "T/2026" in str(moved[1].worst.reason and moved[1].worst.reason.text("vi"))


def test_a_use_by_class_and_a_vanishing_sensitivity_are_not_judged(session: Session, network: Network) -> None:
    """Neither the limits of a class nor a first-order term of zero say how far a result moves."""
    top = results_of(session, network.calibrate(weight(network, "T"), date(2026, 1, 1)).id)[0]
    by_class = used(network, weight(network, "C"), date(2026, 2, 1), {top.id: -1.0})
    used(network, weight(network, "Z"), date(2026, 2, 1), {top.id: 0.0})
    moved = by_number(impact(session, [top.calibration_id], Shift((UNIT,)), by_class={by_class.calibration_id}))
    reasons = {key: one.worst.reason.key for key, one in moved.items() if one.worst.reason}
    assert reasons == {
        "C/2026": "instruments.impact_by_class", "Z/2026": "instruments.impact_zero_sensitivity",
    }  # fmt: skip


def test_a_circle_ends_and_is_not_judged(session: Session, network: Network) -> None:
    """Results that rest on each other are listed without a shift."""
    top = results_of(session, network.calibrate(weight(network, "T"), date(2026, 1, 1)).id)[0]
    one = used(network, weight(network, "A"), date(2026, 2, 1), {top.id: 1.0})
    other = used(network, weight(network, "B"), date(2026, 2, 2), {one.id: 1.0})
    session.add(TraceabilityLink(calibration_id=one.calibration_id, upstream_calibration_id=other.calibration_id))
    session.flush()
    moved = impact(session, [top.calibration_id], Shift((UNIT,)))
    assert [one.worst.reason.key for one in moved if one.worst.reason] == ["instruments.impact_cycle"] * 2


def test_a_shift_that_fits_nothing_is_refused(session: Session, network: Network) -> None:
    """Volts do not shift a mass, and a point that the standard has not got is not shifted."""
    top = network.calibrate(weight(network, "T"), date(2026, 1, 1))
    for amount in (Amount("1", "V"), Amount("1", "mg", "3", "kg")):
        with pytest.raises(Invalid) as problem:
            impact(session, [top.id], Shift((amount,)))
        assert amount.unit in str(problem.value)


def test_a_withdrawn_calibration_is_still_found(session: Session, network: Network) -> None:
    """What was withdrawn in the meantime is listed with the day of its withdrawal."""
    top = results_of(session, network.calibrate(weight(network, "T"), date(2026, 1, 1)).id)[0]
    one = used(network, weight(network, "A"), date(2026, 2, 1), {top.id: 1.0})
    network.withdraw(session.get_one(Calibration, one.calibration_id), date(2026, 5, 5))
    assert impact(session, [top.calibration_id], Shift((UNIT,)))[0].withdrawn_on == date(2026, 5, 5)


@st.composite
def networks(draw: st.DrawFn) -> list[dict[int, int]]:
    """For each result but the first: whole sensitivities to some of the earlier ones."""
    size = draw(st.integers(2, 9))
    nonzero = st.integers(-3, 3).filter(bool)
    return [
        draw(st.dictionaries(st.integers(0, number - 1), nonzero, min_size=1, max_size=3)) for number in range(1, size)
    ]


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(networks())
def test_every_shift_is_the_sum_over_all_ways(graph: list[dict[int, int]]) -> None:
    """On any network a result moves by the sum over all ways of the products of the sensitivities along each."""
    with registry_in_memory() as session:
        network = Network(session)
        top = results_of(session, network.calibrate(weight(network, "R0"), date(2026, 1, 1)).id)[0]
        results = [top]
        for number, uses in enumerate(graph, start=1):
            day = date(2026, 1, 1) + timedelta(days=number)
            sensitivities = {results[upper].id: float(c) for upper, c in uses.items()}
            results.append(used(network, weight(network, f"R{number}"), day, sensitivities))
        found = {one.certificate: one for one in impact(session, [top.calibration_id], Shift((Amount("1", "mg"),)))}

        def ways(number: int) -> int:
            return 1 if number == 0 else sum(c * ways(upper) for upper, c in graph[number - 1].items())

        assert len(found) == len(graph)
        for number in range(1, len(graph) + 1):
            one = found[f"R{number}/2026"]
            assert one.judged
            assert one.worst.shift == pytest.approx(ways(number), abs=1e-9)


def test_the_date_of_each_use_has_its_own_amount(session: Session, network: Network) -> None:
    """Dated amounts hold from their day on; as a ramp they run straight from one to the next.

    By hand, for 0 ug on 01/01, 20 ug on 11/04 (100 days later) and 35 ug on 21/05 (another 40 days later): a use on
    20/02, day 50, has 0 ug by steps and 10 ug by the ramp; one on 01/05, day 120, has 20 ug and 27.5 ug.
    """
    begin = date(2026, 1, 1)
    top = results_of(session, network.calibrate(weight(network, "T"), date(2025, 12, 1)).id)[0]
    days = {"A": 50, "B": 120, "C": 140, "D": 200}
    for code, after in days.items():
        used(network, weight(network, code), begin + timedelta(days=after), {top.id: 1.0})
    steps = (("0", 0), ("20", 100), ("35", 140))
    table = tuple(Amount(digits, "ug", since=begin + timedelta(days=after)) for digits, after in steps)
    for ramp, by_hand in ((False, (0, 20, 35, 35)), (True, (10, 27.5, 35, 35))):
        moved = by_number(impact(session, [top.calibration_id], Shift(table, ramp=ramp)))
        assert [1000 * (moved[f"{code}/2026"].worst.shift or 0.0) for code in days] == pytest.approx(by_hand)
    later = impact(session, [top.calibration_id], Shift(table[1:]))
    assert {one.certificate for one in later} == {"B/2026", "C/2026", "D/2026"}
    with pytest.raises(Invalid):
        impact(session, [top.calibration_id], Shift((*table, UNIT)))


def test_an_adjusted_item_moves_with_the_standard(session: Session, network: Network) -> None:
    """What used an adjusted item by its class follows the standard that it was adjusted to; else it is not judged."""
    top = results_of(session, network.calibrate(weight(network, "T"), date(2026, 1, 1)).id)[0]
    item = used(network, weight(network, "I"), date(2026, 2, 1), {top.id: 1.0})
    by_class = used(network, weight(network, "C"), date(2026, 3, 1), {item.id: -1.0}).calibration_id
    plain = by_number(impact(session, [top.calibration_id], Shift((UNIT,)), by_class={by_class}))
    assert not plain["C/2026"].judged
    moved = by_number(
        impact(session, [top.calibration_id], Shift((UNIT,)), by_class={by_class}, adjusted={item.calibration_id})
    )
    assert moved["C/2026"].worst.shift == pytest.approx(-0.035)


def test_a_result_is_evaluated_again_where_that_is_possible(session: Session, network: Network) -> None:
    """What the evaluation gives stands instead of the first order, and goes on downwards; it is told both.

    By hand: a product of two values that follow one standard moves by 2 + d for a shift d from values of 1.
    """
    top = results_of(session, network.calibrate(weight(network, "T"), date(2026, 1, 1)).id)[0]
    one, other = (used(network, weight(network, code), date(2026, 1, 9), {top.id: 1.0}) for code in "AB")
    product = used(network, weight(network, "P"), date(2026, 2, 1), {one.id: 1.0, other.id: 1.0})
    used(network, weight(network, "L"), date(2026, 3, 1), {product.id: 2.0})
    told: list[float] = []

    def again(key: str, position: int, moved: Mapping[str, float], first_order: float) -> float | None:
        if key != product.calibration_id:
            return None
        told.append(first_order)
        first, second = moved.values()
        return (1 + first) * (1 + second) - 1

    moved = by_number(impact(session, [top.calibration_id], Shift((Amount("0.1", "g"),)), again=again))
    assert told == [pytest.approx(0.2)]
    assert moved["P/2026"].results[0].value_shift == pytest.approx(0.21)
    assert moved["L/2026"].results[0].value_shift == pytest.approx(0.42)
