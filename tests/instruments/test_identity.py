"""One instrument is one record: found again however its plate was typed, merged where it was not."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from instruments.history import history
from instruments.identity import look_alikes, merge, mergers_of, records_of
from instruments.models import Instrument
from instruments.registry import find, latest_calibration, register
from instruments.spelling import loosened_serial, maker_key, same_maker
from tests.instruments.network import DAY, Network
from uncertainty.errors import Refused

PLATE = {"maker": "Mettler Toledo", "model": "XPE205", "serial_number": "B0123456"}


def entered(session: Session, network: Network, code: str, *apart_from: str, **columns: Any) -> Instrument:
    """An instrument of the customer."""
    given: dict[str, Any] = {"name_vi": "Cân phân tích", "name_en": "Analytical balance"} | columns
    return register(
        session, Instrument(code=code, owner_id=network.customer.id, **given), apart_from=apart_from
    )  # fmt: skip


@pytest.mark.parametrize("again", [
    {"serial_number": "B 0123456"}, {"serial_number": "S/N: B-0123-456"}, {"serial_number": "BO123456"},
    {"maker": "Mettler-Toledo GmbH"}, {"maker": "METTLER"}, {"maker": ""}, {"maker": "Méttler Tolédo"},
    {"model": "xpe 205"}, {"serial_number": "Số: b0123456"}, {"serial_number": "S/N B0123456"},
    {"serial_number": "Số máy B0123456"}, {"serial_number": "#B0123456"},
])  # fmt: skip
def test_a_plate_is_found_again_however_it_was_typed(session: Session, network: Network, again: dict[str, Any]) -> None:
    """Spaces, dashes, S/N, O for 0 and other names of the maker lead to the known record; another maker does not."""
    entered(session, network, "X-1", **PLATE)
    assert [one.code for one in look_alikes(session, **(PLATE | again))] == ["X-1"]
    assert look_alikes(session, **(PLATE | again | {"maker": "Sartorius"})) == []


def test_leading_zeros_and_accents_ask_a_person_and_never_decide(session: Session, network: Network) -> None:
    """A plate that only may be a known one is refused by name, and entered once a person says that it is another."""
    entered(session, network, "X-1", **PLATE | {"serial_number": "00123"})
    with pytest.raises(Refused) as answer:
        entered(session, network, "X-2", **PLATE | {"serial_number": "123"})
    assert answer.value.key == "instruments.perhaps_registered"
    assert "X-1" in answer.value.text("vi") and "00123" in answer.value.text("en")
    assert network.customer.code not in answer.value.text("vi")
    assert entered(session, network, "X-2", "X-1", **PLATE | {"serial_number": "123"}).code == "X-2"


@pytest.mark.parametrize(("one", "other", "same"), [
    ("123", "0123", True), ("A-001-B", "a1b", True), ("100", "1", False), ("10", "100", False), ("0", "00", True),
    ("12-3", "123", True), ("1O1", "101", True), ("SN123", "SN124", False), ("N1", "1", False),
])  # fmt: skip
def test_zeros_count_only_where_they_lead(one: str, other: str, same: bool) -> None:
    """Zeros at the beginning of a run of digits make no difference, zeros inside and at its end do."""
    assert (loosened_serial(one) == loosened_serial(other)) is same


def test_makers_have_several_names() -> None:
    """Other names and legal forms of a maker are one maker; different makers stay apart."""
    assert maker_key("Keysight Technologies, Inc.") == maker_key("AGILENT") == maker_key("Hewlett-Packard Co., Ltd.")
    assert same_maker("", "Fluke")
    assert not same_maker("Fluke", "Mitutoyo")


def test_after_a_merger_both_codes_lead_to_both_histories(session: Session, network: Network) -> None:
    """Calibrations of both records are the instrument's, the search finds the old code, the old record is unchanged."""
    kept = entered(session, network, "X-1", **PLATE)
    merged = entered(session, network, "X-9", maker="Mettler", model="XPE-205", serial_number="B9123456")
    network.calibrate(kept, date(2025, 3, 1))
    newer = network.calibrate(merged, date(2026, 5, 1))
    row = merge(session, kept, merged, DAY, "Cùng một biển máy", "Phạm Thu Trang")
    assert [one.code for one in find(session, "x-9")] == ["X-1"]
    assert [one.code for one in find(session, "b9123456")] == ["X-1"]
    assert records_of(session, kept.id) == (kept.id, merged.id)
    assert len(history(session, kept.id, DAY)) == 2
    found = latest_calibration(session, kept.id, DAY)
    assert found is not None and found.id == newer.id and found.instrument_id == merged.id
    assert len(history(session, merged.id, DAY)) == 1
    assert (merged.code, merged.serial_number) == ("X-9", "B9123456")
    assert [one.id for one in mergers_of(session, merged.id)] == [row.id]


