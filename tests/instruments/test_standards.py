"""Which standards can serve for a point on a day, and why the others cannot."""

from datetime import date

from sqlmodel import Session

from instruments.models import Calibration
from instruments.standards import Candidate, standards_on
from instruments.traceability import chain
from tests.instruments.network import DAY, Network


def _ask(session: Session, network: Network, nominal: str | None = "10", day: date = DAY) -> dict[str, Candidate]:
    found = standards_on(session, network.centre.id, "mass", nominal, "kg", day)
    return {candidate.instrument.code: candidate for candidate in found}


def _keys(candidate: Candidate) -> list[str]:
    return [reason.key.removeprefix("instruments.") for reason in candidate.reasons]


def test_a_standard_in_force_with_a_result_at_the_point_is_usable(session: Session, network: Network) -> None:
    """A usable candidate brings its calibration, the result at the point, and its chain."""
    network.ladder()
    candidate = _ask(session, network, "10")["CT"]
    assert candidate.usable
    assert candidate.calibration is not None
    assert candidate.result is not None
    assert candidate.result.expanded_uncertainty == "12"
    assert candidate.chain.levels == 3


def test_other_centres_and_other_quantities_are_not_offered(session: Session, network: Network) -> None:
    """Only standards of the quantity that the centre keeps are looked at; equipment is none."""
    network.ladder()
    network.standard("R", quantity="resistance")
    network.standard("E", kind="equipment")
    assert set(_ask(session, network)) == {"CC", "CT"}


def test_each_reason_is_given(session: Session, network: Network) -> None:
    """Out of date, out of service, no calibration and no result at the point are each said by name."""
    _, _, working = network.ladder()
    network.standard("NEW", status="not_for_use")
    late = _ask(session, network, "10", date(2027, 1, 16))
    assert "out_of_date" in _keys(late["CT"])
    assert _keys(late["NEW"]) == ["status_not_for_use", "no_calibration"]
    assert _keys(_ask(session, network, "5")["CT"]) == ["no_result_at"]
    assert "5\u00a0kg" in _ask(session, network, "5")["CT"].reasons[0].text("vi")
    working.status = "out_of_service"
    session.flush()
    assert _keys(_ask(session, network)["CT"]) == ["status_out_of_service"]


def test_a_break_further_up_names_its_place(session: Session, network: Network) -> None:
    """A chain that breaks above the standard is a reason that names where."""
    _, principal, working = network.ladder()
    upper = session.get_one(Calibration, chain(session, principal.id, DAY).links[0].calibration_id)
    network.withdraw(upper, DAY)
    candidate = _ask(session, network)[working.code]
    assert _keys(candidate) == ["chain_broken"]
    assert candidate.reasons[0].text("vi").startswith("Chuỗi liên kết chuẩn đứt ở CC: Giấy chứng nhận CC/2025")


def test_usable_standards_come_first(session: Session, network: Network) -> None:
    """Those that can be used stand before those that cannot, each group by code."""
    network.ladder()
    network.standard("AAA")
    found = standards_on(session, network.centre.id, "Mass", "10000", "g", DAY)
    assert [candidate.instrument.code for candidate in found] == ["CC", "CT", "AAA"]


def test_without_a_point_any_result_of_the_quantity_serves(session: Session, network: Network) -> None:
    """A point is asked for only where one is given."""
    network.ladder()
    assert _ask(session, network, None)["CT"].usable


def test_a_result_without_nominal_stands_at_its_value(session: Session, network: Network) -> None:
    """Where a certificate gives no nominal value, the measured value itself is the point."""
    row = {"nominal": None, "nominal_unit": None, "value": "10.000", "unit": "kg"}
    network.calibrate(network.standard("CT"), date(2026, 2, 1), results=[row])
    assert _ask(session, network, "10")["CT"].usable
    assert not _ask(session, network, "10.001")["CT"].usable


def test_class_limits_need_a_class_and_a_calibration_in_force(session: Session, network: Network) -> None:
    """A standard used by its class needs no result at the very point, but its class and a calibration."""
    classed, plain = network.standard("A", accuracy_class="F1"), network.standard("B")
    for standard in (classed, plain):
        network.calibrate(standard, date(2026, 2, 1))
    found = {
        one.instrument.code: one
        for one in standards_on(session, network.centre.id, "mass", "5", "kg", DAY, by_class=True)
    }
    assert found["A"].usable
    assert _keys(found["B"]) == ["no_class"]
