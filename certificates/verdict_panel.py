"""The panel of a verification certificate: the instrument, passed or failed, and the last valid day."""

from __future__ import annotations

from certificates.content import CertificateContent
from certificates.edition import Edition
from certificates.sheet import RIGHT, Sheet
from certificates.typesetting import HAIRLINE, INK, SECOND_INK, Span, fitted, style, width

TOP, BOTTOM = 70.0, 93.4
DIVIDER, SECOND_DIVIDER = 72.0, 130.0
VERDICT, VALIDITY = 77.0, 135.0
SIGN = 4.2  # radius of the sign, mm


def draw_verdict_panel(sheet: Sheet, content: CertificateContent, edition: Edition) -> None:
    """The verdict with its sign, and how long it is valid; the instrument stands at the left already."""
    for x in (DIVIDER, SECOND_DIVIDER):
        sheet.line(x, TOP + 3, x, BOTTOM - 3, 0.5, HAIRLINE)
    verdict = content.conformity.verdict if content.conformity else ""
    _verdict(sheet, verdict, edition)
    _validity(sheet, content, edition)


def _verdict(sheet: Sheet, verdict: str, edition: Edition) -> None:
    """ "ĐẠT" beside a black disc with a white tick; what failed, beside a crossed box."""
    if not verdict:
        return
    middle_x, middle_y = VERDICT + SIGN, 79.4
    if verdict == "pass":
        sheet.circle(middle_x, middle_y, SIGN, fill=INK)
        for x1, y1, x2, y2 in ((-2.0, 0.1, -0.6, 1.6), (-0.6, 1.6, 2.2, -1.7)):
            sheet.line(middle_x + x1, middle_y + y1, middle_x + x2, middle_y + y2, 2.2, "#FFFFFF")
    elif verdict == "fail":
        left, top = middle_x - SIGN + 0.4, middle_y - SIGN + 0.4
        size = 2 * SIGN - 0.8
        sheet.box(left, top, size, size, stroke=INK, weight=1.4)
        sheet.line(left + 1, top + 1, left + size - 1, top + size - 1, 1.4)
        sheet.line(left + 1, top + size - 1, left + size - 1, top + 1, 1.4)
    else:
        sheet.circle(middle_x, middle_y, SIGN - 0.4, stroke=INK, weight=1.4)
    x = VERDICT + 2 * SIGN + 2.6
    words = edition.first(edition.say(f"verdict_{verdict}")).upper()
    sheet.text(x, 82.4, fitted(words, style("Bold", 24), SECOND_DIVIDER - 3 - x, least=11, field="conformity.verdict"))
    said = edition.say("documents.panel_requirements")
    sheet.text(VERDICT, 88.2, edition.first(said), style("SemiBold", 8))
    english = edition.second(edition.say(f"verdict_{verdict}"))
    if edition.second(said):
        sheet.text(VERDICT, 91.2, f"{english} · {edition.second(said)}", style("Italic", 7.2, SECOND_INK))


def _validity(sheet: Sheet, content: CertificateContent, edition: Edition) -> None:
    """The last valid day and the period; after a failure, what may not be done."""
    stated = content.verification
    if stated is None:
        return
    most = RIGHT - VALIDITY
    passed = content.conformity is not None and content.conformity.verdict == "pass"
    unending = passed and stated.valid_until is None
    key = "legal.no_period" if unending else "documents.valid_through" if passed else "documents.not_valid"
    label = edition.say(key)
    x = sheet.text(VALIDITY, 75.2, edition.first(label), style("SemiBold", 8.4))
    italic = style("Italic", 7.4, SECOND_INK)
    if edition.second(label):
        sheet.text(x + 2, 75.2, edition.second(label), italic)
    if stated.valid_until is None:
        sheet.text(VALIDITY, 84.2, "–", style("SemiBold", 22))
        said = edition.say("legal.no_period_text" if unending else "documents.not_valid_text")
        of = style("Regular", 7.8)
        sheet.text(VALIDITY, 88.2, fitted(edition.first(said), of, most, least=5.4, field="verification"))
        if edition.second(said):
            sheet.text(VALIDITY, 91.2, fitted(edition.second(said), italic, most, least=5.4, field="verification"))
        return
    sheet.text(VALIDITY, 84.2, edition.date(stated.valid_until), style("SemiBold", 22))
    period = edition.say("documents.period_months")
    months = edition.say("documents.months", count=stated.period_months)
    spans = [
        Span(f"{edition.first(period)} ", style("Regular", 8, SECOND_INK)),
        Span(edition.first(months), style("SemiBold", 8.4)),
    ]
    if edition.second(months):
        english = f"  {period.en.lower()} {months.en}"
        if sum(width(each.text, each.style) for each in spans) + width(english, italic) <= most:
            spans.append(Span(english, italic))
    sheet.text(VALIDITY, 90.4, spans)
