"""Typing at the bench: every digit is kept, a wrong cell costs nothing, a correction hides nothing."""

import pytest
from sqlmodel import select

from lims import calibration
from lims.entering import CellOutcome, TypedCell
from lims.errors import Invalid, Refused
from lims.record import JobRecord, read_record
from lims.store.tables import Reading
from tests.laboratories import REASON, SmallLaboratory, weighing


def at_the_bench(small: SmallLaboratory) -> str:
    """A job with its standards chosen and nothing typed yet."""
    job_id = small.job_in("ASSIGNED")
    small.equipped(job_id)
    return job_id


def typed(small: SmallLaboratory, job_id: str, *texts: str) -> list[CellOutcome]:
    """Type texts into the cells of the first column, from the first row on."""
    cells = [weighing(row, "A1", text) for row, text in enumerate(texts)]
    return calibration.record_readings(small.lab, small.actors["hang"], job_id, cells=cells)


def record(small: SmallLaboratory, job_id: str) -> JobRecord:
    """The record of a job as it stands."""
    with small.lab.store.reading() as session:
        return read_record(session, small.job(job_id))


@pytest.mark.parametrize(("text", "kept", "canonical"), [
    ("100.0020", "100.0020", "100.0020"),
    ("100,0020", "100,0020", "100.0020"),
    ("  7,50 ", "7,50", "7.50"),
    ("\u22120,3", "\u22120,3", "-0.3"),
    ("-0.30", "-0.30", "-0.30"),
    ("10 000,025", "10 000,025", "10000.025"),
    ("0", "0", "0"),
])  # fmt: skip
def test_digits_are_kept_as_typed(small: SmallLaboratory, text: str, kept: str, canonical: str) -> None:
    """Trailing zeros, comma or point, the real minus sign and grouping blanks: typed text and number both stay."""
    job_id = at_the_bench(small)
    outcome = typed(small, job_id, text)[0]
    assert outcome.saved
    reading = record(small, job_id).readings[0, "weighing", 0, "A1"]
    assert (reading.text, reading.canonical, reading.unit) == (kept, canonical, "mg")


def test_a_wrong_cell_is_a_draft_and_the_others_are_saved(small: SmallLaboratory) -> None:
    """A text that is no number is marked with its reason, kept for the person, and counts as no observation."""
    job_id = at_the_bench(small)
    first, wrong, third = typed(small, job_id, "10", "1.234,5.6", "30")
    assert (first.saved, wrong.saved, third.saved) == (True, False, True)
    assert wrong.fault is not None and wrong.fault.text("vi")
    found = record(small, job_id)
    assert {cell[2] for cell in found.readings} == {0, 2}
    draft = found.drafts[0, "weighing", 1, "A1"]
    assert (draft.text, draft.fault_key) == ("1.234,5.6", wrong.fault.key)
    assert typed(small, job_id, "10", "20")[1].saved
    assert record(small, job_id).drafts == {}


def test_a_draft_may_be_taken_away_and_typed_anew(small: SmallLaboratory) -> None:
    """Emptying a wrong cell takes the draft away; typing another wrong text keeps the newest."""
    job_id = at_the_bench(small)
    typed(small, job_id, "abc")
    typed(small, job_id, "abd")
    assert record(small, job_id).drafts[0, "weighing", 0, "A1"].text == "abd"
    assert typed(small, job_id, "")[0].saved
    found = record(small, job_id)
    assert (found.drafts, found.readings) == ({}, {})


def test_a_saved_reading_is_never_erased_or_overwritten(small: SmallLaboratory) -> None:
    """An emptied cell and another text in it are refused with the saved text; the same text again is no act."""
    job_id = at_the_bench(small)
    typed(small, job_id, "10,0")
    for text, key in (("", "lims.reading_not_erased"), ("10,5", "lims.correction_needs_reason"),
                      ("10.0", "lims.correction_needs_reason")):  # fmt: skip
        outcome = typed(small, job_id, text)[0]
        assert not outcome.saved
        assert outcome.fault is not None and outcome.fault.key == key
        assert "10,0" in outcome.fault.text("vi")
    again = typed(small, job_id, "10,0")[0]
    assert again.saved
    assert len(record(small, job_id).history[0, "weighing", 0, "A1"]) == 1


