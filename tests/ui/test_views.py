"""From what the laboratory knows to what a component draws: the published numbers arrive unchanged."""

from decimal import Decimal
from typing import Any

import pytest

from certificates.curve_content import Coefficient, Curve
from lims import calibration, sheets, verifying
from lims.approval_sheet import approval_sheet
from lims.entering import TypedCell
from lims.key_making import make_keys
from lims.sheets import JobSheet
from tests.laboratories import S2_ROWS, SmallLaboratory, weighing
from ui.curve_view import curve_panel
from ui.job_view import facts, plot_of, step_parts, trail_lines
from ui.public import shown_verdict
from ui.readings_view import cells_to_mend, corrections, grid_columns, grid_rows, placed_cells, remarks
from ui.result_view import of_live, of_record, shown_budget, shown_interval, shown_result, shown_shares

ZONE = "Asia/Ho_Chi_Minh"


@pytest.fixture
def lab(laboratory: object) -> SmallLaboratory:
    """A small laboratory on SQLite: what is shown does not depend on the database."""
    return laboratory("sqlite")  # type: ignore[operator,no-any-return]


def at_the_bench(small: SmallLaboratory, rows: tuple[tuple[str, ...], ...] = S2_ROWS) -> JobSheet:
    """The sheet of a job with readings, conformity agreed."""
    job_id = small.receive(conformity={"rule": "simple"})
    small.prepared(job_id)
    small.measured(job_id, rows)
    return sheets.job_sheet(small.lab, small.actors["hang"], job_id)


def test_the_published_result_is_shown(lab: SmallLaboratory) -> None:
    """EA-4/02 S2: (10 000,025 ± 0,059) g, k = 2, u = 29,3 mg, the standard's share the largest."""
    sheet = at_the_bench(lab)
    stated = of_live(sheet.points[0].result)
    assert stated is not None
    result = shown_result(sheet.procedure, stated, "vi")
    assert (result.value, result.expanded, result.unit, result.coverage_factor) == ("10000.025", "0.059", "g", "2")
    budget = shown_budget(sheet.procedure, stated, "vi")
    assert (budget.unit, budget.uncertainty, budget.expanded) == ("mg", "29.3", "59")
    assert [line.uncertainty for line in budget.lines] == ["22.5", "8.7", "14.4", "5.8", "5.8"]
    assert sum(line.part for line in budget.lines) == pytest.approx(1)
    shares = shown_shares(sheet.procedure, stated)
    assert max(shares, key=lambda one: one.part).symbol == "m_S"


def test_the_interval_is_in_a_unit_that_is_easy_to_read(lab: SmallLaboratory) -> None:
    """The error against the limits of class M1 is drawn in milligrams: +25 ± 59 in ±500."""
    sheet = at_the_bench(lab)
    stated = of_live(sheet.points[0].result)
    assert stated is not None
    interval = shown_interval(sheet.procedure, stated, "vi")
    assert interval is not None
    assert (interval.value, interval.expanded, interval.lower, interval.upper) == ("25", "59", "-500", "500")
    assert (interval.unit, interval.place()) == ("mg", "inside")


def test_the_record_says_the_same_as_the_live_result(lab: SmallLaboratory) -> None:
    """What review and approval show from the evaluation on record equals what the bench saw, digit by digit."""
    sheet = at_the_bench(lab)
    lab.submitted(sheet.row.id)
    kept = approval_sheet(lab.lab, lab.actors["bao"], sheet.row.id).points[0]
    live, recorded = of_live(sheet.points[0].result), of_record(kept, "vi")
    assert live is not None
    first, second = (shown_budget(sheet.procedure, one, "vi") for one in (live, recorded))
    assert (first.estimate, first.uncertainty, first.expanded) == (second.estimate, second.uncertainty, second.expanded)
    methods = shown_result(sheet.procedure, recorded, "vi").methods
    assert methods is not None and methods.agree


def test_readings_stand_in_the_order_of_the_bench(lab: SmallLaboratory) -> None:
    """Twelve rows S X X S in three series, each reading as typed, the difference at the end of its series."""
    sheet = at_the_bench(lab)
    rows = grid_rows(sheet.procedure, sheet.points, "weighing", ZONE, "vi", locked=False)
    assert [row.cells["load"].shown for row in rows] == list("SXXS") * 3
    assert [row.cells["reading"].typed for row in rows] == [text for series in S2_ROWS for text in series]
    assert [row.cells["observed"].shown for row in rows if row.cells["observed"].shown] == ["+10", "+30", "+20"]
    assert [row.ends_series for row in rows].count(True) == 2
    heads = [column.head for column in grid_columns(sheet.procedure, sheet.points, "weighing", "vi")]
    assert heads[-3:] == ["Số chỉ, mg", "Giờ", "δm, mg"]


