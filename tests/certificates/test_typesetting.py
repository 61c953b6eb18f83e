"""Lines are broken where they may be, and never become wider than their column."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.typesetting import MM, marked, plain, shape, shortened, style, width, wrap, wrap_text

pytestmark = pytest.mark.usefixtures("font_cache")
WORDS = st.text(alphabet="abcđếữQM 1,()%²·–", max_size=120)


def test_the_thin_gap_is_drawn_as_a_blank_pulled_together(font_cache: Path) -> None:
    """U+00A0 is 190 thousandths wide and is read back as an ordinary blank."""
    found = shape("1\u00a0000", style("Regular", 9).face)
    assert found.advance == 4 * 560 + 190
    assert "".join(piece for piece, _correction in found.pieces) == "1 000"


@given(WORDS, st.floats(8, 90))
def test_no_line_is_wider_than_its_column(text: str, most: float) -> None:
    """Whatever the words, each line fits, and together they say the same."""
    lines = wrap_text(text, style("Regular", 8.1), most)
    assert all(line.width <= most + 1e-6 for line in lines)
    said = "".join("".join(span.text for span in line.spans) for line in lines)
    assert said.replace(" ", "").replace("\ue001", "") == text.replace(" ", "")


def test_one_long_word_is_broken_quickly() -> None:
    """A word of four thousand letters is broken into lines that fit, in well under a second."""
    begun = time.perf_counter()
    lines = wrap_text("W" * 4_000, style("Regular", 8.1), 80)
    assert time.perf_counter() - begun < 1
    assert all(line.width <= 80 for line in lines)
    assert sum(len(span.text) for line in lines for span in line.spans) == 4_000


@pytest.mark.parametrize("kept", ["8 000 kg/m³", "20 °C", "59 mg.", "95 %"])
def test_a_number_keeps_its_unit(kept: str) -> None:
    """A line does not end between a number and its unit or inside a group of digits."""
    of = style("Regular", 8.1)
    text = f"một hai ba bốn năm sáu {kept} bảy tám chín"
    for most in range(46, 90):
        lines = ["".join(span.text for span in line.spans) for line in wrap_text(text, of, most)]
        assert any(kept in line.replace("\ue001", " ") for line in lines), most


def test_only_our_own_asterisks_mark_symbols() -> None:
    """*U* is italic in a sentence of ours; a text from people is one upright run with its asterisks."""
    upright, italic = style("Regular", 8), style("Italic", 8)
    assert [span.style for span in marked("có *U* và", upright, italic)] == [upright, italic, upright]
    assert plain("a *b* c", upright)[0].text == "a *b* c"


def test_wrapping_keeps_a_symbol_with_its_comma() -> None:
    """A word of two styles is not torn."""
    upright, italic = style("Regular", 8), style("Italic", 8)
    lines = wrap(marked("hệ số *k*, xác suất", upright, italic), width("hệ số k,", upright) + 0.3)
    assert "".join(span.text for span in lines[0].spans) == "hệ số k,"


def test_a_shortened_text_ends_in_an_ellipsis() -> None:
    """A repetition without room is cut with an ellipsis and fits."""
    of = style("Regular", 8)
    text = shortened("Trung tâm Đo lường miền Bắc", of, 20)
    assert text.endswith("…")
    assert width(text, of) <= 20
    assert MM > 2


@pytest.mark.usefixtures("font_cache")
def test_a_long_code_is_broken_after_a_hyphen() -> None:
    """A code wider than its column breaks where it is read in parts, and loses no sign."""
    code = "resistance-standard-resistor-substitution"
    lines = wrap_text(code, style("Regular", 8.8), 50)
    texts = ["".join(span.text for span in line.spans) for line in lines]
    assert "".join(texts) == code
    assert len(texts) == 2
    assert texts[0].endswith("-")
