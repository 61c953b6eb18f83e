"""What is printed is what was typed, or it is refused before printing."""

import dataclasses
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.content import Bilingual, CertificateContent, CustomerFields
from certificates.pdf import render
from tests.certificates.examples import weight
from tests.certificates.reading import one_spaced, raw_text_of, words_of
from uncertainty.errors import Invalid

pytestmark = pytest.mark.usefixtures("poppler")
LONG = bool(os.environ.get("CHUAN_LONG"))
BASE = weight()
LETTERS = st.characters(blacklist_categories=("Cs",))
LIKELY = st.sampled_from("<>&;/\\\"'*$(){}[]%#−–±ΩµĐđẤắữỵ ₁²³⁻⁶·†°ABCxyz019")
NAMES = st.text(LIKELY, min_size=1, max_size=60) | st.text(LETTERS, min_size=1, max_size=12)


def _with(name: str, place: str = "customer") -> CertificateContent:
    """The weight with that text as a name."""
    if place == "customer":
        return dataclasses.replace(BASE, customer=CustomerFields(name, BASE.customer.address))
    return dataclasses.replace(BASE, item=dataclasses.replace(BASE.item, condition=Bilingual(name, name)))


def _printed(content: CertificateContent, fonts: Path) -> str:
    """The text of page one in drawing order, without blanks."""
    return raw_text_of(render(content, fonts=fonts)).replace(" ", "")


@pytest.mark.long_form("texts")
@settings(max_examples=20_000 if LONG else 150)
@given(name=NAMES, place=st.sampled_from(["customer", "condition"]))
def test_text_is_printed_as_typed_or_refused(font_cache: Path, name: str, place: str) -> None:
    """Any text as a name comes back from the file letter for letter, or is refused by the name of its field."""
    typed = one_spaced(unicodedata.normalize("NFC", name)).replace(" ", "")
    try:
        printed = _printed(_with(name, place), font_cache)
    except Invalid as refused:
        said = refused.text("vi"), refused.text("en")
    else:
        said = ("", "")
        assert typed in printed
    assert bool(said[0]) == bool(said[1])


@pytest.mark.parametrize(
    "name",
    [
        "Acme <b>Bold</b> & Sons <Ltd>",
        '<img src="http://127.0.0.1:9/x.png"/>',
        "<img src='/etc/passwd'/>",
        "<para><font color='[1,0,0]'>x</font></para>",
        "a *b* _c_ `d` $number ${p} {0} %s",
        "&amp; &lt; &#65;",
        "back\\slash (paren) [bracket]",
        "(unbalanced ((((",
        "10⁻³ Ω · 5 µm − 3 °C",
    ],
)
def test_markup_prints_as_typed(font_cache: Path, name: str) -> None:
    """Markup, templates and escapes in a name are letters like any others."""
    assert name.replace(" ", "") in _printed(_with(name), font_cache)
    assert name.replace(" ", "") in _printed(_with(name, "condition"), font_cache)


def test_an_asterisk_inside_a_marked_sentence_stays(font_cache: Path) -> None:
    """An asterisk in the name of other equipment, or in the source of a rule, is printed."""
    assert BASE.conformity
    content = dataclasses.replace(
        BASE,
        other_equipment=(Bilingual("máy *A* 1*2", "device *A* 1*2"),),
        conformity=dataclasses.replace(BASE.conformity, source=Bilingual("mục *5*", "clause *5*")),
    )
    printed = _printed(content, font_cache)
    for text in ("máy*A*1*2", "device*A*1*2", "mục*5*", "clause*5*"):
        assert text in printed


@pytest.mark.parametrize("length", [300, 1_000, 4_000, 200_000])
def test_a_long_word_neither_hangs_nor_overflows(font_cache: Path, length: int) -> None:
    """One word of any length is wrapped inside its column or refused by the name of its field."""
    try:
        file = render(_with("W" * length), fonts=font_cache)
    except Invalid as refused:
        said = refused.text("vi").lower()
    else:
        said = "khách hàng"
        assert all(word.left > 23.4 and word.right < 194.3 for word in words_of(file))
        assert raw_text_of(file).replace(" ", "").count("W") >= length
    assert "khách hàng" in said
