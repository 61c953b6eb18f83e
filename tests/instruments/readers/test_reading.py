"""Spreadsheets from outside: the same cells from every format, what is not a plain value marked, bombs refused."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import openpyxl  # type: ignore[import-untyped]
import pytest

from instruments.readers.reading import read_sheets
from instruments.readers.sheet import (
    DATE,
    FAULT,
    FORMULA,
    MERGED,
    NUMBER,
    PERCENT,
    TEXT,
    Sheet,
    column_letters,
    column_number,
)
from uncertainty.errors import Invalid

ODS_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.2"><office:body><office:spreadsheet><table:table table:name="Danh sách">"""
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"""
ODS_FOOT = "</table:table></office:spreadsheet></office:body></office:document-content>"
ODS_ROWS = """<table:table-row><table:table-cell office:value-type="string"><text:p>Mã</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Số máy</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>A-1</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="0.1"><text:p>0,1</text:p></table:table-cell>
<table:table-cell table:formula="of:=1+2" office:value-type="float" office:value="3"><text:p>3</text:p>
</table:table-cell>
</table:table-row>"""


def xlsx(fill: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> bytes:
    """A workbook of one sheet called "A & B"."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert isinstance(sheet, openpyxl.worksheet.worksheet.Worksheet)
    sheet.title = "A & B"
    fill(sheet)
    book.save(stream)
    return stream.getvalue()


def ods(rows: str = ODS_ROWS, head: str = ODS_HEAD) -> bytes:
    """A workbook of OpenDocument."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", (head + rows + ODS_FOOT).replace(">\n<", "><"))
    return stream.getvalue()


def test_a_workbook_marks_what_is_no_plain_value() -> None:
    """Formulas (with and without a value), merged cells, dates and numbers are told apart from text."""

    def fill(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.append(["Mã", "Số máy", "=1+2", dt.date(2026, 1, 2), 0.1])
        sheet["B3"] = "gộp"
        sheet.merge_cells("B3:C4")
        sheet["D6"] = "=A1"

    (sheet,) = read_sheets(xlsx(fill), "list.xlsx")
    assert sheet.name == "A & B"
    assert [cell.kind for cell in sheet.rows[0]] == [TEXT, TEXT, FORMULA, DATE, NUMBER]
    assert [cell.text for cell in sheet.rows[0]] == ["Mã", "Số máy", "", "02/01/2026", "0.1"]
    assert {(r, c) for r in range(1, 7) for c in range(1, 6) if sheet.cell(r, c).kind == MERGED} == {
        (3, 2), (3, 3), (4, 2), (4, 3),
    }  # fmt: skip
    assert sheet.cell(6, 4).kind == FORMULA


def test_open_document_gives_the_same() -> None:
    """A workbook of OpenDocument gives texts and numbers, and marks its formulas."""
    (sheet,) = read_sheets(ods(), "list.ods")
    assert sheet.name == "Danh sách"
    assert [[cell.text for cell in row] for row in sheet.rows] == [["Mã", "Số máy"], ["A-1", "0.1", "3"]]
    assert [cell.kind for cell in sheet.rows[1]] == [TEXT, NUMBER, FORMULA]


def test_cells_that_show_something_else_than_they_hold_are_marked() -> None:
    """An error of the spreadsheet, which reads as empty, and a percentage, which reads a hundredth, are marked."""

    def fill(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.append(["#REF!", 0.12, 0.5, 7, "chữ"])
        for place, code in (("B1", "0.00%"), ("C1", '0.0" %"'), ("D1", "0%"), ("E1", "0%")):
            sheet[place].number_format = code
        sheet["B3"] = "#N/A"

    (sheet,) = read_sheets(xlsx(fill), "list.xlsx")
    assert [cell.kind for cell in sheet.rows[0]] == [FAULT, PERCENT, NUMBER, PERCENT, TEXT]
    assert (sheet.cell(3, 2).kind, sheet.cell(1, 2).text) == (FAULT, "0.12")
    (text,) = read_sheets("Mã;Số máy\nA-1;#N/A\n".encode(), "list.csv")
    assert text.rows[1][1].kind == FAULT and text.separated and not sheet.separated


def test_open_document_marks_merged_cells_and_percentages() -> None:
    """Every place that a merged cell covers is marked, formulas stay formulas, a percentage is marked."""
    span = 'table:number-columns-spanned="2" table:number-rows-spanned="2"'
    merged = f'<table:table-cell {span} office:value-type="string"><text:p>gộp</text:p></table:table-cell>'
    percent = '<table:table-cell office:value-type="percentage" office:value="0.12"><text:p>12 %</text:p>'
    row = f"<table:table-row>{merged}<table:covered-table-cell/>{percent}</table:table-cell></table:table-row>"
    rows = row + ODS_ROWS[ODS_ROWS.rindex("<table:table-row>") :]
    (sheet,) = read_sheets(ods(rows), "list.ods")
    assert [cell.kind for cell in sheet.rows[0]] == [MERGED, MERGED, PERCENT]
    assert [cell.kind for cell in sheet.rows[1]] == [MERGED, MERGED, FORMULA]


@pytest.mark.parametrize(
    "content",
    [
        "Mã;Số máy\nA-1;=1+2\n".encode(),
        "\ufeffMã,Số máy\r\nA-1,=1+2\r\n".encode(),
        "Mã\tSố máy\nA-1\t=1+2\n".encode("utf-16"),
        '"Mã";"Số máy"\n"A-1";"=1+2"\n'.encode(),
    ],
    ids=["semicolon", "comma with mark", "tab in UTF-16", "quotes"],
)
def test_texts_with_separators_are_understood(content: bytes) -> None:
    """Semicolon, comma and tab, UTF-8 and UTF-16 give the same cells; a formula is marked."""
    (sheet,) = read_sheets(content, "list.csv")
    assert [[cell.text for cell in row] for row in sheet.rows] == [["Mã", "Số máy"], ["A-1", "=1+2"]]
    assert sheet.rows[1][1].kind == FORMULA


def bomb() -> bytes:
    """A workbook whose sheet unpacks to a thousand times its size."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 400_000_000)
    return stream.getvalue()


