"""The register: an instrument is entered once and found again however it is spelt."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from instruments.models import Instrument, InstrumentProperty
from instruments.registry import (
    calibration_in_force,
    find,
    instrument_by_code,
    latest_calibration,
    next_code,
    properties_on,
    property_on,
    register,
    results_of,
)
from instruments.spelling import folded
from tests.instruments.network import DAY, Network, registry_in_memory
from uncertainty.errors import Invalid, Refused


def _instrument(network: Network, code: str, **columns: Any) -> Instrument:
    given: dict[str, Any] = {"name_vi": "Cân điện tử", "name_en": "Electronic balance"} | columns
    return Instrument(code=code, owner_id=network.customer.id, **given)


def test_a_registered_instrument_is_found_by_its_code(session: Session, network: Network) -> None:
    """What was registered is there, trimmed and in normal form."""
    register(session, _instrument(network, "X-1", maker="  Ha\u0308fner ", nominal="10,50", nominal_unit="kg"))
    found = instrument_by_code(session, "X-1")
    assert found is not None
    assert (found.maker, found.nominal) == ("Häfner", "10,50")
    assert instrument_by_code(session, "X-2") is None


def test_the_same_plate_is_refused_and_the_known_instrument_named(session: Session, network: Network) -> None:
    """A second entry of one maker, type and serial number is refused, naming the code of the first."""
    plate = {"maker": "Mettler Toledo", "model": "XPE 205", "serial_number": "B-123 456"}
    register(session, _instrument(network, "X-1", **plate))
    again = {"maker": "METTLER-TOLEDO", "model": "xpe205", "serial_number": "b123456"}
    with pytest.raises(Refused) as refused:
        register(session, _instrument(network, "X-2", **again))
    assert "X-1" in refused.value.text("vi")
    assert "B-123 456" in refused.value.text("en")
    assert instrument_by_code(session, "X-2") is None


def test_without_serial_numbers_the_code_tells_apart(session: Session, network: Network) -> None:
    """Two items without a serial number may stand beside each other under different codes only."""
    register(session, _instrument(network, "X-1", maker="A", model="B", serial_number="-"))
    register(session, _instrument(network, "X-2", maker="A", model="B", serial_number="-"))
    with pytest.raises(Refused, match="Choose another code"):
        register(session, _instrument(network, "X-1", maker="C"))


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"name_vi": "   "}, "name_vi"),
        ({"name_en": "a" * 10_000}, "name_en"),
        ({"maker": "A\u202eB"}, "U+202E"),
        ({"kind": "toy"}, "toy"),
        ({"level": "best"}, "best"),
        ({"status": ""}, "status"),
        ({"nominal": "1.2.3", "nominal_unit": "kg"}, "1.2.3"),
        ({"nominal": "1", "nominal_unit": "stone"}, "stone"),
    ],
)
def test_what_is_wrong_is_named(session: Session, network: Network, columns: dict[str, str], said: str) -> None:
    """A wrong field is refused with its name or content in the sentence, and nothing is entered."""
    with pytest.raises(Invalid) as refused:
        register(session, _instrument(network, "X-1", **columns))
    assert said in refused.value.text("vi")
    assert said in refused.value.text("en")
    session.rollback()
    assert instrument_by_code(session, "X-1") is None


def test_an_owner_that_nobody_knows_is_refused(session: Session, network: Network) -> None:
    """An instrument belongs to a body of the register."""
    wrong = _instrument(network, "X-1")
    wrong.owner_id = "nobody"
    with pytest.raises(Invalid, match="owner"):
        register(session, wrong)


def _three(session: Session, network: Network) -> None:
    register(session, _instrument(network, "KH-001", maker="Ohaus", serial_number="77-A", asset_code="TB 5%"))
    register(session, _instrument(network, "KH-002", name_vi="Đồng hồ đo nước", name_en="Water meter"))
    register(session, _instrument(network, "KH-0021", name_vi="Thước cặp", name_en="Caliper", maker="Mitutoyo"))


def test_a_word_inside_others_is_found_with_and_without_digits(session: Session, network: Network) -> None:
    """Part of a name, letters between digits and digits inside a serial number are found; a misspelt word is not."""
    register(session, _instrument(network, "X-1", maker="Sartorius", model="AB12CD34", serial_number="770099"))
    for typed in ("torius", "cd", "7009", "torius 7009", "lectron"):
        assert [one.code for one in find(session, typed)] == ["X-1"]
    for typed in ("tororius", "ttor", "cd sartoriuz"):
        assert find(session, typed) == []


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("cân điện tử", ["KH-001"]),
        ("can dien tu", ["KH-001"]),
        ("CAN  tu", ["KH-001"]),
        ("dong ho", ["KH-002"]),
        ("ĐỒNG", ["KH-002"]),
        ("kh-002", ["KH-002", "KH-0021"]),
        ("KH-0021", ["KH-0021"]),
        ("mitu cal", ["KH-0021"]),
        ("77-a", ["KH-001"]),
        ("5%", ["KH-001"]),
        ("%", ["KH-001"]),
        ("_", []),
        ("nothing", []),
        ("", ["KH-001", "KH-002", "KH-0021"]),
    ],
)
def test_a_few_words_find_the_instrument(session: Session, network: Network, typed: str, codes: list[str]) -> None:
    """Words are found without case and diacritics in any order; the signs of LIKE have no power."""
    _three(session, network)
    assert [instrument.code for instrument in find(session, typed)] == codes


def test_finding_is_bounded_and_kept_to_its_owner(session: Session, network: Network) -> None:
    """At most the asked number is given, and another owner's instruments only when nobody's are asked for."""
    _three(session, network)
    network.standard("CT-1")
    assert len(find(session, "", 2)) == 2
    assert {one.code for one in find(session, "", owner_id=network.centre.id)} == {"CT-1"}
    assert {one.code for one in find(session, "", keeper_id=network.centre.id, kind="standard")} == {"CT-1"}
    assert find(session, "CT-1", owner_id=network.customer.id) == []


def test_a_renamed_instrument_is_found_by_its_new_name(session: Session, network: Network) -> None:
    """Search follows the columns, whoever changes them."""
    instrument = register(session, _instrument(network, "X-1"))
    instrument.name_vi = "Quả cân"
    session.flush()
    assert find(session, "qua can") == [instrument]
    assert find(session, "can dien tu") == []


VIETNAMESE = st.text("aáàảãạăắằâấầêếềôốồơớờưứừđĐiíyýnghtrc ", min_size=1, max_size=20).filter(str.strip)


@given(VIETNAMESE, st.booleans())
def test_every_name_is_found_by_itself_with_and_without_diacritics(name: str, bare: bool) -> None:
    """Whatever Vietnamese name was registered, typing it, or typing it without marks, finds it."""
    with registry_in_memory() as session:
        network = Network(session)
        register(session, _instrument(network, "X-1", name_vi=name))
        assert [one.code for one in find(session, folded(name) if bare else name)] == ["X-1"]


def test_the_next_code_follows_the_highest_number(session: Session, network: Network) -> None:
    """Codes of a series go on after the highest, gaps and other series notwithstanding."""
    assert next_code(session, "MB", "CT-KL") == "MB-CT-KL-001"
    for code in ("MB-CT-KL-001", "MB-CT-KL-016", "MN-CT-KL-040", "MB-CT-KL-old", "MB-CT-KLX-99"):
        network.standard(code)
    assert next_code(session, "MB", "CT-KL") == "MB-CT-KL-017"
    network.standard("MB-CT-KL-999")
    assert next_code(session, "MB", "CT-KL") == "MB-CT-KL-1000"


def test_a_property_holds_from_its_day(session: Session, network: Network) -> None:
    """The property in force on the day is given with its digits; a newer one does not change the past."""
    standard = network.standard("CT")
    for text, start in (("15.0", date(2025, 1, 1)), ("12.0", date(2026, 1, 1))):
        row = InstrumentProperty(instrument_id=standard.id, name="drift_limit", text=text, unit="mg", valid_from=start)
        session.add(row)
    session.flush()
    found = [property_on(session, standard.id, "drift_limit", day) for day in (date(2024, 1, 1), date(2025, 6, 1), DAY)]
    assert [None if row is None else row.text for row in found] == [None, "15.0", "12.0"]
    assert {name: row.text for name, row in properties_on(session, standard.id, DAY).items()} == {"drift_limit": "12.0"}
    assert property_on(session, standard.id, "resolution", DAY) is None


def test_the_calibration_in_force_is_the_latest_in_date(session: Session, network: Network) -> None:
    """An older calibration with a later due date does not come back when the latest is over."""
    standard = network.standard("CT")
    older = network.calibrate(standard, date(2026, 1, 1), valid_until=date(2030, 1, 1))
    newer = network.calibrate(standard, date(2026, 3, 1), valid_until=date(2026, 6, 30))
    assert calibration_in_force(session, standard.id, date(2025, 12, 31)) is None
    assert calibration_in_force(session, standard.id, date(2026, 2, 1)) is older
    assert calibration_in_force(session, standard.id, date(2026, 6, 30)) is newer
    assert calibration_in_force(session, standard.id, date(2026, 7, 1)) is None
    assert latest_calibration(session, standard.id, date(2026, 7, 1)) is newer


def test_the_latest_calibration_is_the_last_performed(session: Session, network: Network) -> None:
    """A certificate that was issued late does not go before a calibration performed after it."""
    standard = network.standard("CT")
    network.calibrate(standard, date(2026, 1, 1), issued_on=date(2026, 5, 1))
    newer = network.calibrate(standard, date(2026, 3, 1))
    assert latest_calibration(session, standard.id, DAY) is newer


def test_a_withdrawn_calibration_does_not_count(session: Session, network: Network) -> None:
    """From the day of its withdrawal the calibration before it counts again, as far as it is in date."""
    standard = network.standard("CT")
    older = network.calibrate(standard, date(2026, 1, 1))
    newer = network.calibrate(standard, date(2026, 3, 1))
    network.withdraw(newer, date(2026, 6, 2))
    assert calibration_in_force(session, standard.id, DAY) is newer
    assert calibration_in_force(session, standard.id, date(2026, 6, 2)) is older
    assert calibration_in_force(session, standard.id, DAY, known_on=date(2026, 6, 2)) is older


def test_a_verification_gives_no_value(session: Session, network: Network) -> None:
    """Only calibrations count as calibrations."""
    standard = network.standard("CT")
    network.calibrate(standard, date(2026, 1, 1), service="verification")
    assert latest_calibration(session, standard.id, DAY) is None


def test_results_come_in_the_order_of_the_certificate(session: Session, network: Network) -> None:
    """The results of a calibration keep their order and their digits."""
    row = network.calibrate(
        network.standard("CT"), date(2026, 1, 1), results=[{"value": "2.00"}, {"value": "1.0"}, {"value": "3"}]
    )
    assert [result.value for result in results_of(session, row.id)] == ["2.00", "1.0", "3"]