def test_a_correction_keeps_the_original_with_who_when_and_why(small: SmallLaboratory) -> None:
    """Each correction is a new row that names the one before; all stay readable, and the newest counts."""
    job_id = at_the_bench(small)
    typed(small, job_id, "10")
    for name, text in (("binh", "11"), ("hang", "12")):
        standing = record(small, job_id).readings[0, "weighing", 0, "A1"]
        calibration.correct_reading(
            small.lab, small.actors[name], job_id, cell=weighing(0, "A1", text), replaces=standing.id, reason=REASON
        )
    first, second, third = record(small, job_id).history[0, "weighing", 0, "A1"]
    assert [one.text for one in (first, second, third)] == ["10", "11", "12"]
    assert (second.replaces_id, third.replaces_id) == (first.id, second.id)
    assert [second.person_id, third.person_id] == [small.person("binh"), small.person("hang")]
    assert second.reason == third.reason == REASON
    assert record(small, job_id).readings[0, "weighing", 0, "A1"].text == "12"


def test_two_corrections_of_the_same_reading_meet_once(small: SmallLaboratory) -> None:
    """Who corrects a reading that another has corrected meanwhile is told what stands there now."""
    job_id = at_the_bench(small)
    typed(small, job_id, "10")
    old = record(small, job_id).readings[0, "weighing", 0, "A1"]

    def correct(name: str, text: str) -> None:
        calibration.correct_reading(
            small.lab, small.actors[name], job_id, cell=weighing(0, "A1", text), replaces=old.id, reason=REASON
        )

    correct("hang", "11")
    with pytest.raises(Refused) as answer:
        correct("binh", "12")
    assert answer.value.key == "lims.reading_changed_meanwhile"
    assert "11" in answer.value.text("vi")


def test_a_wrong_correction_changes_nothing(small: SmallLaboratory) -> None:
    """A correction that is no number is refused, and the reading stands."""
    job_id = at_the_bench(small)
    typed(small, job_id, "10")
    old = record(small, job_id).readings[0, "weighing", 0, "A1"]
    with pytest.raises(Invalid):
        calibration.correct_reading(
            small.lab, small.actors["hang"], job_id, cell=weighing(0, "A1", "1e999"), replaces=old.id, reason=REASON
        )
    assert record(small, job_id).readings[0, "weighing", 0, "A1"].text == "10"


def test_submitting_a_cell_twice_keeps_one_reading(small: SmallLaboratory) -> None:
    """A repeated request, as after a double click, leaves one row."""
    job_id = at_the_bench(small)
    for _ in range(3):
        assert typed(small, job_id, "10")[0].saved
    with small.lab.store.reading() as session:
        assert len(session.exec(select(Reading).where(Reading.job_id == job_id)).all()) == 1


def test_another_text_for_a_condition_needs_a_reason(small: SmallLaboratory) -> None:
    """A condition is corrected as a reading is: with a reason, the first text kept."""
    job_id = at_the_bench(small)
    lab, hang = small.lab, small.actors["hang"]
    calibration.record_environment(lab, hang, job_id, quantity="temperature", moment="start", text="20,30")
    with pytest.raises(Refused) as answer:
        calibration.record_environment(lab, hang, job_id, quantity="temperature", moment="start", text="20,4")
    assert answer.value.key == "lims.correction_needs_reason"
    calibration.record_environment(
        lab, hang, job_id, quantity="temperature", moment="start", text="20,4", why="Đọc nhầm vạch chia"
    )
    (standing,) = record(small, job_id).environment
    assert (standing.text, standing.sequence, standing.reason) == ("20,4", 2, "Đọc nhầm vạch chia")


@pytest.mark.parametrize(("given", "key"), [
    ({"quantity": "wind", "moment": "start", "text": "1"}, "procedures.no_condition"),
    ({"quantity": "humidity", "moment": "noon", "text": "1"}, "lims.moment_unknown"),
])  # fmt: skip
def test_an_unknown_condition_or_moment_is_named(small: SmallLaboratory, given: dict[str, str], key: str) -> None:
    """What the procedure does not record is refused by its name."""
    job_id = at_the_bench(small)
    with pytest.raises(Invalid) as answer:
        calibration.record_environment(small.lab, small.actors["hang"], job_id, **given)
    assert answer.value.key == key


@pytest.mark.parametrize(("table", "column", "row", "point"), [
    ("weighing", "Z9", 0, 0), ("other", "A1", 0, 0), ("weighing", "A1", -1, 0), ("weighing", "A1", 0, 7),
    ("weighing", "A1", 10_000_000, 0),
])  # fmt: skip
def test_a_cell_that_is_not_in_the_grid_is_refused(
    small: SmallLaboratory, table: str, column: str, row: int, point: int
) -> None:
    """A reading lies in a table, a column, a row and a point of the procedure, or nowhere."""
    job_id = at_the_bench(small)
    with pytest.raises((Invalid, Refused)):
        calibration.record_readings(
            small.lab, small.actors["hang"], job_id, cells=[TypedCell(point, table, row, column, "1")]
        )
    assert record(small, job_id).readings == {}
