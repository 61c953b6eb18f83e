"""Results tables of every length: alignment, groups of digits, page breaks."""

import dataclasses
from pathlib import Path

import pytest

from certificates.content import Bilingual, CertificateContent, Column, ResultTable, UnitRow
from certificates.pdf import render
from tests.certificates.example_tables import matrix, remarked, with_tables
from tests.certificates.examples import caliper, resistor
from tests.certificates.reading import Word, layout_of, overlaps, raw_text_of, text_of, words_of
from uncertainty.errors import Invalid

pytestmark = pytest.mark.usefixtures("poppler")
B = Bilingual
COLUMNS = (
    Column("reference", B("Giá trị chuẩn", "Reference")),
    Column("indication", B("Số chỉ", "Indication")),
    Column("error", B("Sai số", "Error"), signed=True),
    Column("U", B("Độ không đảm bảo đo mở rộng", "Expanded uncertainty"), symbol="U", emphasis=True),
    Column("outcome", B("Kết luận", "Outcome"), kind="verdict"),
)


def _ranges(lengths: tuple[int, ...]) -> CertificateContent:
    """A multimeter with ranges of so many rows; the first cell of every row is unique."""
    rows: list[tuple[str | None, ...]] = []
    ranges = []
    for number, length in enumerate(lengths):
        units = ("mV", "mV", "uV", "uV", None)
        ranges.append(UnitRow(len(rows), B(f"Dải {number}", f"Range {number}"), units))
        for row in range(length):
            verdict = "fail" if row == 1 else "pass"
            rows.append((f"{number * 1000 + row}.0000", f"{number * 1000 + row}.00012", "-0.5", "0.66", verdict))
    table = ResultTable(COLUMNS, tuple(rows), title=B("Điện áp một chiều", "DC voltage"), ranges=tuple(ranges))
    return dataclasses.replace(resistor(), results=(table,))


def _row_pages(words: list[Word], texts: list[str]) -> dict[str, int]:
    """The page on which each of these words stands."""
    return {word.text: word.page for word in words if word.text in texts}


@pytest.mark.parametrize("points", [1, 2, 7, 10, 11, 44, 45, 46, 47, 48, 49, 50, 51, 52, 60, 100])
def test_every_row_is_printed_once_and_the_last_page_holds_four(font_cache: Path, points: int) -> None:
    """Tables of any length keep every row, repeat their head, and leave no page with fewer than four rows."""
    file = render(caliper(points=points), fonts=font_cache)
    words = words_of(file)
    indications = [f"{float(row[1] or 0):.2f}".replace(".", ",") for row in caliper(points=points).results[0].rows]
    pages = [word.page for word in words if word.text in set(indications) and 60 < word.left < 90]
    assert len(pages) == points
    assert overlaps(words) == []
    used = sorted(set(pages))
    assert len(used) == 1 or pages.count(used[-1]) >= 4
    for page in used:
        assert "Error of indication" in text_of(file, page)
    for page in used[:-1]:
        assert "continued overleaf" in text_of(file, page)


def test_forty_pages_are_as_good_as_one(font_cache: Path) -> None:
    """Two thousand points fill some forty pages and lose none; each page has heads, number and its place."""
    file = render(caliper(points=2_000), fonts=font_cache)
    pages = layout_of(file).split("\f")[:-1]
    assert sum(page.split().count("1,83") for page in pages) >= 2_000
    assert 35 <= len(pages) <= 50
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page and "DN-DD-26-001893" in page
        assert ("Error of indication" in page) == (page.count("1,83") > 1 or number == 1)


def test_a_matrix_of_many_columns_lies_in_landscape(font_cache: Path) -> None:
    """Beyond eleven columns a table turns with head and footer, and the pages after it stand upright again."""
    file = render(with_tables(matrix(6, 40)), fonts=font_cache)
    words = words_of(file)
    assert overlaps(words) == []
    across = sorted({word.page for word in words if word.right > 200})
    assert across == [2, 3]
    for page in across:
        text = text_of(file, page)
        assert all(said in text for said in ("10 Hz", "0,1 kHz", "1 kHz", "Giá trị danh định", f"Trang {page}/4"))
        assert all(word.left > 23 and word.right < 273.2 and word.bottom < 202 for word in words if word.page == page)
    assert "HẾT" in text_of(file, 4)


def test_a_matrix_too_wide_for_any_page_is_told_in_parts(font_cache: Path) -> None:
    """Each part repeats the nominal values and keeps every result with its U and k; no number is lost."""
    table = matrix(11, 9, k=True)
    file = render(with_tables(table, languages="en"), fonts=font_cache)
    words, text = words_of(file), raw_text_of(file)
    assert overlaps(words) == [] and all(word.right < 194.2 for word in words)
    for number in range(1, 5):
        assert f"(part {number} of 4)" in text
    assert sum(word.text == "Nominal" for word in words) >= 4
    values = {cell.replace("-", "−") for row in table.rows for cell in row if cell}
    assert values <= {word.text.removeprefix("+") for word in words}


