"""Two spellings of one thing are recognised as one, and two things are not confused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.spelling import compared, folded, identity_of

LETTERS = st.text(st.characters(categories=("L", "N", "P", "Zs", "Mn", "S")), max_size=30)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cân điện tử", "can dien tu"),
        ("ĐỒNG HỒ ĐO NƯỚC", "dong ho do nuoc"),
        ("  Quả   cân\u00a0chuẩn ", "qua can chuan"),
        ("Thước cặp", "thuoc cap"),
        ("Häfner Straße", "hafner strasse"),
        ("CT-KL-017", "ct-kl-017"),
    ],
)
def test_a_folded_text_has_no_diacritics(text: str, expected: str) -> None:
    """Vietnamese letters fold to their base letters, đ included."""
    assert folded(text) == expected


@given(LETTERS)
def test_folding_is_the_same_for_every_normal_form_and_done_once(text: str) -> None:
    """A text folds alike in every normal form, and folding a folded text changes nothing."""
    once = folded(text)
    assert folded(once) == once
    assert folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text)) == once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Mettler Toledo", "XPE 205", "B-123 456"), ("METTLER-TOLEDO", "xpe205", "b123456")),
        (("Häfner", "", "7"), ("Ha\u0308fner", " ", "7")),
        (("Công ty Đo", "Đ1", "01"), ("CÔNG TY ĐO", "đ1", "01")),
    ],
)
def test_two_spellings_of_a_plate_are_one_identity(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    """Case, spaces, punctuation and normal form do not make another instrument."""
    assert identity_of(*one) == identity_of(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("A", "B", "01"), ("A", "B", "1")),
        (("AB", "C", "1"), ("A", "BC", "1")),
        (("Hafner", "", "7"), ("Häfner", "", "7")),
        (("Đo", "", "7"), ("Do", "", "7")),
    ],
)
def test_two_plates_are_two_identities(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    """Leading zeros, the border between maker and type, and diacritics tell instruments apart."""
    assert identity_of(*one) != identity_of(*other)


@pytest.mark.parametrize("serial", ["", "  ", "-", "—", "..."])
def test_without_a_serial_number_there_is_no_identity(serial: str) -> None:
    """A dash in the place of a serial number is none."""
    assert identity_of("A", "B", serial) is None


@given(LETTERS)
def test_comparing_is_the_same_for_every_normal_form(text: str) -> None:
    """A plate copied in another normal form is the same plate."""
    assert compared(unicodedata.normalize("NFD", text)) == compared(unicodedata.normalize("NFC", text))
