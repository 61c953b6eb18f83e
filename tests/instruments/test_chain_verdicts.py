"""The verdict on a link: each rule breaks the chain by name, or warns."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from instruments.models import Calibration, Recognition
from instruments.registry import latest_calibration, results_of
from instruments.traceability import chain, chain_of
from tests.instruments.network import DAY, Network, breaks, warnings


def test_a_standard_needs_a_due_date_and_an_item_does_not(session: Session, network: Network) -> None:
    """What is used as a standard has a last day of use; a customer's item has none."""
    standard, item = network.standard("CT"), network.standard("X", kind="item", level=None)
    network.calibrate(standard, date(2026, 2, 1), valid_until=None)
    network.calibrate(item, date(2026, 2, 1), valid_until=None)
    assert breaks(chain(session, standard.id, DAY)) == ["no_due_date"]
    assert chain(session, item.id, DAY).unbroken


@pytest.mark.parametrize("kind", ["realisation", "crm"])
def test_a_realisation_and_a_reference_material_need_no_due_date(session: Session, network: Network, kind: str) -> None:
    """What ends a chain by its nature is not calibrated again."""
    standard = network.standard("CT")
    network.calibrate(standard, date(2026, 2, 1), valid_until=None, recognition=kind, evidence="Báo cáo 1/2026")
    assert chain(session, standard.id, DAY).unbroken


def test_the_scope_counts_on_the_day_of_the_work(session: Session, network: Network) -> None:
    """An accreditation that ended between the work and the issue of its certificate covers the work."""
    standard = network.standard("CT")
    row = network.calibrate(standard, date(2026, 2, 1))
    ending = Recognition(body_id=network.centre.id, kind="ilac", number="D-1", valid_from=row.issued_on, ended=True)
    session.add(ending)
    session.flush()
    assert chain(session, standard.id, DAY).unbroken


@pytest.mark.parametrize("uncertainty", [None, "0", "about 2"])
def test_a_result_without_uncertainty_breaks_the_chain(
    session: Session, network: Network, uncertainty: str | None
) -> None:
    """A certificate that states no uncertainty above zero carries no traceability."""
    standard = network.standard("CT")
    network.calibrate(standard, date(2026, 2, 1), uncertainty=uncertainty)
    assert breaks(chain(session, standard.id, DAY)) == ["no_uncertainty"]


def test_a_certificate_without_results_breaks_the_chain(session: Session, network: Network) -> None:
    """A certificate of which no value is known cannot be used."""
    standard = network.standard("CT")
    network.calibrate(standard, date(2026, 2, 1), results=[])
    assert "no_result" in breaks(chain(session, standard.id, DAY))


def test_an_uncertainty_in_a_foreign_unit_breaks_the_chain(session: Session, network: Network) -> None:
    """U in kelvin does not belong to a mass; a relative U does."""
    standard, other = network.standard("CT"), network.standard("CT-2")
    network.calibrate(standard, date(2026, 2, 1), results=[{"uncertainty_unit": "K"}])
    network.calibrate(other, date(2026, 2, 1), results=[{"uncertainty_unit": "ppm"}])
    assert breaks(chain(session, standard.id, DAY)) == ["uncertainty_unit"]
    assert chain(session, other.id, DAY).unbroken


def test_neighbours_whose_units_do_not_fit_break_the_chain(session: Session, network: Network) -> None:
    """The same quantity in incommensurable units on two levels is a break at their link."""
    working, upper = network.standard("CT"), network.standard("CC")
    above = network.calibrate(upper, date(2026, 1, 1), results=[{"unit": "V", "uncertainty_unit": "V"}])
    network.calibrate(working, date(2026, 2, 1), [above])
    assert "unit_mismatch" in breaks(chain(session, working.id, DAY))


def test_a_provider_outside_its_scope_breaks_the_chain(session: Session, network: Network) -> None:
    """Accreditation counts only for points inside the scope on the day of the work."""
    inside, outside, early = network.standard("A"), network.standard("B"), network.standard("C")
    network.calibrate(inside, date(2026, 2, 1), results=[{"nominal": "20"}])
    network.calibrate(outside, date(2026, 2, 1), results=[{"nominal": "20.1"}])
    network.calibrate(early, date(2009, 2, 1), valid_until=DAY)
    assert chain(session, inside.id, DAY).unbroken
    assert breaks(chain(session, outside.id, DAY)) == ["not_recognised_ilac"]
    assert breaks(chain(session, early.id, DAY)) == ["not_recognised_ilac"]


