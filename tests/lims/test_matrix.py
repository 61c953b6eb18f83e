"""A result matrix, range by frequency, made by a whole job: bench, certificate, DCC and registry say the same."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from certificates.agreement import DccTexts, agreement
from certificates.content import CertificateContent, ResultTable
from certificates.dcc_elements import DCC, SI
from certificates.dcc_reading import read_dcc
from certificates.dcc_schema import read_schemas
from certificates.edition import Edition
from certificates.hostile_xml import read_hostile
from certificates.pdf import render
from instruments.models import Calibration, CalibrationResult, ScopeLine
from lims import calibration, registering, sheets, submission
from lims.content_tables import result_tables
from lims.dcc import digital_certificate
from lims.procedure_file import read_procedure
from lims.record import last_evaluation
from lims.sheets import JobSheet
from tests.ac_voltage import AC_VOLTAGE, FREQUENCIES
from tests.certificates.good_practice import GoodPractice
from tests.certificates.reading import one_spaced, overlaps, text_of, words_of
from tests.documents import performed
from tests.laboratories import SmallLaboratory, copied
from tests.laboratory_fixtures import Templates
from ui.matrix_results import results_matrix
from ui.matrix_view import cell_name, matrix_columns, matrix_rows, place_of
from ui.readings_view import placed_cells
from uncertainty.data_folder import data_folder

FILE = data_folder() / "procedures" / "electricity-ac-voltage-multimeter.toml"
CMC = ("1.0", "mV")
"""Of AC voltage at 1 kHz from 9 V to 11 V: larger than the U found there."""
FEW = 5_000
"""Trials: no k of a matrix cell comes from them here, and there are 76 cells."""
RAISED = ((4, "1"), (5, "1"))
"""Row and column of the cells whose U is raised: until the record is made the screen shows the U found."""
FOUND, LEFT = 0, 1
"""The matrices of the certificate: as found, as left."""
RANGES = ("100 mV", "1 V", "10 V", "100 V", "750 V")
LEFT_READINGS = [*AC_VOLTAGE.readings[:34], "100,0415", *AC_VOLTAGE.readings[35:]]


@pytest.fixture(scope="module")
def made(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLaboratory]:
    """A laboratory accredited at one frequency around 10 V, which raises U to its CMC; a meter adjusted there."""
    template, _ = templates.get("sqlite", "founded")
    small = copied(template, tmp_path_factory.mktemp("matrix") / "home")
    trang, centre = small.actors["trang"], small.ids["centre"]
    given = {"body_id": centre, "kind": "ilac", "number": "MAU-1", "valid_from": date(2026, 1, 1)}
    line = ScopeLine(
        **given, line="1", quantity="ac voltage, 1 kHz", lower="9", upper="11", unit="V", cmc=CMC[0], cmc_unit=CMC[1]
    )
    registering.record_recognition(
        small.lab, trang, centre_id=centre, evidence="bản mẫu", valid_to=None, lines=[line], **given
    )
    for name, text in (("accreditation_mark", "yes"), ("cmc", "raise")):
        registering.decide_policy(small.lab, trang, centre_id=centre, name=name, text=text)
    adjusted = replace(
        AC_VOLTAGE, readings_left=LEFT_READINGS, adjustment=("Chỉnh dải 100 V ở 100 kHz.", "Range 100 V at 100 kHz.")
    )
    small.ids["job"] = job_id = performed(small, adjusted)
    prepared = submission.prepare(small.lab, small.actors["hang"], job_id)
    calibration.evaluate(small.lab, small.actors["hang"], job_id, submission=submission.submit(prepared, trials=FEW))
    small.reviewed(job_id)
    small.ids["certificate"] = small.issued(job_id)
    yield small
    small.lab.close()


def content_of(small: SmallLaboratory) -> CertificateContent:
    """The frozen content of the certificate."""
    return CertificateContent.from_json(json.loads(small.certificate(small.ids["certificate"]).content))


def paper_of(small: SmallLaboratory) -> bytes:
    """The issued file."""
    return bytes(calibration.download(small.lab, small.actors["trang"], small.ids["certificate"]))


def sheet_of(small: SmallLaboratory) -> JobSheet:
    """The job as its screen shows it."""
    return sheets.job_sheet(small.lab, small.actors["hang"], small.ids["job"])


def cell(table: ResultTable, row: int, key: str, column: int) -> str | None:
    """A cell of a matrix: its row, what it is, and the number of its condition."""
    return table.rows[row][[one.key for one in table.columns].index(f"{key}_{column}")]


def test_rows_are_ranges_and_columns_frequencies(made: SmallLaboratory) -> None:
    """As found and as left are a matrix each: eight rows, five frequencies; what was not measured is left open."""
    content = content_of(made)
    assert [table.phase for table in content.results] == ["as_found", "as_left"]
    for table in content.results:
        spans = dict.fromkeys(one.span.en for one in table.columns if one.span)
        assert [one.removesuffix(" ‡") for one in spans] == list(FREQUENCIES)
        assert [row[0] for row in table.rows] == ["100", "0.1", "1", "1", "10", "10", "100", "700"]
        assert [one.label.en for one in table.ranges] == [f"Range {one}" for one in RANGES]
        assert [cell(table, 7, "value", at) for at in (3, 4)] == [None, None]
        assert (cell(table, 4, "value", 0), cell(table, 4, "U", 0), cell(table, 4, "limit", 0)) == ("1.3", "1.1", "9.0")
    assert (cell(content.results[FOUND], 6, "outcome", 4), cell(content.results[LEFT], 6, "outcome", 4)) == (
        "fail", "pass",
    )  # fmt: skip
    assert [(one.passed, one.failed, one.phase) for one in content.answer.outcomes] == [
        (37, 1, "as_found"), (38, 0, "as_left"),
    ]  # fmt: skip


def test_no_cell_is_below_the_cmc_of_its_frequency(made: SmallLaboratory) -> None:
    """U at 1 kHz and 10 V is raised to the CMC, cell by cell; at other frequencies it stands, marked as outside."""
    table = content_of(made).results[LEFT]
    assert (cell(table, 4, "U", 1), cell(table, 5, "U", 1)) == ("1.0", "1.0")
    assert cell(table, 3, "U", 1) == "0.088"
    assert [cell(table, row, "scope", 1) for row in (3, 4, 5, 6)] == ["‡", None, None, "‡"]
    spans = dict.fromkeys(one.span.en for one in table.columns if one.span)
    assert ["‡" in one for one in spans] == [True, False, True, True, True]


def test_paper_dcc_and_screen_say_the_same(made: SmallLaboratory) -> None:
    """Every error, U and limit of both matrices stands on paper, in the DCC and, with its unit, on the screen."""
    file, content, edition = paper_of(made), content_of(made), Edition("vi-en")
    found = agreement(file)
    assert (found.state, found.differences) == ("agrees", ())
    dcc = read_hostile(digital_certificate(made.lab, made.actors["trang"], made.ids["certificate"]))
    in_dcc = {text for row in DccTexts(dcc).rows() for text in row}
    printed = one_spaced(text_of(file)).replace(" ", "").replace("\u00a0", "")
    sheet = sheet_of(made)
    screen = "".join(str(results_matrix(sheet.procedure, sheet.points, "", "vi")).split()).replace("\u202f", "")
    compared = 0
    for table in content.results:
        for number, row in enumerate(table.rows):
            for column, text in zip(table.columns, row, strict=True):
                if column.kind != "number" or text is None:
                    continue
                said = edition.number(text, signed=column.signed).replace("\u00a0", "")
                assert said in printed, (column.key, text)
                assert text in in_dcc, (column.key, text)
                if column.emphasis and (number, column.key[-1]) not in RAISED:
                    assert said in screen, (column.key, text)
                compared += 1
    assert compared == 2 * (8 + 3 * 38)


def test_the_dcc_has_every_cell_with_its_condition(made: SmallLaboratory, dcc_folder: Path) -> None:
    """XSD and Schematron find nothing; each list names range and frequency and holds the frequency as a quantity."""
    file = digital_certificate(made.lab, made.actors["trang"], made.ids["certificate"])
    assert GoodPractice().findings(file) == []
    assert read_dcc(file, read_schemas(dcc_folder)).number == made.ids["certificate"]
    first = next(read_hostile(file).iter(f"{{{DCC}}}results"))
    kinds = {}
    for one in first.iter(f"{{{DCC}}}list"):
        name = one.findall(f"{{{DCC}}}name/{{{DCC}}}content")[-1].text
        kinds[name] = {q.get("refType"): q for q in one.findall(f"{{{DCC}}}quantity")}
    assert len(kinds) == 23  # five ranges at five frequencies, the highest at three of them
    mine = kinds["Range 10 V, 20 kHz ‡"]
    assert set(mine) == {
        "chuan_condition", "basic_nominalValue", "basic_measurementError", "chuan_maximumPermissibleError",
    }  # fmt: skip
    said = [one.text for one in mine["chuan_condition"].iter(f"{{{SI}}}valueXMLList", f"{{{SI}}}unitXMLList")]
    assert "20 20" in said


def test_the_matrix_lies_in_landscape(made: SmallLaboratory) -> None:
    """Both matrices stand on turned pages, heads repeated, no word over another; the rest stands upright."""
    file = paper_of(made)
    words = words_of(file)
    assert overlaps(words) == []
    across = sorted({word.page for word in words if word.right > 200})
    assert across and 1 not in across
    for page in across:
        text = one_spaced(text_of(file, page))
        assert all(one.replace(".", ",") in text for one in FREQUENCIES) and "Giá trị danh định" in text
        assert all(word.left > 23 and word.right < 273.2 for word in words if word.page == page)
    assert "trước hiệu chỉnh" in one_spaced(text_of(file)).lower()


def test_the_registry_keeps_range_and_frequency(made: SmallLaboratory) -> None:
    """Each result as left goes on with the quantity of its frequency and its range: 10 V on two ranges, two points."""
    with made.lab.store.reading() as session:
        rows = session.exec(
            select(CalibrationResult)
            .join(Calibration, CalibrationResult.calibration_id == Calibration.id)  # type: ignore[arg-type]
            .where(Calibration.certificate_number == made.ids["certificate"])
        ).all()
    assert len(rows) == 38
    found = [one.measuring_range for one in rows if (one.quantity, one.nominal) == ("ac voltage, 20 kHz", "10")]
    assert found == ["Dải 10 V", "Dải 100 V"]


def test_errors_are_drawn_where_the_procedure_asks(made: SmallLaboratory) -> None:
    """With plots asked for, each frequency has its own, and the matrix is told in parts without losing a number."""
    text = FILE.read_text(encoding="utf-8").replace("digits = 2", "digits = 2\nplot = true")
    with made.lab.store.reading() as session:
        evaluation = last_evaluation(session, made.job(made.ids["job"]))
    assert evaluation is not None
    tables = result_tables(read_procedure(text), list(evaluation.points))
    assert [one.key for one in tables[LEFT].columns if one.plot] == [f"plot_{at}" for at in range(5)]
    file = render(replace(content_of(made), results=tables))
    assert overlaps(words_of(file)) == []
    assert "(phần 1/" in text_of(file)


def test_the_bench_shows_the_matrix(made: SmallLaboratory) -> None:
    """Rows are ranges, columns frequencies; a cell that is not measured takes no text; a remark names its cell."""
    sheet = sheet_of(made)
    columns = matrix_columns(sheet.procedure, sheet.points, "vi")
    assert [one.head for one in columns] == ["Điểm", "Đơn vị", *(one.replace(" ", "\u00a0") for one in FREQUENCIES)]
    rows = matrix_rows(sheet.procedure, sheet.points, "indications", "vi", locked=False)
    assert len(rows) == 16 and len({one.identity for one in rows}) == 16
    assert rows[0].cells["20 Hz"].typed == "100,0121" and rows[14].cells["100 kHz"].typed == "100,0415"
    assert rows[7].cells["50 kHz"].state == "locked" and rows[7].cells["20 Hz"].state == "saved"
    assert [one.ends_series for one in rows[:8]] == [True, False, True, False, True, False, True, True]
    placed = placed_cells(sheet.points, "indications")
    assert len({place_of(sheet.points, one) for one in placed}) == len(placed) == 76
    assert cell_name(sheet.points, placed[7], "vi").startswith("0,1\u00a0V · Dải 1 V, 20\u00a0kHz")
