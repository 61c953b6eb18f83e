"""What is known of an instrument, entered by acts: states, ranges, parts, certification, mergers, labels."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from instruments.asset_codes import giai
from instruments.models import Instrument
from lims import calibration, instrument_facts, merging, registering, registry_sheets
from lims.asset_labels import label_values
from lims.config import DATABASE_VARIABLE
from lims.errors import Invalid, Refused, Stated
from lims.guards import in_date
from lims.people import OPERATOR_ACTOR
from lims.registering import NewInstrument
from tests.laboratories import REASON, SmallLaboratory, centre, invited
from tests.laboratory_fixtures import Templates
from tests.lims.conftest import Command

WHY = "Cùng một biển máy, nhập hai lần"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, templates: Templates) -> Iterator[SmallLaboratory]:
    """One laboratory for the tests of this module; each enters things of its own."""
    with ExitStack() as stack:
        yield templates.copy("sqlite", "founded", tmp_path_factory.mktemp("facts") / "home", stack)


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laboratory of these tests keeps its own file."""
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)


def item(small: SmallLaboratory, serial: str, **columns: str) -> Instrument:
    """An item of the first customer."""
    new = NewInstrument(
        "Quả cân 10 kg", "Weight, 10 kg", maker="Xưởng", model="M1", serial_number=serial, accuracy_class="M1",
        quantity="conventional mass", nominal="10", nominal_unit="kg", **columns,
    )  # fmt: skip
    return registering.register_item(small.lab, small.actors["hang"], owner_id=small.ids["customer"], new=new)


def key_of(act: object) -> str:
    """The key of what an act answers."""
    with pytest.raises(Stated) as answer:
        act()  # type: ignore[operator]
    return answer.value.key


def test_a_merger_tells_who_when_and_why_and_keeps_both_histories(small: SmallLaboratory) -> None:
    """After a merger the page of either record tells of it, and certificates of both stand on the one that goes on."""
    lab, trang = small.lab, small.actors["trang"]
    small.ids["twin"] = item(small, "9-1").id
    number = small.issued(small.job_in("REVIEWED", item="twin"))
    kept = item(small, "8-1", code="KEPT-1")
    with lab.store.reading() as session:
        twin = session.get_one(Instrument, small.ids["twin"]).code
    merging.merge_instruments(lab, trang, kept.id, merged_code=twin, reason=WHY)
    for code in ("KEPT-1", twin):
        told = registry_sheets.instrument_sheet(lab, trang, code).mergers
        assert [(one.kept, one.merged, one.by, one.reason) for one in told] == [("KEPT-1", twin, "Phạm Thu Trang", WHY)]
    sheet = registry_sheets.instrument_sheet(lab, trang, "KEPT-1")
    assert [one.number for one in sheet.certificates] == [number]
    assert registry_sheets.certificate(lab, trang, number).instrument == twin
    assert key_of(lambda: small.receive(item="twin")) == "facts.merged_for_use"


def test_a_record_with_an_unfinished_job_is_not_merged(small: SmallLaboratory) -> None:
    """The refusal names the job; after its end the merger is done."""
    lab, trang = small.lab, small.actors["trang"]
    small.ids["busy"] = item(small, "7-1", code="BUSY-1").id
    kept, job_id = item(small, "7-2"), small.receive(item="busy")

    def merge() -> object:
        return merging.merge_instruments(lab, trang, kept.id, merged_code="BUSY-1", reason=WHY)

    assert key_of(merge) == "facts.open_job"
    calibration.cancel(lab, trang, job_id, reason=REASON)
    merge()


def test_duplicates_are_listed_side_by_side(small: SmallLaboratory) -> None:
    """Two records whose plates look alike are offered to the quality manager with what differs between them."""
    first = item(small, "00077-A", code="ALIKE-1")
    item(small, "77A", code="ALIKE-2", apart_from="ALIKE-1")
    found = merging.pairs_alike(small.lab, small.actors["trang"])
    assert (first.code, "ALIKE-2") in [(one.first.code, one.second.code) for one in found]
    pair = merging.pair(small.lab, small.actors["trang"], "ALIKE-1", "ALIKE-2")
    assert [name for name, _, _ in pair.differing] == ["serial_number"] and pair.serials_agree
    assert key_of(lambda: merging.pairs_alike(small.lab, small.actors["hang"])) == "lims.not_permitted"


