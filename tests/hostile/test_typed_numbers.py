"""A number is accepted only in the written grammar (promise H4, the numbers)."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uncertainty.errors import InvalidNumber, InvalidText
from uncertainty.typed import SPACES, clean_text, read_number

REFUSED = {
    "": "missing", "1_000": "underscore", "１２": "another script", "٣": "another script", "१२": "another script",
    "nan": "finite", "NaN": "finite", "inf": "finite", "-Infinity": "finite", "1e400": "out of range",
    "1e-999": "out of range",
    "1,234.5": "more than one", "1.234,5": "more than one", "1,234,567": "more than one", "1..2": "more than one",
    "=1+2": "formula", "+5": "plus", ".5": "beside the decimal mark", "5,": "beside the decimal mark",
    "1 23": "three digits", "1234 567": "three digits", "1  234": "three digits", "12 34,5": "three digits",
    "0x10": "not a number",
    "1/2": "not a number", "--5": "not a number", "5-": "not a number", "1e": "not a number", "e5": "not a number",
    "5 mm": "not a number", "1\u200b2": "not a number", "\u202e12": "not a number", "1\n2": "not a number",
    "1'000": "not a number",
    "1\x00": "not a number", "²": "another script", "½": "not a number", "1" * 65: "too long",
    "x" * 10_000: "too long",
}  # fmt: skip
ACCEPTED = {
    "100.0020": "100.0020", "100,0020": "100.0020", "1,234": "1.234", "1.234": "1.234", "-5": "-5", "\u22125": "-5",
    "10 000,025": "10000.025", "10\u00a0000,025": "10000.025", "10\u202f000.025": "10000.025", "0,025 4": "0.0254",
    "1 234 567": "1234567", "1,5e-6": "1.5e-6", "1.5E\u22126": "1.5e-6", "1e+3": "1e3", "  12,50\t": "12.50",
    "007": "7",
    "0": "0", "-0,0": "-0.0", "\u22120,000 1": "-0.0001", "12345,67890": "12345.67890",
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), REFUSED.items(), ids=[repr(text[:20]) for text in REFUSED])
def test_what_is_not_in_the_grammar_is_refused_with_the_remedy(text, words):
    """Foreign digits, underscores, NaN, formulas, mixed marks and wrong groups are refused, each by name."""
    with pytest.raises(InvalidNumber) as refusal:
        read_number(text)
    assert words in refusal.value.text("en")
    assert len(refusal.value.text("vi")) < 300


@pytest.mark.parametrize(("text", "canonical"), ACCEPTED.items(), ids=[repr(text) for text in ACCEPTED])
def test_what_people_type_is_read_exactly(text, canonical):
    """Comma and point, spaces between groups and the real minus are understood; every digit is kept."""
    number = read_number(text)
    assert number.canonical == canonical
    assert number.number == Decimal(canonical)
    assert number.text == text.strip()


def test_comma_and_point_are_the_same_mark():
    """`1,234` and `1.234` are both 1.234."""
    assert read_number("1,234").number == read_number("1.234").number == Decimal("1.234")


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="0123456789.,eE+-\u2212_ \u00a0\u202f١２²xX=\x00\u202e", max_size=24))
def test_whatever_is_accepted_is_a_plain_number(text):
    """An accepted text has a canonical form that is read back as the same number, and nothing else is raised."""
    try:
        number = read_number(text)
    except InvalidNumber:
        return
    assert set(number.canonical) <= set("0123456789.-e")
    assert read_number(number.canonical).number == number.number
    assert sum(character.isdigit() for character in number.canonical) <= sum(c.isdigit() for c in text)


@settings(max_examples=300, deadline=None)
@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9),
    st.sampled_from(SPACES),
)
def test_grouped_numbers_are_read_back(number, space):
    """A number written with groups, decimal comma and real minus is read back digit for digit."""
    whole, decimals = f"{number:f}".lstrip("-").split(".")
    groups = f"{int(whole):,}".replace(",", space)
    typed = ("\u2212" if number.is_signed() else "") + groups + "," + decimals
    assert read_number(typed).number == number


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\u202eb", "a\u200bb", "a\ufeffb", "a\u2028b", "a\x1b[0m", "a\U000e0041", "x" * 201]
)
def test_invisible_and_directional_characters_are_refused_in_texts(text):
    """A text with control, bidirectional or zero-width characters, or too long, names its field and is refused."""
    with pytest.raises(InvalidText, match="customer"):
        clean_text(text, field="customer")


def test_texts_are_brought_to_one_form():
    """Decomposed Vietnamese letters become composed ones; markup stays as it was typed."""
    assert clean_text(" Tru\u031bo\u031b\u0300ng <b>&", field="name") == "Trường <b>&"
    assert clean_text("a\r\nb", field="note", lines=True) == "a\nb"