def test_a_plain_table_of_many_columns_is_told_in_parts(font_cache: Path) -> None:
    """Twenty-four columns of long numbers repeat the first on each part."""
    columns = tuple(Column(f"c{place}", B(f"Cột {place}", f"Column {place}"), "mm") for place in range(24))
    table = ResultTable(columns, (tuple(f"{place}234567.891" for place in range(24)),))
    text = text_of(render(dataclasses.replace(caliper(), results=(table,)), fonts=font_cache))
    assert text.count("Cột 0 ") == 4 and "(phần 4/4 · part 4 of 4)" in text
    assert all(f"Cột {place} " in text for place in range(24))


def test_what_no_page_holds_is_refused(font_cache: Path) -> None:
    """A number wider than a page in landscape is refused by the name of its table, not squeezed."""
    table = ResultTable((Column("c", B("Cột", "Column"), "mm"),), (("1" * 200,),))
    with pytest.raises(Invalid, match="no room"):
        render(dataclasses.replace(caliper(), results=(table,)), fonts=font_cache)


@pytest.mark.parametrize("length", [1, 4])
def test_long_remarks_are_wrapped_and_stay_whole(font_cache: Path, length: int) -> None:
    """Cells of words break into lines, higher than a page together where need be; every word is read back."""
    file = render(with_tables(remarked(length, rows=6)), fonts=font_cache)
    words = words_of(file)
    assert overlaps(words) == [] and all(word.right < 194.2 for word in words)
    assert sum(word.text == "Face" for word in words) == 6
    assert sum(word.text == "demagnetised" for word in words) == 6 * length


@pytest.mark.parametrize("lengths", [(4, 4, 4), (6,) * 12, (30, 30, 30), (5, 40, 6, 6), (1, 1, 1)])
def test_ranges_break_where_they_may(font_cache: Path, lengths: tuple[int, ...]) -> None:
    """A range of up to six rows stays on one page; a longer one keeps two rows on either side of a break."""
    content = _ranges(lengths)
    file = render(content, fonts=font_cache)
    words = words_of(file)
    assert overlaps(words) == []
    for number, length in enumerate(lengths):
        mine = [
            word.page
            for row in range(length)
            for word in words
            if word.text == f"{number * 1000 + row},000".replace(",000", "") + ",0000"
        ]
        pages = {page: mine.count(page) for page in mine}
        if length <= 6:
            assert len(pages) <= 1
        elif len(pages) > 1:
            assert min(pages.values()) >= 2


def test_four_decimals_are_grouped_only_beside_five(font_cache: Path) -> None:
    """In a block with a number of five decimals four are grouped; alone they are not."""
    text = layout_of(render(_ranges((3,)), fonts=font_cache))
    assert "0,000 0" in text
    assert "0,000 12" in text
    base = resistor()
    columns = tuple(dataclasses.replace(column, unit="mV") for column in COLUMNS[:4])
    table = ResultTable(columns, (("1.2345", "1.2346", "0.0001", "0.0012"),))
    text = layout_of(render(dataclasses.replace(base, results=(table,)), fonts=font_cache))
    assert "1,2345" in text
    assert "+0,0001" in text


def test_signs_and_missing_values(font_cache: Path) -> None:
    """Errors carry + or a true minus, zero none; what was not measured is an en dash, never an empty cell."""
    columns = (
        Column("n", B("Danh nghĩa", "Nominal"), "mm"),
        Column("e", B("Sai số", "Error"), "mm", signed=True),
        Column("U", B("U", "Expanded uncertainty"), "mm", "U"),
    )
    rows: tuple[tuple[str | None, ...], ...] = (
        ("1000", "0.10", "0.06"),
        ("-20", "-0.10", "0.06"),
        ("30", "0.00", "0.06"),
        ("40", None, None),
    )
    words = [
        word.text
        for word in words_of(
            render(dataclasses.replace(caliper(), results=(ResultTable(columns, rows),)), fonts=font_cache)
        )
        if word.page == 2
    ]
    assert "+0,10" in words
    assert "−0,10" in words
    assert "−20" in words
    assert "0,00" in words
    assert "–" in words
    assert "+0,00" not in words


def test_decimal_signs_align_within_a_block(font_cache: Path) -> None:
    """The decimal commas of a column stand below each other."""
    words = words_of(render(caliper(), fonts=font_cache))
    left = [word for word in words if word.page == 2 and word.text in ("0,50", "21,90", "107,65", "150,60")]
    assert len(left) == 4
    assert max(word.right for word in left) - min(word.right for word in left) < 0.05


def test_several_tables_say_that_results_go_on(font_cache: Path) -> None:
    """A table that starts on a later page stands below "Results (continued)"."""
    content = _ranges((30, 5))
    other = dataclasses.replace(content.results[0], title=B("Điện áp xoay chiều", "AC voltage"))
    file = render(dataclasses.replace(content, results=(content.results[0], other)), fonts=font_cache)
    assert "Results (continued)" in text_of(file)
    assert "AC voltage" in text_of(file)
