"""The panel of an amendment: which document it amends (ISO/IEC 17025:2017, 7.8.8.2)."""

from __future__ import annotations

from certificates.content import Bilingual, CertificateContent
from certificates.edition import Edition
from certificates.sheet import RIGHT, Sheet
from certificates.typesetting import SECOND_INK, Span, fitted, spans_width, style
from uncertainty.wording import wording


def draw_amendment_panel(sheet: Sheet, content: CertificateContent, edition: Edition, left: float) -> None:
    """ "Amendment to calibration certificate No. ..." with the day of issue; that its results stand.

    Args:
        sheet: the first page.
        content: an amendment.
        edition: its languages and words.
        left: where the answer of a panel begins, mm.
    """
    assert content.replaces is not None
    most = RIGHT - left
    title = edition.of_what_is_amended().say("title")
    of = Bilingual(*(wording("amendment.panel_of", one, title=_inside(getattr(title, one))) for one in ("vi", "en")))
    x = sheet.text(left, 75.2, fitted(edition.first(of), style("SemiBold", 8.8), most, least=6, field="replaces"))
    second, italic = edition.second(of), style("Italic", 7.8, SECOND_INK)
    if second and x + 2 + spans_width([Span(second, italic)]) <= RIGHT:
        sheet.text(x + 2, 75.2, second, italic)
    elif second:
        sheet.text(left, 78.6, second, italic)
    number = fitted(content.replaces.number, style("SemiBold", 19), most, least=9, field="replaces.number")
    sheet.text(left, 85.8, number)
    unchanged = edition.say("amendment.panel_unchanged")
    grey = style("Regular", 7.8, SECOND_INK)
    spans = [Span(edition.first(unchanged), grey)]
    if edition.second(unchanged):
        spans.append(Span(f"  {edition.second(unchanged)}", style("Italic", 7.2, SECOND_INK)))
    sheet.text(left, 90.8, spans if spans_width(spans) <= most else spans[:1])


def _inside(title: str) -> str:
    """A title inside a sentence."""
    return title[:1].lower() + title[1:]