def test_the_point_that_was_used_has_to_be_in_scope(session: Session, network: Network) -> None:
    """Of a certificate with points inside and outside the scope, only the one that was used is judged."""
    standard = network.standard("A")
    results = [{"nominal": "10"}, {"nominal": "50"}]
    network.calibrate(standard, date(2026, 2, 1), results=results)
    ids = [link.result_id for link in chain(session, standard.id, DAY).links]
    assert chain(session, standard.id, DAY, result_id=ids[0]).unbroken
    calibration = latest_calibration(session, standard.id, DAY)
    assert calibration is not None
    far = results_of(session, calibration.id)[1]
    assert breaks(chain(session, standard.id, DAY, result_id=far.id)) == ["not_recognised_ilac"]


@pytest.mark.parametrize("kind", ["evidence", "realisation", "crm"])
def test_a_chain_may_end_at_recorded_evidence(session: Session, network: Network, kind: str) -> None:
    """A laboratory outside the arrangements is accepted on evidence, and refused without."""
    good, bad = network.standard("A"), network.standard("B")
    other: dict[str, Any] = {"laboratory_id": network.other.id, "recognition": kind}
    network.calibrate(good, date(2026, 2, 1), evidence="Báo cáo đánh giá 12/2025", **other)
    network.calibrate(bad, date(2026, 2, 1), evidence="  ", **other)
    assert chain(session, good.id, DAY).unbroken
    assert breaks(chain(session, bad.id, DAY)) == [f"not_recognised_{kind}"]
    network.recognise(network.other, kind)
    assert chain(session, bad.id, DAY).unbroken


def test_a_certificate_without_a_claimed_recognition_breaks_the_chain(session: Session, network: Network) -> None:
    """A foreign certificate whose standing nobody recorded is not accepted."""
    standard = network.standard("A")
    network.calibrate(standard, date(2026, 2, 1), laboratory_id=network.other.id, recognition=None)
    found = chain(session, standard.id, DAY)
    assert breaks(found) == ["recognition_not_recorded"]
    assert "Tên LAB (en)" in found.breaks[0].text("en")


def test_an_in_house_calibration_is_accepted_with_what_it_used(session: Session, network: Network) -> None:
    """A centre's own calibration needs no accreditation but must lead upwards."""
    _, principal, _ = network.ladder()
    upper = session.get_one(Calibration, chain(session, principal.id, DAY).links[0].calibration_id)
    joined, loose = network.standard("A"), network.standard("B")
    own: dict[str, Any] = {"recognition": None, "own_certificate_id": "some certificate"}
    network.calibrate(joined, date(2026, 2, 1), [upper], **own)
    network.calibrate(loose, date(2026, 2, 1), **own)
    assert chain(session, joined.id, DAY).unbroken
    assert breaks(chain(session, loose.id, DAY)) == ["no_end"]


def test_another_centre_is_not_in_house(session: Session, network: Network) -> None:
    """A certificate of this system by another body needs that body's recognition."""
    standard = network.standard("A", owner_id=network.other.id, keeper_id=network.other.id)
    network.calibrate(standard, date(2026, 2, 1), recognition=None, own_certificate_id="some certificate")
    assert breaks(chain(session, standard.id, DAY)) == ["recognition_not_recorded"]


def test_the_chain_of_a_customers_certificate_needs_no_recognition_of_its_own(
    session: Session, network: Network
) -> None:
    """A certificate outside the scope is still traceable when what it used is."""
    _, _, working = network.ladder()
    upper = session.get_one(Calibration, chain(session, working.id, DAY).links[0].calibration_id)
    item = network.standard("X", kind="item", level=None, owner_id=network.customer.id)
    row = network.calibrate(item, DAY, [upper], recognition=None, own_certificate_id="some certificate")
    found = chain_of(session, row.id)
    assert found.unbroken, breaks(found)
    assert (found.levels, found.day) == (4, DAY)


