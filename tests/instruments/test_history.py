"""The calibrations of an instrument: entered whole or not at all, withdrawn by a further row, shown newest first."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from instruments.history import history, record, withdraw
from instruments.models import Calibration, CalibrationResult, TraceabilityLink, new_id
from instruments.registry import results_of
from tests.instruments.network import DAY, Network
from uncertainty.errors import Invalid, Refused


def _calibration(network: Network, instrument_id: str, **columns: Any) -> Calibration:
    given: dict[str, Any] = {
        "laboratory_id": network.institute.id, "certificate_number": "V-1", "performed_on": date(2026, 2, 1),
        "issued_on": date(2026, 2, 3), "valid_until": date(2027, 2, 1), "recognition": "cipm_mra",
    } | columns  # fmt: skip
    return Calibration(instrument_id=instrument_id, **given)


def _result(**columns: Any) -> CalibrationResult:
    given: dict[str, Any] = {
        "calibration_id": "", "quantity": "mass", "value": "10000.0050", "unit": "g", "expanded_uncertainty": "45",
        "uncertainty_unit": "mg", "coverage_factor": "2",
    } | columns  # fmt: skip
    return CalibrationResult(**given)


def test_a_calibration_is_entered_with_its_results_and_links(session: Session, network: Network) -> None:
    """Results keep order and digits; links lead to what was used."""
    upper = network.calibrate(network.standard("CC"), date(2026, 1, 1))
    standard = network.standard("CT")
    link = TraceabilityLink(calibration_id="", upstream_calibration_id=upper.id)
    row = record(session, _calibration(network, standard.id), [_result(), _result(value="5,0010")], [link])
    assert [result.value for result in results_of(session, row.id)] == ["10000.0050", "5,0010"]
    assert link.calibration_id == row.id


@pytest.mark.parametrize(
    ("columns", "result", "key"),
    [
        ({"certificate_number": "  "}, {}, "instruments.text_missing"),
        ({"certificate_number": "A\u200bB"}, {}, "uncertainty.text_character"),
        ({"issued_on": date(2026, 1, 31)}, {}, "instruments.days_out_of_order"),
        ({"valid_until": date(2026, 1, 31)}, {}, "instruments.days_out_of_order"),
        ({"recognition": "friend"}, {}, "instruments.word_unknown"),
        ({"laboratory_id": "nobody"}, {}, "instruments.calibration_of_nothing"),
        ({}, {"value": "about ten"}, "uncertainty.number_not_readable"),
        ({}, {"unit": "stone"}, "uncertainty.unit_unknown"),
        ({}, {"quantity": " "}, "instruments.text_missing"),
        ({}, {"kind": "guess"}, "instruments.word_unknown"),
        ({}, {"expanded_uncertainty": "0"}, "instruments.uncertainty_not_positive"),
        ({}, {"uncertainty_unit": "K"}, "instruments.uncertainty_unit"),
        ({}, {"coverage_factor": "two"}, "uncertainty.number_not_readable"),
    ],
)
def test_a_wrong_entry_is_refused_and_nothing_is_kept(
    session: Session, network: Network, columns: dict[str, Any], result: dict[str, Any], key: str
) -> None:
    """Each mistake is named, in both languages, and nothing of the entry stays."""
    standard = network.standard("CT")
    with pytest.raises(Invalid) as refused:
        record(session, _calibration(network, standard.id, **columns), [_result(**result)])
    assert refused.value.key == key
    assert refused.value.text("vi")
    assert refused.value.text("en")
    assert session.exec(select(Calibration)).all() == []
    assert session.exec(select(CalibrationResult)).all() == []


def test_a_certificate_without_results_is_refused(session: Session, network: Network) -> None:
    """A calibration without any result is not entered."""
    with pytest.raises(Invalid, match="at least one"):
        record(session, _calibration(network, network.standard("CT").id), [])


def test_a_result_without_uncertainty_can_be_entered(session: Session, network: Network) -> None:
    """What a foreign certificate lacks is recorded as lacking; the chain says so."""
    row = record(session, _calibration(network, network.standard("CT").id), [_result(expanded_uncertainty=None)])
    assert results_of(session, row.id)[0].expanded_uncertainty is None


def test_a_certificate_is_entered_once_for_an_instrument(session: Session, network: Network) -> None:
    """A second entry is refused until the first is withdrawn; one certificate may cover two instruments."""
    first, second = network.standard("A"), network.standard("B")
    row = record(session, _calibration(network, first.id), [_result()])
    record(session, _calibration(network, second.id), [_result()])
    with pytest.raises(Refused, match="entered already"):
        record(session, _calibration(network, first.id, certificate_number=" V-1 "), [_result()])
    withdraw(session, row, DAY, "nhập nhầm giá trị")
    again = record(session, _calibration(network, first.id), [_result()])
    assert [past.in_force for past in history(session, first.id, DAY)] == [True, False]
    assert history(session, first.id, DAY)[0].calibration is again


def test_a_link_leads_to_another_calibration_and_its_own_result(session: Session, network: Network) -> None:
    """A link to itself, to nothing, to the very same instrument, or to a result of another certificate is refused."""
    upper, other = (network.calibrate(network.standard(code), date(2026, 1, 1)) for code in ("CC", "CD"))
    standard = network.standard("CT")
    row, own = _calibration(network, standard.id), network.calibrate(standard, date(2025, 1, 1))
    foreign = results_of(session, other.id)[0].id
    wrong = [
        (TraceabilityLink(calibration_id="", upstream_calibration_id=row.id), Refused),
        (TraceabilityLink(calibration_id="", upstream_calibration_id=own.id), Refused),
        (TraceabilityLink(calibration_id="", upstream_calibration_id=new_id()), Invalid),
        (TraceabilityLink(calibration_id="", upstream_calibration_id=upper.id, upstream_result_id=foreign), Refused),
        (TraceabilityLink(calibration_id="", upstream_calibration_id=upper.id, role="friend"), Invalid),
    ]
    for link, kind in wrong:
        with pytest.raises(kind):
            record(session, row, [_result()], [link])
    assert session.exec(select(Calibration).where(Calibration.id == row.id)).all() == []


def test_a_withdrawal_is_made_once_and_with_a_reason(session: Session, network: Network) -> None:
    """A withdrawal without reason, a second one, and a replacement of another instrument are refused."""
    row = network.calibrate(network.standard("A"), date(2026, 1, 1))
    other = network.calibrate(network.standard("B"), date(2026, 1, 1))
    with pytest.raises(Invalid):
        withdraw(session, row, DAY, "  ")
    with pytest.raises(Refused, match="same instrument"):
        withdraw(session, row, DAY, "sai", replaced_by=other.id)
    withdraw(session, row, DAY, "sai")
    with pytest.raises(Refused, match="01/06/2026"):
        withdraw(session, row, DAY, "sai")


def test_history_is_newest_first_with_everything_the_screen_shows(session: Session, network: Network) -> None:
    """Each calibration stands with its results, the laboratory's name of its day, and where it stands."""
    standard = network.standard("CT")
    network.name(network.centre, "Tên mới", date(2025, 1, 1))
    for year in (2024, 2026, 2025):
        network.calibrate(standard, date(year, 2, 1), results=[{"value": f"{year}.0"}, {"value": "2"}])
    withdrawn = history(session, standard.id, DAY)[1].calibration
    network.withdraw(withdrawn, DAY)
    past = history(session, standard.id, DAY)
    assert [one.calibration.performed_on.year for one in past] == [2026, 2025, 2024]
    assert [one.results[0].value for one in past] == ["2026.0", "2025.0", "2024.0"]
    assert [one.name.name_vi if one.name else "" for one in past] == ["Tên mới", "Tên mới", "Tên MB"]
    assert [one.in_force for one in past] == [True, False, False]
    assert [one.withdrawal is not None for one in past] == [False, True, False]
    assert {one.laboratory.code for one in past} == {"MB"}


def test_history_ends_on_the_day_asked_about(session: Session, network: Network) -> None:
    """The history of an earlier day knows nothing of later calibrations and withdrawals."""
    standard = network.standard("CT")
    row = network.calibrate(standard, date(2026, 2, 1))
    network.withdraw(row, DAY)
    network.calibrate(standard, date(2026, 7, 1))
    past = history(session, standard.id, date(2026, 5, 1))
    assert [(one.calibration.id, one.withdrawal, one.in_force) for one in past] == [(row.id, None, True)]
    assert history(session, new_id(), DAY) == ()