def test_another_centre_neither_sees_nor_merges_what_this_one_keeps(small: SmallLaboratory) -> None:
    """To the quality manager of another centre a standard kept here does not exist; registering its plate names it."""
    lab = small.lab
    south = centre(small, "MN", "Trung tâm miền Nam (mẫu)", "Southern Centre (model)", monogram="N")
    invited(small, "nam", "Trịnh Văn Nam", "quality_manager", south)
    nam = small.actors["nam"]
    new = NewInstrument("Quả cân", "Weight", maker="Häfner", serial_number="H-1", kind="standard", code="S-HERE")
    registering.register_standard(lab, small.actors["trang"], centre_id=small.ids["centre"], new=new)
    there = NewInstrument("Quả cân", "Weight", maker="Hafner", serial_number="H1", kind="standard", code="S-THERE")
    with pytest.raises(Refused) as answer:
        registering.register_standard(lab, nam, centre_id=south, new=there)
    assert "S-HERE" in answer.value.text("vi") and "MB" in answer.value.text("vi")
    other = registering.register_standard(
        lab, nam, centre_id=south, new=NewInstrument("Quả cân", "Weight", kind="standard", code="S-OTHER")
    )
    for act in (
        lambda: merging.merge_instruments(lab, nam, other.id, merged_code="S-HERE", reason=WHY),
        lambda: registry_sheets.instrument_sheet(lab, nam, "S-HERE"),
        lambda: label_values(lab, nam, ["S-HERE"]),
    ):
        assert key_of(act) == "lims.not_found"


def test_states_ranges_place_and_parts_are_kept_with_their_days(small: SmallLaboratory) -> None:
    """Each change of state is kept with who and why; a range is replaced by its line; parts know their system."""
    lab, trang, code = small.lab, small.actors["trang"], "TB-KL-006"
    comparator = small.ids["comparator"]
    instrument_facts.set_status(lab, trang, comparator, status="out_of_service", reason="Màn hình hỏng, chờ sửa")
    assert key_of(
        lambda: instrument_facts.set_status(lab, trang, comparator, status="out_of_service", reason="Màn hình hỏng")
    ) == "facts.same_state"  # fmt: skip
    instrument_facts.set_status(lab, trang, comparator, status="in_use", reason="Đã sửa và kiểm tra lại")
    instrument_facts.place_instrument(lab, trang, comparator, place="Phòng khối lượng, bàn 2")
    given = {"quantity": "khối lượng", "lower": "0", "upper": "10,1", "unit": "kg", "resolution": "1"}
    instrument_facts.set_range(lab, trang, comparator, **given, resolution_unit="mg", accuracy="I")
    instrument_facts.set_range(lab, trang, comparator, **given | {"upper": "12"}, resolution_unit="mg", line="1")
    sensor = NewInstrument("Đầu đo nhiệt độ", "Temperature probe", kind="equipment", code="PART-1")
    part = registering.register_standard(lab, trang, centre_id=small.ids["centre"], new=sensor)
    instrument_facts.add_part(lab, trang, comparator, part_code="PART-1", part="nhiệt độ trong lồng")
    facts = registry_sheets.instrument_sheet(lab, trang, code).facts
    assert [one.status for one in facts.states] == ["in_use", "out_of_service"]
    assert facts.states[0].decided_by == "Phạm Thu Trang" and facts.place == "Phòng khối lượng, bàn 2"
    assert [(one.line, one.upper, one.resolution_unit) for one in facts.ranges] == [("1", "12", "mg")]
    assert registry_sheets.instrument_sheet(lab, trang, "PART-1").facts.part_of[0][1].code == code
    assert key_of(lambda: instrument_facts.add_part(lab, trang, part.id, part_code=code)) == "facts.part_circle"
    instrument_facts.remove_part(lab, trang, comparator, part_code="PART-1", reason="Tháo đem hiệu chuẩn")
    assert registry_sheets.instrument_sheet(lab, trang, code).facts.parts == ()


@pytest.mark.parametrize(("change", "key"), [
    ({"lower": "20"}, "facts.range_reversed"), ({"resolution": "0"}, "facts.resolution_positive"),
    ({"resolution": "1", "resolution_unit": "mm"}, "uncertainty."), ({"unit": "stone"}, "uncertainty."),
    ({"upper": "1.2.3"}, "uncertainty."), ({"quantity": ""}, "instruments.text_missing"),
])  # fmt: skip
def test_a_range_that_cannot_be_is_refused(small: SmallLaboratory, change: dict[str, str], key: str) -> None:
    """Reversed ends, a resolution of another quantity, an unknown unit or a wrong number: each refused by name."""
    given = {"quantity": "khối lượng", "lower": "0", "upper": "10", "unit": "kg", "resolution": "1"} | change
    answer = key_of(
        lambda: instrument_facts.set_range(small.lab, small.actors["trang"], small.ids["comparator"], **given)
    )
    assert answer.startswith(key)