def test_what_is_wrong_or_missing_is_found(lab: SmallLaboratory) -> None:
    """A wrong text and the empty cells are told apart; the wrong one keeps its digits and says why."""
    sheet = at_the_bench(lab, S2_ROWS[:2])
    calibration.record_readings(lab.lab, lab.actors["hang"], sheet.row.id, cells=[weighing(2, "A1", "1O,5")])
    points = sheets.live_points(lab.lab, lab.actors["hang"], sheet.row.id)
    wrong, empty = cells_to_mend(points, ["weighing"])
    assert [one.cell.text for one in wrong] == ["1O,5"] and len(empty) == 3
    said = list(remarks(points, "weighing", "vi"))
    assert said[0][0].number == 9 and "1O,5" in said[0][1]
    row = grid_rows(sheet.procedure, points, "weighing", ZONE, "vi", locked=False)[8]
    assert (row.cells["reading"].shown.strip(), row.cells["reading"].state) == ("1O,5", "wrong")


def test_a_correction_is_shown_with_old_value_person_and_reason(lab: SmallLaboratory) -> None:
    """The corner in the cell has its line under the grid, nothing of the first reading hidden."""
    sheet = at_the_bench(lab)
    placed = placed_cells(sheet.points, "weighing")[5]
    cell = TypedCell(0, "weighing", placed.cell.row, placed.cell.column, "31")
    given = {"cell": cell, "replaces": placed.cell.reading_id, "reason": "đọc nhầm chữ số cuối"}
    calibration.correct_reading(lab.lab, lab.actors["hang"], sheet.row.id, **given)
    points = sheets.live_points(lab.lab, lab.actors["hang"], sheet.row.id)
    said = corrections(points, "weighing", ZONE, "vi")
    assert said is not None
    for piece in ("Dòng 6", ">30<", ">31<", "đọc nhầm chữ số cuối", "Nguyễn Thị Hằng"):
        assert piece in said
    assert grid_rows(sheet.procedure, points, "weighing", ZONE, "vi", locked=False)[5].cells["reading"].corrected


def test_the_job_is_told_in_steps_facts_and_a_plot(lab: SmallLaboratory) -> None:
    """Steps done and ahead, conditions with limits, the standard, and three differences with their mean."""
    sheet = at_the_bench(lab)
    parts = step_parts(sheet.phases, "12/12", ZONE, "vi", received_on=sheet.row.received_on)
    assert [part.state for part in parts] == ["done", "done", "now", "ahead", "ahead", "ahead"]
    shown = {fact.label: fact for fact in facts(sheet, "vi")}
    assert shown["Nhiệt độ"].detail == "18…24" and shown["Quả cân chuẩn"].value == "CT-KL-017"
    plot = plot_of(sheet, sheet.points, "vi")
    assert plot is not None
    assert [point.value for point in plot.points] == ["10", "30", "20"]
    assert Decimal(plot.mean) == 20 and plot.signed
    assert trail_lines(sheet.trail, sheet.names, ZONE, "vi")[0].who == "Nguyễn Thị Hằng"


def test_the_public_page_tells_the_signatures_of_a_file(lab: SmallLaboratory) -> None:
    """Beside the verdict stands the state of the signatures; names only where they are trusted, test keys as such."""
    make_keys(lab.lab)
    _, number = lab.whole_job()
    file = calibration.download(lab.lab, lab.actors["trang"], number)
    record = verifying.of_file(lab.lab, file)

    def told(roots: tuple[Any, ...] | None) -> tuple[str, str, str]:
        found = verifying.signatures_of(lab.lab, file, roots)
        shown = shown_verdict(lab.lab, record, "en", file_sha256=record.file_sha256, signatures=found)
        label, said, note, _ = next(fact for fact in shown.facts if fact[0] == "Digital signatures")
        assert shown.tone == "ok"
        return label, said, note

    names = "Phạm Thu Trang, Trung tâm Đo lường miền Bắc (mẫu) (test keys, no legal value)"
    assert told(None) == ("Digital signatures", "Intact and trusted", names)
    assert told(()) == ("Digital signatures", "Intact, but they lead to no trusted root", "")


def test_coefficients_stand_with_their_correlations() -> None:
    """Who approves a calibration function sees each coefficient beside its correlations, as on the certificate."""
    constant, slope = Coefficient("0.012", "0.0043", "degC"), Coefficient("0.9998", "0.0012", "1")
    correlations = (("1.0000", "-0.8123"), ("-0.8123", "1.0000"))
    shown = curve_panel(Curve("t", "t_X", "degC", "degC", (constant, slope), correlations, "0", "100"), "vi")
    assert shown.count("−0,8123") == 2 and shown.count("+1,0000") == 2 and "r(c₁)" in shown
