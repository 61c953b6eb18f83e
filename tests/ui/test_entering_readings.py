"""Readings typed, pasted, mended and corrected in a real browser: nothing typed is lost, no digit changes."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from instruments.models import ScopeLine
from lims import calibration, registering
from lims.registering import NewCalibration, NewInstrument, NewResult
from lims.store.tables import EnvironmentReading, Reading, ReadingDraft, StandardChoice
from tests.ac_voltage import AC_VOLTAGE
from tests.documents import performed
from tests.laboratories import MASS, S2_ROWS, SmallLaboratory
from tests.line import line_to
from tests.served import Served
from tests.served_fixtures import AtBrowser
from tests.story.screens import Job, say
from tests.story.test_main_job import printed

REASON = "Đọc lại sổ đo: gõ nhầm dòng"


def bench(served: Served, rows: tuple[tuple[str, ...], ...] = ()) -> str:
    """A job at the bench, standards chosen and conditions noted, with or without readings."""
    job_id = served.small.receive()
    served.small.prepared(job_id)
    if rows:
        served.small.measured(job_id, rows)
    return job_id


def opened(served: Served, at_browser: AtBrowser, job_id: str) -> Job:
    """The technician's screen of a job."""
    job = Job(at_browser("hang"), served.address)
    job.show(job_id)
    return job


def texts(served: Served, job_id: str) -> list[str]:
    """Every reading of a job as it stands in the database, in the order of entering."""
    with served.small.lab.store.reading() as session:
        found = session.exec(select(Reading).where(Reading.job_id == job_id).order_by(col(Reading.id)))
        return [one.text for one in found]


def drafts(served: Served, job_id: str) -> list[str]:
    """Every text of a job that is kept and not counted."""
    with served.small.lab.store.reading() as session:
        return [one.text for one in session.exec(select(ReadingDraft).where(ReadingDraft.job_id == job_id))]