def test_a_standard_has_two_clocks(small: SmallLaboratory) -> None:
    """For a verification a standard needs calibration and certification in force; for a calibration only the first."""
    lab, trang, standard_id = small.lab, small.actors["trang"], small.ids["standard"]

    def judged(day: date, service: str) -> str:
        with lab.store.reading() as session:
            try:
                in_date(session, session.get_one(Instrument, standard_id), day, day, service)
            except Refused as answer:
                return answer.key
        return ""

    day = date(2026, 11, 16)
    assert (judged(day, "calibration"), judged(day, "verification")) == ("", "facts.standard_not_certified")
    instrument_facts.record_certification(
        lab, trang, standard_id, body_id=small.ids["institute"], number="CN-12", issued_on=date(2026, 2, 1),
        valid_until=date(2026, 12, 31),
    )  # fmt: skip
    assert judged(day, "verification") == ""
    assert judged(date(2027, 1, 1), "verification") == "facts.certification_over"
    assert judged(date(2027, 1, 1), "calibration") == ""
    assert judged(date(2027, 6, 1), "verification") == "lims.standard_out_of_date"
    clocks = registry_sheets.instrument_sheet(lab, trang, "CT-KL-017").clocks
    assert clocks.calibrated and clocks.certified and clocks.calibrated_until == date(2027, 3, 14)


def test_asset_codes_are_those_of_gs1_where_the_centre_has_a_prefix(small: SmallLaboratory) -> None:
    """With a company prefix a new standard gets its GIAI, an old one on request; both lead to the record."""
    lab, trang = small.lab, small.actors["trang"]
    assert instrument_facts.give_asset_code(lab, trang, small.ids["standard"]) == ""
    registering.set_company_prefix(
        lab, small.actors["admin"], small.ids["centre"], prefix="893 8501 234", source="Giấy chứng nhận mẫu"
    )
    new = NewInstrument("Quả cân", "Weight", kind="standard", code="MB-KL-90")
    assert (
        registering.register_standard(lab, trang, centre_id=small.ids["centre"], new=new).giai == "8938501234MB-KL-90"
    )
    assert instrument_facts.give_asset_code(lab, trang, small.ids["standard"]) == "8938501234CT-KL-017"
    assert registry_sheets.instrument_code(lab, trang, "8938501234CT-KL-017") == "CT-KL-017"
    values = label_values(lab, trang, ["CT-KL-017"])[0]
    assert values["address"] == "HTTPS://TRACUU.EXAMPLE/8004/8938501234CT-KL-017"
    assert label_values(lab, OPERATOR_ACTOR, ["TB-KL-006"])[0]["address"] == "HTTPS://TRACUU.EXAMPLE/I/TB-KL-006"


@pytest.mark.parametrize(("prefix", "reference"), [
    ("12345", "A"), ("1234567890123", "A"), ("12345a", "A"), ("893850", "Ố-1"), ("893850", "A B"), ("893850", ""),
    ("893850", "X" * 25), ("893850", "A#1"),
])  # fmt: skip
def test_a_code_that_is_no_giai_is_refused(prefix: str, reference: str) -> None:
    """A prefix of 6 to 12 digits, the characters of GS1, and 30 characters in all: anything else is refused."""
    with pytest.raises(Invalid):
        giai(prefix, reference)


def test_labels_are_written_by_a_command(small: SmallLaboratory, command: Command, tmp_path: Path) -> None:
    """`lims label` writes single labels and sheets; an unknown instrument or size is refused and writes nothing."""
    home, file = small.lab.settings.home, tmp_path / "labels.pdf"
    status, told, _ = command("label", "CT-KL-017", "TB-KL-006", "--home", home, "-o", file, "--json")
    assert (status, told["labels"]) == (0, 2) and file.read_bytes().startswith(b"%PDF")
    status, told, _ = command("label", "CT-KL-017", "--sheet", "--start", "3", "--home", home, "-o", file, "--json")
    assert (status, told["sheet"]) == (0, "a4-40")
    for words in (["NONE"], ["CT-KL-017", "--size", "1x1"], ["CT-KL-017", "--sheet", "--start", "99"]):
        status, _, said = command("label", *words, "--home", home, "-o", tmp_path / "none.pdf")
        assert status == 2 and said
    assert not (tmp_path / "none.pdf").exists()
