"""Generated names and remarks: each comes back from the file letter for letter, or is refused; no glyph is missing."""

import dataclasses
import io
import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.agreement import text_of_pages
from certificates.content import Bilingual, CertificateContent, CustomerFields
from certificates.fonts import refuse_unprintable
from certificates.pdf import render
from tests.certificates.examples import weight
from uncertainty.errors import Invalid

LONG = os.environ.get("CHUAN_LONG") == "many-texts"
BATCH = 25
DOCUMENTS = 4_000 if LONG else 20
BASE = weight()
VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
LETTERS = st.sampled_from(VIETNAMESE + VIETNAMESE.upper() + " &<>'\"().,;:/-–·±×µΩ°₁²³⁻%0123456789")
COMPOSED = st.text(LETTERS, min_size=1, max_size=60)
DECOMPOSED = COMPOSED.map(lambda text: unicodedata.normalize("NFD", text))
ANYTHING = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=8)
TEXTS = st.one_of(COMPOSED, COMPOSED, DECOMPOSED, ANYTHING)
COUNTED = Counter[str]()


def content_of(texts: list[str]) -> CertificateContent:
    """The weight with the first text as the customer's name and the others as remarks."""
    name, *remarks = texts
    return dataclasses.replace(
        BASE,
        customer=CustomerFields(name, BASE.customer.address),
        statements=tuple(Bilingual(one, one) for one in remarks),
    )


def refusal(text: str) -> Invalid | None:
    """Why a text is refused, None where it is not."""
    try:
        refuse_unprintable(unicodedata.normalize("NFC", text), "customer.name")
    except Invalid as refused:
        return refused
    return None


def flat(text: str) -> str:
    """A text composed and without blanks of any kind."""
    return "".join(unicodedata.normalize("NFC", text).split())


@pytest.mark.long_form("many-texts")
@settings(max_examples=DOCUMENTS, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(TEXTS, min_size=BATCH, max_size=BATCH))
def test_every_text_is_printed_as_typed_or_refused(font_cache: Path, texts: list[str]) -> None:
    """Names and remarks come back letter for letter, decomposed ones composed, or are refused with their character."""
    kept = []
    for text in texts:
        refused = refusal(text)
        if refused is None and flat(text):
            kept.append(text)
        elif refused is not None:
            assert str(refused.values["code"]).startswith("U+")
            with pytest.raises(Invalid):
                render(content_of([text]), fonts=font_cache)
    COUNTED.update(printed=len(kept), refused=len(texts) - len(kept))
    if kept:
        file = render(content_of(kept), fonts=font_cache)
        printed = flat(text_of_pages(file))
        assert [text for text in kept if flat(text) not in printed] == []
        assert missing_glyphs(file) == []


@pytest.mark.long_form("many-texts")
def test_the_texts_were_many(font_cache: Path, figure: Callable[[str], None]) -> None:
    """At least five hundred generated texts were printed or refused, most of them printed."""
    if not COUNTED:
        test_every_text_is_printed_as_typed_or_refused(font_cache)
    assert COUNTED.total() >= 500
    assert COUNTED["printed"] > COUNTED.total() / 2
    figure(f"{COUNTED.total()} texts: {dict(COUNTED)}, 0 other than typed, 0 missing glyphs")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("株式会社 計測", "CJK"),
        ("한국표준과학연구원", "Hangul"),
        ("Cân 😀", "emoji"),
        ("שלום", "right to left"),
        ("مركز القياس", "right to left"),
        ("abc\u202egnp", "override"),
        ("a\u0301\u0323\u0302\u0342", "stacked marks"),
        ("x\u20dd", "enclosing mark"),
        ("zero\u200bwidth", "zero width"),
        ("\ufffd", "replacement"),
        ("\ue000", "private use"),
    ],
)
def test_what_no_face_can_draw_is_refused(font_cache: Path, text: str, why: str) -> None:
    """Scripts, pictures and marks that the faces lack, and signs that turn the direction, are refused by character."""
    for content in (content_of([text]), content_of(["Khách hàng", text])):
        with pytest.raises(Invalid) as refused:
            render(content, fonts=font_cache)
        assert refused.value.key == "certificate.character_not_printable", why
        assert refused.value.text("vi") and refused.value.values["code"]


def test_every_vietnamese_letter_typed_decomposed_is_drawn_composed(font_cache: Path) -> None:
    """All letters of Vietnamese, as a keyboard may send them apart from their marks, are drawn as one glyph each."""
    every = VIETNAMESE + VIETNAMESE.upper()
    file = render(content_of([unicodedata.normalize("NFD", every[:67]), unicodedata.normalize("NFD", every)]))
    printed = flat(text_of_pages(file))
    assert flat(every) in printed
    assert missing_glyphs(file) == []


def missing_glyphs(file: bytes) -> list[str]:
    """The codes drawn in a file for which the face in use has no glyph."""
    missing = []
    with pikepdf.open(io.BytesIO(file)) as document:
        for page in document.pages:
            faces = {str(key): _codes_with_glyph(font) for key, font in page.resources.Font.items()}
            for name, codes in _drawn(page):
                missing += [f"{name} {code}" for code in codes if code not in faces[name]]
    return missing


def _codes_with_glyph(font: Any) -> set[int]:
    """The codes of an embedded face that lead to a glyph of its own."""
    face = TTFont(io.BytesIO(font.FontDescriptor.FontFile2.read_bytes()))
    names: dict[int, str] = {}
    for table in face["cmap"].tables:
        names |= table.cmap
    return {code & 0xFF for code, name in names.items() if face.getGlyphID(name) != 0}


def _drawn(page: Any) -> Iterator[tuple[str, bytes]]:
    """The codes that a page draws, with the face in use."""
    name = ""
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "Tf":
                name = str(operands[0])
            case "Tj" | "'":
                yield name, bytes(operands[-1])
            case "TJ":
                for part in operands[0]:
                    if isinstance(part, pikepdf.String):
                        yield name, bytes(part)