def copy(page: Page, text: str) -> None:
    """Put a text on the clipboard, as copying in a spreadsheet does."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)


def test_a_pasted_column_fills_the_grid(served: Served, at_browser: AtBrowser) -> None:
    """A column copied from a spreadsheet and pasted into the first cell fills all twelve, and the result is there."""
    job_id = bench(served)
    job = opened(served, at_browser, job_id)
    column = [text for row in S2_ROWS for text in row]
    copy(job.page, "\r\n".join(column) + "\r\n")
    job.into_grid()
    job.page.keyboard.press("Control+v")
    job.expect_result("(10 000,025 ± 0,059) g")
    assert texts(served, job_id) == column


def test_what_is_typed_right_after_a_choice_stays_in_its_field(served: Served, at_browser: AtBrowser) -> None:
    """Standards are chosen and conditions typed in one go: a choice takes no focus back from the next field."""
    job_id = served.small.job_in("ASSIGNED")
    job = opened(served, at_browser, job_id)
    job.choose("Quả cân chuẩn", "CT-KL-017")
    job.choose("Bộ so sánh khối lượng", "TB-KL-006")
    typed = {"Nhiệt độ": "20,3", "Độ ẩm tương đối": "52", "Áp suất không khí": "1008,4"}
    for name, text in typed.items():
        job.tab_to(name)
        job.page.keyboard.type(text, delay=90)
        job.page.keyboard.press("Tab")
    expect(job.page.locator(".c-facts")).to_contain_text(re.compile(r"1\s008,4"))
    with served.small.lab.store.reading() as session:
        kept = session.exec(select(EnvironmentReading).where(EnvironmentReading.job_id == job_id)).all()
    assert [one.text for one in sorted(kept, key=lambda one: one.id)] == list(typed.values())


def test_a_choice_taken_back_is_taken_back_in_the_record(served: Served, at_browser: AtBrowser) -> None:
    """One comparator, another, the first again: the record follows, and a condition typed anew asks for the reason."""
    other = _comparator(served.small, "TB-KL-007", "1", "mg")
    job_id = served.small.job_in("ASSIGNED")
    job = opened(served, at_browser, job_id)
    for code in ("TB-KL-006", "TB-KL-007", "TB-KL-006"):
        job.choose("Bộ so sánh khối lượng", code)
        expect(job.page.locator(".c-facts")).to_contain_text(code)
    with served.small.lab.store.reading() as session:
        chosen = select(StandardChoice).where(StandardChoice.job_id == job_id).order_by(col(StandardChoice.sequence))
        assert [one.instrument_id == other for one in session.exec(chosen)] == [False, True, False]
    job.type("Áp suất không khí", "1008,4")
    job.page.keyboard.press("Enter")
    expect(job.page.locator(".c-facts")).to_contain_text(re.compile(r"1\s008,4"))
    job.page.keyboard.press("Tab")  # the same text left a second time is no correction
    job.type("Nhiệt độ", "20,3")
    job.page.keyboard.press("Tab")
    expect(job.page.locator(".c-facts")).to_contain_text("20,3")
    job.page.keyboard.press("Shift+Tab")
    job.type("Nhiệt độ", "20,5")
    job.page.keyboard.press("Tab")
    expect(job.page.get_by_role("dialog")).to_contain_text("Nhiệt độ")
    job.answer(REASON, say("screens.correct"))
    expect(job.page.locator(".c-facts")).to_contain_text("20,5")


def test_odd_cells_of_a_pasted_column_are_marked_and_the_others_kept(served: Served, at_browser: AtBrowser) -> None:
    """Decimal comma and the real minus sign are read; mixed marks and a formula stay marked, with what to do."""
    job_id = bench(served)
    job = opened(served, at_browser, job_id)
    copy(job.page, "0,5\n10\n1.234,5\n−0,4\n=10+20\n")
    job.into_grid()
    job.page.keyboard.press("Control+v")
    for number, shown in ((1, "0,5"), (2, "10"), (3, "1.234,5"), (4, "−0,4"), (5, "=10+20")):
        job.expect_cell(number, shown)
    expect(job.page.locator(".c-cell--wrong")).to_have_count(2)
    expect(job.note()).to_have_count(2)
    for number, (text, remedy) in enumerate((("1.234,5", "một dấu phẩy hoặc dấu chấm"), ("=10+20", "chỉ dán giá trị"))):
        expect(job.note().nth(number)).to_contain_text(text)
        expect(job.note().nth(number)).to_contain_text(remedy)
    assert texts(served, job_id) == ["0,5", "10", "−0,4"]
    assert sorted(drafts(served, job_id)) == ["1.234,5", "=10+20"]


def test_a_wrong_text_survives_a_reload(served: Served, at_browser: AtBrowser) -> None:
    """What cannot be read stays in its cell over a reload, marked, and never counts as a reading."""
    job_id = bench(served)
    job = opened(served, at_browser, job_id)
    job.into_grid()
    job.type_down(["12..5"])
    expect(job.cell(1)).to_have_class(re.compile("c-cell--wrong"))
    job.page.reload()
    job.ready()
    job.expect_cell(1, "12..5")
    expect(job.cell(1)).to_have_class(re.compile("c-cell--wrong"))
    assert texts(served, job_id) == []


def test_a_page_with_a_reading_not_yet_saved_asks_before_it_goes(served: Served, at_browser: AtBrowser) -> None:
    """While the answer of the server is awaited a reload asks first; once the cell is saved it does not."""
    job_id = bench(served)
    with line_to(served.address) as line:
        job = Job(at_browser("hang"), line.address)
        job.show(job_id)
        job.into_grid()
        line.delay_s = 2.0
        job.type_down(["7"])
        with job.page.expect_event("dialog") as asked:
            job.page.evaluate("() => { setTimeout(() => location.reload(), 0) }")
        assert asked.value.type == "beforeunload"
        asked.value.dismiss()
        job.expect_cell(1, "7")
        line.delay_s = 0.0
        job.saved()
        job.page.reload()
        job.ready()
        job.expect_cell(1, "7")
    assert texts(served, job_id) == ["7"]


def test_a_correction_asks_a_reason_and_the_first_reading_stays(served: Served, at_browser: AtBrowser) -> None:
    """Another text for a reading asks why, refuses a short answer, and shows old value and reason below the grid."""
    job_id = bench(served, (("0", "10", "10", "0"),))
    job = opened(served, at_browser, job_id)
    job.cell(2).click()
    job.page.keyboard.type("11")
    job.page.keyboard.press("Enter")
    dialog = job.page.get_by_role("dialog")
    dialog.wait_for()
    assert texts(served, job_id) == ["0", "10", "10", "0"]
    job.answer("nhầm", say("screens.correct"))
    expect(dialog.get_by_role("alert")).to_contain_text("10")
    job.answer(REASON, say("screens.correct"))
    expect(dialog).to_have_count(0)
    job.expect_cell(2, "11")
    expect(job.cell(2)).to_have_class(re.compile("c-cell--corrected"))
    job.expect_text(REASON)
    assert texts(served, job_id) == ["0", "10", "10", "0", "11"]


def test_a_correction_not_wanted_changes_nothing(served: Served, at_browser: AtBrowser) -> None:
    """Keeping the old number closes the question and leaves the reading as it was."""
    job_id = bench(served, (("0", "10", "10", "0"),))
    job = opened(served, at_browser, job_id)
    job.cell(3).click()
    job.page.keyboard.type("99")
    job.page.keyboard.press("Enter")
    job.page.get_by_role("dialog").wait_for()
    job.press(say("screens.keep"))
    expect(job.page.get_by_role("dialog")).to_have_count(0)
    job.expect_cell(3, "10")
    assert texts(served, job_id) == ["0", "10", "10", "0"]


def test_escape_gives_back_what_stood_there(served: Served, at_browser: AtBrowser) -> None:
    """Esc while typing leaves the cell as it was and saves nothing; Tab saves as Enter does."""
    job_id = bench(served)
    job = opened(served, at_browser, job_id)
    job.into_grid()
    job.page.keyboard.type("77")
    job.page.keyboard.press("Escape")
    job.expect_cell(1, "–")
    job.page.keyboard.type("5")
    job.page.keyboard.press("Tab")
    job.expect_cell(1, "5")
    expect(job.page.locator(".c-saved")).to_contain_text("08:")
    assert texts(served, job_id) == ["5"]


@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, {"width": 390, "height": 844}])
def test_digits_typed_are_found_in_database_grid_and_certificate(
    served: Served, at_browser: AtBrowser, viewport: dict[str, int]
) -> None:
    """`100.0020` and `100,0020` stand as typed in the database and the grid, and to the last zero on the PDF."""
    # A weight of 1 g that is 100.0020 mg heavier than its standard of exactly 1 g deviates by 0.1000020 g.
    small = served.small
    job_id = _one_gram(small)
    job = Job(at_browser("hang", viewport=viewport), served.address)
    job.show(job_id)
    typed = [text for _ in range(3) for text in ("0.0000", "100.0020", "100,0020", "0,0000")]
    if viewport["width"] > 760:
        job.into_grid()
        job.type_down(typed)
    else:
        job.cell(1).click()
        job.type_down(typed)
    expect(job.cell(12)).to_contain_text("0,000")
    job.saved()
    job.page.reload()
    job.ready()
    for number, text in ((2, "100.0020"), (3, "100,0020")):
        assert re.sub(r"\s", "", job.cell(number).inner_text()) == "100,0020"
        job.cell(number).dblclick()
        expect(job.page.locator(".ag-cell-inline-editing input")).to_have_value(text)
        job.page.keyboard.press("Escape")
    assert texts(served, job_id) == typed
    small.submitted(job_id)
    small.reviewed(job_id)
    said = printed(calibration.download(small.lab, small.actors["khach1"], small.issued(job_id)))
    assert "1,100 002 0" in said
    assert "+0,100 002 0" in said


def _one_gram(small: SmallLaboratory) -> str:
    """A job for a weight of 1 g, standard and comparator chosen whose digits reach the tenth of a microgram."""
    lab, hang, centre = small.lab, small.actors["hang"], small.ids["centre"]
    if "one gram" not in small.ids:
        _one_gram_standards(small)
    small.ids["one gram items"] = f"{int(small.ids.get('one gram items', '0')) + 1}"
    serial = f"1G-{small.ids['one gram items']}"
    weight = NewInstrument(
        "Quả cân 1 g", "Weight, 1 g", maker="Xưởng Cân", serial_number=serial, quantity="conventional mass",
        nominal="1", nominal_unit="g", accuracy_class="M3",
    )  # fmt: skip
    item = registering.register_item(lab, hang, owner_id=small.ids["customer"], new=weight)
    job = calibration.receive(
        lab, hang, centre_id=centre, item_id=item.id, customer_id=small.ids["customer"], procedure=MASS,
        condition=("Nguyên vẹn, sạch", "Undamaged, clean"),
    )  # fmt: skip
    small.assigned(job.id)
    for role, key in (("reference", "one gram"), ("comparator", "microgram comparator")):
        calibration.choose_standard(lab, hang, job.id, role=role, instrument_id=small.ids[key])
    for quantity, text in (("temperature", "20,3"), ("humidity", "52"), ("pressure", "1008,4")):
        calibration.record_environment(lab, hang, job.id, quantity=quantity, moment="start", text=text)
    return str(job.id)


def _one_gram_standards(small: SmallLaboratory) -> None:
    """Enter a national and a working standard of 1 g with their calibrations, and a comparator for them."""
    lab, trang, centre, institute = small.lab, small.actors["trang"], small.ids["centre"], small.ids["institute"]
    line = ScopeLine(
        body_id=institute, kind="cipm_mra", line="2", quantity="conventional mass", lower="1", upper="10", unit="g",
        cmc="0.0001", cmc_unit="mg", valid_from=date(2020, 1, 1),
    )  # fmt: skip
    registering.record_recognition(
        lab, trang, centre_id=centre, body_id=institute, kind="cipm_mra", number="", evidence="bản mẫu",
        valid_from=date(2020, 1, 1), valid_to=None, lines=[line],
    )  # fmt: skip
    upstream: list[str] = []
    for code, level, expanded in (("CQG-2", "national", "0.0002"), ("CT-KL-101", "working", "0.0004")):
        new = NewInstrument(
            f"Quả cân 1 g {code}", f"Weight 1 g {code}", code=code, quantity="conventional mass", nominal="1",
            nominal_unit="g", accuracy_class="E1", level=level, kind="standard",
        )  # fmt: skip
        made = registering.register_standard(lab, trang, centre_id=centre, new=new)
        result = NewResult("conventional mass", "1.0000000", "g", expanded, "mg", nominal="1", nominal_unit="g")
        performed = date(2026, 2, 3)
        calibrated = registering.record_calibration(
            lab, trang, made.id,
            new=NewCalibration(
                institute, f"VDL-{code}", performed, performed + timedelta(days=2), date(2027, 3, 14), "cipm_mra",
                results=[result], upstream=upstream,
            ),
        )  # fmt: skip
        upstream = [calibrated.id]
        small.ids["one gram"] = made.id
    registering.set_property(
        lab, trang, small.ids["one gram"], name="drift_limit", text="0.0001", unit="mg", source="lịch sử 5 lần"
    )
    small.ids["microgram comparator"] = _comparator(small, "TB-KL-101", "0.0001", "mg")


def _comparator(small: SmallLaboratory, code: str, digit: str, unit: str) -> str:
    """Another mass comparator of the centre; its properties all have one value."""
    lab, trang = small.lab, small.actors["trang"]
    new = NewInstrument(f"Bộ so sánh {code}", f"Comparator {code}", code=code, kind="equipment")
    made = registering.register_standard(lab, trang, centre_id=small.ids["centre"], new=new)
    for name in ("pooled_standard_deviation", "eccentricity_limit", "resolution"):
        registering.set_property(lab, trang, made.id, name=name, text=digit, unit=unit, source="bản mẫu")
    return str(made.id)


def test_a_matrix_is_typed_by_keyboard(served: Served, at_browser: AtBrowser) -> None:
    """Tab goes to the next frequency, Enter down the range; a block of a spreadsheet fills the matrix from its cell."""
    job_id = performed(served.small, replace(AC_VOLTAGE, readings=()))
    job = opened(served, at_browser, job_id)
    page = job.page
    job.into_grid()
    page.keyboard.type("100,0121")
    page.keyboard.press("Tab")
    page.keyboard.type("100,")
    expect(page.get_by_text("1/38").first).to_be_visible()
    job.saved()  # the answer for the first cell comes while the second is being typed
    page.keyboard.type("0083")
    page.keyboard.press("Enter")
    page.keyboard.type("0,100008")
    page.keyboard.press("Enter")
    expect(page.get_by_text("3/38").first).to_be_visible()
    copy(page, "1,000062\t0,999921\r\n1,00007\t0,99991\r\n")
    page.keyboard.press("Control+v")
    expect(page.get_by_text("7/38").first).to_be_visible()
    with served.small.lab.store.reading() as session:
        found = session.exec(select(Reading).where(Reading.job_id == job_id).order_by(col(Reading.point))).all()
    assert [(one.point, one.text) for one in found] == [
        (0, "100,0121"), (1, "100,0083"), (6, "0,100008"), (11, "1,000062"), (12, "0,999921"), (16, "1,00007"),
        (17, "0,99991"),
    ]  # fmt: skip
    cell = page.locator('.c-readings .ag-row[row-index="7"] .ag-cell[col-id="100 kHz"]')
    cell.click()
    page.keyboard.type("1")
    expect(page.locator(".ag-cell-inline-editing")).to_have_count(0)
