"""Components without a browser: numbers are set right, text is escaped, verdicts follow the numbers."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.ui import samples
from ui.components.axis import axis
from ui.components.budget_table import budget_table
from ui.components.chain_line import chain_line, chain_sentence
from ui.components.data_table import Column, Group, data_table
from ui.components.error_note import split_sentence
from ui.components.icons import NAMES
from ui.components.interval_strip import Interval, alternative, interval_strip
from ui.components.markup import icon, link, symbol, tag
from ui.components.pasted_cells import PastedCell, spread
from ui.components.result_panel import result_panel
from ui.components.top_bar import Person
from ui.fonts import screen_fonts
from ui.numbers import aligned, as_typed, number, share, with_uncertainty

THIN = "\u202f"


def test_text_of_people_never_becomes_markup() -> None:
    """What a person typed is escaped in text and in attributes, wherever it goes."""
    typed = '<img src=x onerror="1">&'
    assert str(tag("p", typed, title=typed)).count("<img") == 0
    columns, groups = (Column(typed),), (Group(((typed,),), typed),)
    assert "<img" not in data_table(columns, groups, typed)
    assert "<img" not in symbol(typed)


def test_only_addresses_of_this_host_are_linked() -> None:
    """A link to another host, or one that a browser would take for it, is refused."""
    assert 'href="/jobs/1"' in link("a", "/jobs/1")
    for elsewhere in ("https://example.org", "//example.org", "javascript:1", "/\\example.org"):
        with pytest.raises(ValueError, match="stay on this host"):
            link("a", elsewhere)


def test_numbers_follow_the_language() -> None:
    """Vietnamese has the comma, English the point; the groups and the minus are the same."""
    assert number("-10000.025", "vi") == f"−10{THIN}000,025"
    assert number("10000.025", "en", sign=True) == f"+10{THIN}000.025"
    assert with_uncertainty("25", "59", "mg", "vi", sign=True) == "+25\u00a0±\u00a059\u00a0mg"
    assert share(0.527, "vi") == "52,7\u00a0%"


def test_readings_are_shown_as_typed_only_grouped() -> None:
    """Trailing zeros stay; what is not a number is not even grouped."""
    assert as_typed("100.0020", "vi") == "100,0020"
    assert as_typed("1O0000,026", "vi") == "1O0000,026"


def test_a_column_is_filled_with_figure_spaces() -> None:
    """Shorter decimals get blanks of a figure's width, never zeros."""
    assert aligned(["1,5", "10,025", "", "7"], "vi") == ["1,5\u2007\u2007", "10,025", "", "7\u2007\u2007\u2007\u2007"]


def test_the_strip_says_where_the_interval_lies() -> None:
    """Inside, cut by a limit and outside are told apart by place, colour and sentence."""
    assert samples.INSIDE.place() == "inside" and "var(--pri)" in interval_strip(samples.INSIDE, "vi")
    assert samples.CUT.place() == "cut" and "var(--warn-m)" in interval_strip(samples.CUT, "vi")
    assert samples.OUTSIDE.place() == "outside"
    assert alternative(samples.INSIDE, "vi") == "+25\u00a0±\u00a059\u00a0mg trong giới hạn −500…+500\u00a0mg"
    far = interval_strip(Interval("9000", "59", "-500", "500", "mg"), "vi", in_list=True)
    assert 'cx="204"' in far


def test_a_preview_says_that_it_is_one() -> None:
    """A result that looks ahead to its distribution says so where first order and Monte Carlo are compared."""
    ahead = replace(samples.RESULT, preview="Xem trước phân bố")
    assert "Xem trước phân bố" in result_panel(ahead, "vi") and "khớp" not in result_panel(ahead, "vi")


def test_the_result_stands_with_its_unit_and_its_uncertainty() -> None:
    """The panel shows value, U and unit together, k and P beside them, and why it is provisional."""
    shown = result_panel(samples.RESULT, "vi")
    for piece in (f"10{THIN}000,025", "0,062", "\u00a0g", "2,00", "95\u00a0%", "Tạm tính từ 2/3 loạt"):
        assert piece in shown


def test_the_budget_adds_up_as_it_is_printed() -> None:
    """Every row has its share; the last one says U = k·u in figures."""
    shown = budget_table(samples.BUDGET, "vi")
    assert shown.count('class="c-share"') == 5
    assert "2,00 × 31,0\u00a0mg" in shown and "62\u00a0mg" in shown


def test_a_broken_chain_says_where_and_why() -> None:
    """The sentence of a broken chain names the standard and the reason; the drawing too."""
    assert "đứt ở CT-KL-017" in chain_sentence(samples.BROKEN_CHAIN, "vi")
    assert "không có giấy chứng nhận" in chain_line(samples.BROKEN_CHAIN, "vi")
    assert "liền mạch, 4 cấp" in chain_sentence(samples.CHAIN, "vi")


def test_an_axis_has_round_steps() -> None:
    """Steps are 1, 2 or 5 times a power of ten and the range lies inside them."""
    one = axis(-15, 55, 100, 0)
    assert (one.first, one.last, one.step) == (-20, 60, 20)
    assert one.at(-20) == 100 and one.at(60) == 0
    assert axis(3, 3, 0, 10).ticks()


def test_a_pasted_block_is_spread_over_the_grid() -> None:
    """Lines go down, tabs go right, the spreadsheet's last line break is no reading."""
    rows, columns = ["r1", "r2"], ["a", "b"]
    assert spread("1\t2\r\n3\t4\r\n", "r1", "a", rows, columns) == (
        PastedCell("r1", "a", "1"),
        PastedCell("r1", "b", "2"),
        PastedCell("r2", "a", "3"),
        PastedCell("r2", "b", "4"),
    )
    assert spread("1\n2", "r2", "b", rows, columns)[1] == PastedCell("", "", "2")


def test_the_first_sentence_of_a_refusal_stands_out() -> None:
    """A refusal is split after its first sentence, never inside a number."""
    assert split_sentence("32.0 is outside 18.5. Look again.") == ("32.0 is outside 18.5.", "Look again.")


def test_initials_of_vietnamese_names() -> None:
    """The first and the last word of a name give the initials."""
    assert Person("Nguyễn Thị Hằng", "").initials == "NH"
    assert Person("Đỗ", "").initials == "Đ"


def test_every_icon_is_drawn() -> None:
    """Every icon of the closed set is markup, hidden from those who hear the page; another name is refused."""
    assert all("aria-hidden" in icon(name) for name in NAMES)
    with pytest.raises(KeyError):
        icon("no-such-icon")


def test_fonts_are_cut_once(fonts: Path) -> None:
    """The second start finds the fonts that the first has cut, and nothing unfinished lies beside them."""
    ready = screen_fonts(fonts)
    made = {path.name: path.stat().st_mtime_ns for path in ready.iterdir()}
    assert set(made) == {"plex.woff", "plex-italic.woff", "thin.woff", "plex-fill.woff"}
    assert screen_fonts(fonts) == ready
    assert {path.name: path.stat().st_mtime_ns for path in ready.iterdir()} == made
    assert [path.name for path in fonts.iterdir()] == [ready.name]