def test_an_uncertainty_that_falls_is_a_warning(session: Session, network: Network) -> None:
    """A lower level with a smaller U at the same point warns and does not break; both uncertainties are said."""
    working, upper = network.standard("CT"), network.standard("CC")
    above = network.calibrate(upper, date(2026, 1, 1), uncertainty="10.0")
    network.calibrate(working, date(2026, 2, 1), [above], uncertainty="9.9")
    found = chain(session, working.id, DAY)
    assert found.unbroken
    assert warnings(found) == ["uncertainty_falls"]
    assert "9,9\u00a0mg" in found.warnings[0].text("vi")
    assert "10.0\u00a0mg" in found.warnings[0].text("en")


@pytest.mark.parametrize(
    ("lower", "warns"),
    [
        ({"nominal": "10000", "nominal_unit": "g", "expanded_uncertainty": "9"}, True),
        ({"expanded_uncertainty": "0.009", "uncertainty_unit": "g"}, True),
        ({"expanded_uncertainty": "0.9", "uncertainty_unit": "ppm"}, True),
        ({"expanded_uncertainty": "1.1", "uncertainty_unit": "ppm"}, False),
        ({"expanded_uncertainty": "13", "coverage_factor": "3"}, True),
        ({"expanded_uncertainty": "0.013", "uncertainty_unit": "g", "coverage_factor": "3"}, True),
        ({"expanded_uncertainty": "10"}, False),
        ({"nominal": "9", "expanded_uncertainty": "1"}, False),
        ({"quantity": "volume", "unit": "mL", "uncertainty_unit": "mL", "expanded_uncertainty": "1"}, False),
    ],
)
def test_a_fall_is_seen_across_units_and_coverage_factors(
    session: Session, network: Network, lower: dict[str, str], warns: bool
) -> None:
    """The same point in other units, a relative U and another k are compared; another point or quantity is not."""
    working, upper = network.standard("CT"), network.standard("CC")
    network.scope(network.centre, "ilac", "D-1", line="2", quantity="volume", unit="mL", lower="1", upper="20000")
    above = network.calibrate(upper, date(2026, 1, 1), uncertainty="10")
    network.calibrate(working, date(2026, 2, 1), [above], results=[lower])
    assert bool(warnings(chain(session, working.id, DAY))) is warns


def test_a_comparator_is_not_compared(session: Session, network: Network) -> None:
    """Only what carries the quantity is expected to have the smaller uncertainty."""
    working, upper = network.standard("CT"), network.standard("CC")
    above = network.calibrate(upper, date(2026, 1, 1), uncertainty="10")
    network.calibrate(working, date(2026, 2, 1), [above], uncertainty="1", role="equipment")
    assert not warnings(chain(session, working.id, DAY))


@pytest.mark.parametrize(
    ("upper", "lower", "warned"),
    [
        ("national", "working", ["level_jumped"]),
        ("working", "principal", ["level_rises"]),
        ("national", "principal", []),
        ("principal", "working", []),
        ("reference", "working", []),
        ("national", "transfer", []),
        ("national", None, []),
    ],
)
def test_a_level_left_out_is_a_warning(
    session: Session, network: Network, upper: str, lower: str | None, warned: list[str]
) -> None:
    """A working standard calibrated directly against a national one, or above a principal one, is to be explained."""
    kind = "standard" if lower else "item"
    above = network.calibrate(network.standard("A", level=upper), date(2026, 1, 1), uncertainty="1")
    below = network.standard("B", level=lower, kind=kind)
    network.calibrate(below, date(2026, 2, 1), [above])
    found = chain(session, below.id, DAY)
    assert found.unbroken, breaks(found)
    assert warnings(found) == warned
    assert all("A" in one.text("vi") and "B" in one.text("en") for one in found.warnings)


def test_a_comparator_stands_on_no_level(session: Session, network: Network) -> None:
    """What serves the measurement without carrying the quantity is no step of the ladder."""
    above = network.calibrate(network.standard("A", level="national"), date(2026, 1, 1), uncertainty="1")
    below = network.standard("B")
    network.calibrate(below, date(2026, 2, 1), [above], role="equipment")
    assert not warnings(chain(session, below.id, DAY))
