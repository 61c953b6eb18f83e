"""Results tables of every length: alignment, groups of digits, page breaks."""

import dataclasses
from pathlib import Path

import pytest

from certificates.content import Bilingual, CertificateContent, Column, ResultTable, UnitRow
from certificates.pdf import render
from tests.certificates.examples import caliper, resistor
from tests.certificates.reading import Word, layout_of, overlaps, text_of, words_of
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


def test_two_thousand_points_are_printed(font_cache: Path) -> None:
    """Two thousand points fill many pages and lose none."""
    content = caliper(points=2_000)
    file = render(content, fonts=font_cache)
    found = layout_of(file).split()
    assert sum(word == "1,83" for word in found) >= 2_000


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


def test_too_many_columns_are_refused(font_cache: Path) -> None:
    """A table wider than the page is refused, not squeezed."""
    columns = tuple(Column(f"c{place}", B("Cột", "Column"), "mm") for place in range(24))
    table = ResultTable(columns, (("1234567.891",) * 24,))
    with pytest.raises(Invalid, match="no room"):
        render(dataclasses.replace(caliper(), results=(table,)), fonts=font_cache)


def test_several_tables_say_that_results_go_on(font_cache: Path) -> None:
    """A table that starts on a later page stands below "Results (continued)"."""
    content = _ranges((30, 5))
    other = dataclasses.replace(content.results[0], title=B("Điện áp xoay chiều", "AC voltage"))
    file = render(dataclasses.replace(content, results=(content.results[0], other)), fonts=font_cache)
    assert "Results (continued)" in text_of(file)
    assert "AC voltage" in text_of(file)
