"""Lists of instruments from spreadsheets: every wrong cell named, nothing half imported, columns remembered."""

import io
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import openpyxl  # type: ignore[import-untyped]
import pytest
from sqlmodel import func, select

from instruments.models import Instrument
from instruments.received import ListImport
from instruments.search import find
from lims import audit, registering
from lims.errors import Refused
from lims.list_import import ListChoice, ListPreview, accept_list, preview_list, read_list, rows_hash
from lims.store.tables import AuditRecord
from tests.laboratories import SmallLaboratory

HEAD = ("Mã", "Tên thiết bị", "Hãng", "Kiểu", "Số máy", "Đại lượng", "Danh định", "Đơn vị", "Ghi chú riêng")
GOOD = ("", "Quả cân 1 kg", "Mẫu", "E2", "S-1", "conventional mass", "1", "kg", "x")


def sheet_of(rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook with a title, the headings in row 3 and rows below."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.title = "2026"
    for row in (["Danh sách chuẩn"], [], HEAD, *rows):
        sheet.append(list(row))
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def small(laboratory: Callable[..., SmallLaboratory]) -> SmallLaboratory:
    """A small laboratory on SQLite."""
    return laboratory("sqlite")


def counted(small: SmallLaboratory) -> int:
    """How many instruments there are."""
    with small.lab.store.reading() as session:
        return session.exec(select(func.count()).select_from(Instrument)).one()


def problems(small: SmallLaboratory, rows: Sequence[Sequence[object]]) -> list[tuple[str, str]]:
    """Place and key of every wrong cell of a list."""
    trang = small.actors["trang"]
    received = read_list(small.lab, trang, sheet_of(rows), "chuan.xlsx")
    found = preview_list(small.lab, trang, received=received, choice=ListChoice(small.ids["centre"]))
    return [(f"{one.column}{one.row}", one.said.key.rpartition(".")[2]) for one in found.problems]


def test_a_good_list_is_taken_over_with_one_record(small: SmallLaboratory) -> None:
    """Rows become standards with codes of the centre; one audit record holds the hash of the file and of the rows."""
    lab, trang, centre = small.lab, small.actors["trang"], small.ids["centre"]
    content = sheet_of([GOOD, (*GOOD[:4], "S-2", *GOOD[5:])])
    received = read_list(lab, trang, content, "chuan.xlsx")
    before = counted(small)
    shown = preview_list(lab, trang, received=received, choice=ListChoice(centre))
    assert shown.mapping["Ghi chú riêng"] == "" and not shown.problems and counted(small) == before
    done = accept_list(lab, trang, received=received, choice=ListChoice(centre))
    assert (done.rows, done.left_out, counted(small)) == (2, 0, before + 2)
    with lab.store.reading() as session:
        one = session.exec(select(Instrument).where(Instrument.code == done.first_code)).one()
        assert (one.serial_number, one.nominal, one.nominal_unit, one.kind) == ("S-1", "1", "kg", "standard")
        assert one.identity and [row.code for row in find(session, "qua can e2 s-1")] == [one.code]
        entry = session.exec(select(ListImport)).one()
        assert lab.received.get(entry.file_sha256) == content
        rows = [session.exec(select(Instrument).where(Instrument.code == code)).one().model_dump()
                for code in (done.first_code, done.last_code)]  # fmt: skip
        assert entry.rows_sha256 == rows_hash(rows)
        record = session.exec(select(AuditRecord).where(AuditRecord.act == "import_list")).one()
        assert entry.file_sha256 in record.changes and entry.rows_sha256 in record.changes
        assert audit.verify(session, centre).sound


def test_every_wrong_cell_is_named_and_nothing_is_imported(small: SmallLaboratory) -> None:
    """Formula, date, unit, number, missing name, two rows of one plate, a known code: each at its cell; all refused."""
    rows = [
        GOOD,
        (*GOOD[:4], "s 1", *GOOD[5:]),
        (*GOOD[:4], "=A1", *GOOD[5:]),
        (*GOOD[:4], __import__("datetime").date(2026, 1, 2), *GOOD[5:]),
        (*GOOD[:4], "S-5", GOOD[5], "một", "kg", ""),
        (*GOOD[:4], "S-6", GOOD[5], "1", "kgg", ""),
        ("", "", *GOOD[2:4], "S-7", *GOOD[5:]),
        ("CT-KL-017", *GOOD[1:4], "S-8", *GOOD[5:]),
    ]
    assert problems(small, rows) == [
        ("E5", "twice_serial_number"), ("E6", "cell_formula"), ("E7", "cell_date"), ("G8", "number_not_readable"),
        ("H9", "unit_unknown"), ("B10", "text_missing"), ("A11", "registered_code"),
    ]  # fmt: skip
    lab, trang, centre = small.lab, small.actors["trang"], small.ids["centre"]
    received = read_list(lab, trang, sheet_of(rows), "chuan.xlsx")
    before = counted(small)
    with pytest.raises(Refused) as answer:
        accept_list(lab, trang, received=received, choice=ListChoice(centre))
    assert answer.value.key == "lists.wrong_rows" and "E5" in str(answer.value)
    assert counted(small) == before
    done = accept_list(lab, trang, received=received, choice=ListChoice(centre, good_rows_only=True))
    assert (done.rows, done.left_out, counted(small)) == (1, 7, before + 1)
    assert problems(small, [GOOD]) == [("E4", "registered_serial_number")]


WORDS = "Mã;Tên thiết bị;Hãng;Kiểu;Số máy;Loại;Mức chuẩn;Đại lượng;Danh định;Đơn vị;Số máy\n"


def test_words_of_either_language_become_the_words_of_the_register(small: SmallLaboratory) -> None:
    """Levels, kinds and quantities are known as people write them; the free codes pass by those that rows bring."""
    admin, body = small.actors["admin"], small.ids["centre"]
    registering.set_company_prefix(small.lab, admin, body, prefix="8930001", source="Giấy chứng nhận mẫu")
    rows = (
        ";Cân 1;M;T;W-1;Chuẩn đo lường;quốc gia;Khối lượng quy ước;1;kg;x\n"
        "MB-TB-001;Cân 2;M;T;W-2;equipment;;độ dài;;;\n"
        ";Cân 3;M;T;W-3;;Chuẩn công tác;Lực;5;kN;\n"
    )
    lab, trang, centre = small.lab, small.actors["trang"], small.ids["centre"]
    received = read_list(lab, trang, (WORDS + rows).encode(), "chu.csv")
    found = preview_list(lab, trang, received=received, choice=ListChoice(centre))
    assert not found.problems and found.mapping["Số máy (K)"] == ""
    said = [(one.code, one.serial_number, one.kind, one.level, one.quantity) for one in found.good]
    assert said == [
        ("MB-TB-002", "W-1", "standard", "national", "conventional mass"),
        ("MB-TB-001", "W-2", "equipment", None, "length"),
        ("MB-TB-003", "W-3", "standard", "working", "Lực"),
    ]
    assert [one.giai for one in found.good] == [f"8930001MB-TB-00{n}" for n in (2, 1, 3)]


def test_what_cannot_be_an_instrument_is_named_by_its_cell(small: SmallLaboratory) -> None:
    """A level that is none, a mass in mm, a cell moved by a comma, a code that is no address, a sum: each is named."""
    rows = (
        ";Cân 1;M;T;V-1;chuẩn;xyz;Lực;1;kN;\n;Cân 2;M;T;V-2;;;khối lượng quy ước;1;mm;\n;Cân 3;M;T;V-3;;;length;1;;\n"
        ";Cân 4;M;T;V-4;;;Lực;1;5;kN;E2\nA/4;Cân 5;M;T;V-5;;;;;;\n;Tổng cộng: 5;;;;;;;;;\n;Cân 7;M;T;#N/A;;;;;;\n"
    )
    lab, trang = small.lab, small.actors["trang"]
    received = read_list(lab, trang, (WORDS + rows).encode(), "sai.csv")
    found = preview_list(lab, trang, received=received, choice=ListChoice(small.ids["centre"]))
    assert [(f"{one.column}{one.row}", one.said.key.rpartition(".")[2]) for one in found.problems] == [
        ("G2", "word_unknown"), ("J3", "unit_of_quantity"), ("J4", "unit_of_quantity"), ("J5", "unit_not_readable"),
        ("L5", "cell_beyond"), ("A6", "code_form"), ("B7", "only_a_name"), ("E8", "cell_fault"),
    ]  # fmt: skip
    assert "Chuẩn quốc gia" in found.problems[0].text("vi") and "National standard" in found.problems[0].text("en")
    assert "độ dài" in found.problems[2].text("vi")


def test_columns_chosen_by_a_person_are_remembered(small: SmallLaboratory) -> None:
    """A column that no heading explains is chosen once; the next list of the same body knows it."""
    lab, trang, centre = small.lab, small.actors["trang"], small.ids["centre"]
    received = read_list(lab, trang, sheet_of([GOOD]), "chuan.xlsx")
    first = preview_list(lab, trang, received=received, choice=ListChoice(centre))
    chosen = {**first.mapping, "Ghi chú riêng": "asset_code"}
    accept_list(lab, trang, received=received, choice=replace(ListChoice(centre), mapping=chosen))
    again = preview_list(lab, trang, received=received, choice=ListChoice(centre))
    assert again.mapping["Ghi chú riêng"] == "asset_code"


def test_items_of_a_customer_are_nobodys_standards(small: SmallLaboratory) -> None:
    """A list for a customer gives items that the customer owns and no centre keeps."""
    lab, trang = small.lab, small.actors["trang"]
    received = read_list(lab, trang, sheet_of([GOOD]), "khach.xlsx")
    choice = ListChoice(small.ids["centre"], small.ids["customer"])
    done = accept_list(lab, trang, received=received, choice=choice)
    with lab.store.reading() as session:
        one = session.exec(select(Instrument).where(Instrument.code == done.first_code)).one()
        assert (one.kind, one.keeper_id, one.owner_id) == ("item", None, small.ids["customer"])


def test_other_centres_and_technicians_import_nothing(small: SmallLaboratory) -> None:
    """Only the quality manager of the centre reads and imports lists for it."""
    lab = small.lab
    received = read_list(lab, small.actors["trang"], sheet_of([GOOD]), "chuan.xlsx")
    with pytest.raises(Refused):
        read_list(lab, small.actors["hang"], sheet_of([GOOD]), "chuan.xlsx")
    with pytest.raises(Refused):
        preview_list(lab, small.actors["trang"], received=received, choice=ListChoice(small.ids["institute"]))


def test_two_thousand_rows_come_with_progress(small: SmallLaboratory, figure: Callable[[str], None]) -> None:
    """A long list tells how far it is, from nothing to all, and never steps back."""
    lab, trang, centre = small.lab, small.actors["trang"], small.ids["centre"]
    lines = "\n".join(f"Cân {n};Hãng;T;SN-{n};10;kg" for n in range(2000))
    content = f"Tên;Hãng;Kiểu;Số máy;Danh định;Đơn vị\n{lines}".encode()
    said: list[float] = []
    began = time.perf_counter()
    received = read_list(lab, trang, content, "dai.csv")
    done = accept_list(
        lab, trang, received=received, choice=ListChoice(centre), told=lambda at, of: said.append(at / of)
    )
    figure(f"2000 rows of CSV imported in {time.perf_counter() - began:.2f} s")
    assert done.rows == 2000 and said == sorted(said) and len(said) > 4


def test_a_row_that_looks_like_a_known_instrument_is_decided_by_a_person(small: SmallLaboratory) -> None:
    """Another spelling of a known plate is left out when told the same, entered when not, and else asked for."""
    lab, trang, centre = small.lab, small.actors["trang"], small.ids["centre"]
    known = ("", "Cân", "Häfner", "X-1", "00077", "", "", "", "")
    accept_list(lab, trang, received=read_list(lab, trang, sheet_of([known]), "a.xlsx"), choice=ListChoice(centre))
    rows = [("", "Cân", "HAFNER GmbH", "X1", "S/N: 77", "", "", "", ""), GOOD]
    received = read_list(lab, trang, sheet_of(rows), "b.xlsx")

    def shown(**decided: frozenset[int]) -> ListPreview:
        found: ListPreview = preview_list(lab, trang, received=received, choice=ListChoice(centre, **decided))  # type: ignore[arg-type]
        return found

    (one,) = shown().alike
    with lab.store.reading() as session:
        held = session.exec(select(Instrument).where(Instrument.serial_number == "00077")).one()
    assert (one.row, one.known) == (4, (held.code,)) and "MB" in one.told
    assert [(it.row, it.said.key) for it in shown().problems] == [(4, "lists.alike")]
    with pytest.raises(Refused):
        accept_list(lab, trang, received=received, choice=ListChoice(centre))
    same, apart = shown(same=frozenset({4})), shown(apart=frozenset({4}))
    assert not same.problems and same.good_rows == (5,) and same.left_out == 1
    assert not apart.problems and apart.good_rows == (4, 5)
    done = accept_list(lab, trang, received=received, choice=apart.choice)
    assert (done.rows, done.left_out) == (2, 0)
    assert shown(same=frozenset({99})).good_rows == ()


def test_rows_of_one_list_that_look_alike_are_decided_by_a_person(small: SmallLaboratory) -> None:
    """The later of two spellings of one plate names the row it is like; it is left out or entered as a person says."""
    lab, trang, centre = small.lab, small.actors["trang"], small.ids["centre"]
    rows = [
        ("", "Cân", "Sartorius", "Y-1", "00088", "", "", "", ""),
        ("", "Cân", "SARTORIUS AG", "Y1", "S/N: 88", "", "", "", ""),
        ("", "Cân", "Mettler", "Y1", "88", "", "", "", ""), GOOD,
    ]  # fmt: skip
    received = read_list(lab, trang, sheet_of(rows), "c.xlsx")
    found = preview_list(lab, trang, received=received, choice=ListChoice(centre))
    ((one, problem),) = zip(found.alike, found.problems, strict=True)
    assert (one.row, one.earlier, one.known) == (5, 4, ()) and "00088" in one.earlier_plate
    assert (problem.row, problem.said.key, "row 4" in problem.said.text("en")) == (5, "lists.alike_row", True)
    with pytest.raises(Refused):
        accept_list(lab, trang, received=received, choice=ListChoice(centre))
    same, apart = (
        preview_list(lab, trang, received=received, choice=choice)
        for choice in (ListChoice(centre, same=frozenset({5})), ListChoice(centre, apart=frozenset({5})))
    )
    assert (same.problems, same.good_rows, same.left_out) == ((), (4, 6, 7), 1)
    assert (apart.problems, apart.good_rows) == ((), (4, 5, 6, 7))