def far() -> bytes:
    """A workbook with one cell at the far end of a sheet."""
    return xlsx(lambda sheet: sheet.cell(1_048_576, 16_384, "x") and None)


def declared() -> bytes:
    """A workbook of which a part beside the sheet declares a document type."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(lambda sheet: sheet.append(["Mã"])))) as source,
        zipfile.ZipFile(stream, "w") as made,
    ):
        for one in source.namelist():
            before = b'<!DOCTYPE styleSheet [<!ENTITY a "b">]>' if one == "xl/styles.xml" else b""
            made.writestr(one, before + source.read(one))
    return stream.getvalue()


HOSTILE = {
    "nothing": (b" \n", "file_empty"),
    "old Excel": (b"\xd0\xcf\x11\xe0" + b"0" * 100, "old_excel"),
    "PDF": (b"%PDF-1.7", "no_spreadsheet"),
    "broken ZIP": (b"PK\x03\x04" + b"0" * 100, "file_unreadable"),
    "no text": (b"\x00\x01\x02\x00", "no_text"),
    "open quote": (b'a;"b\n', "quotes"),
    "doctype": (ods(head='<!DOCTYPE x [<!ENTITY a "b">]>' + ODS_HEAD), "file_doctype"),
    "doctype beside the sheet": (declared(), "file_doctype"),
    "a repeated row": (
        ods(ODS_ROWS.replace("<table:table-row>", '<table:table-row table:number-rows-repeated="1000000">', 1)),
        "sheet_too_large",
    ),
    "empty workbook": (xlsx(lambda _: None), "file_empty"),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_are_refused_by_name(name: str) -> None:
    """Whatever is no list of a possible size is refused with its reason, before its content is built."""
    content, key = HOSTILE[name]
    with pytest.raises(Invalid) as answer:
        read_sheets(content, "list.xlsx")
    assert answer.value.key == f"lists.{key}"
    assert answer.value.text("vi") != answer.value.text("en")


@pytest.mark.parametrize(("made", "key"), [(bomb, "file_bomb"), (far, "sheet_too_large")], ids=["bomb", "far cell"])
def test_bombs_are_refused(made: Callable[[], bytes], key: str) -> None:
    """A file that unpacks to far more, or reaches to the end of a sheet, is refused before it is read."""
    with pytest.raises(Invalid) as answer:
        read_sheets(made(), "list.xlsx")
    assert answer.value.key == f"lists.{key}"


def test_columns_are_named_as_spreadsheets_do() -> None:
    """A, Z, AA, XFD: letters and numbers lead back to each other."""
    assert [column_letters(one) for one in (1, 26, 27, 16_384)] == ["A", "Z", "AA", "XFD"]
    assert all(column_number(column_letters(one)) == one for one in range(1, 1000))
    assert Sheet("x", ()).cell(5, 5).text == ""