def test_the_plate_of_a_merged_record_leads_to_the_one_that_goes_on(session: Session, network: Network) -> None:
    """Registering the plate of a merged record again is refused with the code of the record that goes on."""
    kept, other = entered(session, network, "X-1", **PLATE), entered(session, network, "X-9", serial_number="77")
    merge(session, kept, other, DAY, "Cùng một biển máy", "Phạm Thu Trang")
    with pytest.raises(Refused) as answer:
        entered(session, network, "X-3", serial_number="77")
    assert answer.value.values["other"] == "X-1"


def test_mergers_follow_each_other_without_a_chain(session: Session, network: Network) -> None:
    """A record into which others were merged may be merged itself: all lead to the last one, none in a circle."""
    first, second, third = (entered(session, network, f"X-{n}", serial_number=f"{n}00{n}") for n in (1, 2, 3))
    merge(session, second, first, DAY, "Cùng một biển máy", "A")
    merge(session, third, second, DAY, "Cùng một biển máy", "B")
    assert first.merged_into_id == second.merged_into_id == third.id
    assert [one.code for one in find(session, "x-1")] == ["X-3"]
    for kept, merged in ((third, first), (first, third)):
        with pytest.raises(Refused) as answer:
            merge(session, kept, merged, DAY, "Cùng một biển máy", "C")
        assert answer.value.key == "instruments.merged_already"


def test_what_cannot_be_one_thing_is_not_merged(session: Session, network: Network) -> None:
    """A record with itself, and records of different nominal values, are refused by name."""
    one = entered(session, network, "X-1", nominal="1", nominal_unit="kg")
    other = entered(session, network, "X-2", nominal="2", nominal_unit="kg")
    for kept, merged, key in ((one, one, "merge_itself"), (one, other, "merge_differs")):
        with pytest.raises(Refused) as answer:
            merge(session, kept, merged, DAY, "Cùng một biển máy", "A")
        assert answer.value.key == f"instruments.{key}"


def test_what_was_calibrated_with_the_other_is_not_the_other(session: Session, network: Network) -> None:
    """A standard and what it has calibrated are two things, said either way with the certificate; a third is merged."""
    upper, lower, third = (network.standard(code) for code in ("CC", "CT", "CX"))
    certificate = network.calibrate(lower, DAY, [network.calibrate(upper, DAY)])
    for kept, merged in ((upper, lower), (lower, upper)):
        with pytest.raises(Refused) as answer:
            merge(session, kept, merged, DAY, "Cùng một biển máy", "A")
        assert answer.value.key == "instruments.merge_calibrated"
        assert certificate.certificate_number in answer.value.text("vi")
    assert merge(session, lower, third, DAY, "Cùng một biển máy", "A").kept_id == lower.id


def test_the_search_follows_a_changed_and_a_merged_record(session: Session, network: Network) -> None:
    """The words of an instrument are those of its row: new ones find it, old ones do not, parts of a code do."""
    one = entered(session, network, "MB-CT-017", serial_number="S-1", maker="Häfner")
    assert [row.code for row in find(session, "017")] == [row.code for row in find(session, "hafn mb")] == ["MB-CT-017"]
    one.maker = "Zwiebel"
    session.add(one)
    session.flush()
    assert find(session, "hafn") == [] and [row.id for row in find(session, "zwie")] == [one.id]
    other = entered(session, network, "X-77")
    merge(session, one, other, DAY, "Cùng một biển máy", "A")
    assert [row.id for row in find(session, "x-77")] == [one.id]
    assert [row.id for row in find(session, "wiebe")] == [one.id]  # inside a word, where nothing begins so


def test_among_many_the_exact_and_the_rare_are_found(session: Session, network: Network) -> None:
    """With more instruments of one word than are looked at, the exact code, and a rare second word, are found."""
    for number in range(60):
        entered(session, network, f"W-{number:04}", name_vi="Quả cân", serial_number=f"A{number:04}")
    entered(session, network, "W-9999", name_vi="Quả cân", maker="Sartorius", serial_number="Z1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("instruments.search.MANY", 20)
        assert [row.code for row in find(session, "qua can sartor", 5)] == ["W-9999"]
        assert find(session, "W-0042", 5)[0].code == "W-0042"
        assert len(find(session, "qua can", 5)) == 5
