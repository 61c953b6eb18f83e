"""The framed box in place of a handwritten signature: signed digitally, by whom, with whose seal, when."""

from __future__ import annotations

import datetime as dt

from certificates.content import Bilingual, CertificateContent
from certificates.edition import Edition
from certificates.naming import too_wide
from certificates.sheet import RIGHT, Sheet
from certificates.typesetting import MM, SECOND_INK, Span, fitted, spans_width, style, wrap_text

LEFT, TOP, HEIGHT = 128.0, 219.8, 22.8
INSIDE = 2.6
VALUES = 25.2  # from the left edge of the box
ROW, CLOSE = 4.4, 2.9


def draw_signature_box(sheet: Sheet, content: CertificateContent, edition: Edition) -> None:
    """Say that the file is signed. The signatures themselves are invisible fields: this is drawn content."""
    wide = RIGHT - LEFT
    sheet.box(LEFT, TOP, wide, HEIGHT, stroke=content.body.accent, weight=0.7)
    words = "signature" if content.issue is None else "signed_digitally"
    head = edition.say(f"{words}_test" if content.signature_mode == "test" else words)
    spans = [Span(edition.first(head), style("SemiBold", 8.8, content.body.accent))]
    if edition.second(head):
        room = wide - 2 * INSIDE - spans_width(spans)
        spans += fitted(f"  {edition.second(head)}", style("Italic", 7.4, SECOND_INK), room, least=4, field="state")
    sheet.text(LEFT + INSIDE, TOP + 4.6, spans)
    y = TOP + 4.6
    for key, value, field in (
        ("signed_by", content.people.signatory.name, "people.signatory.name"),
        ("sealed_by", edition.first(content.body.name), "body.name"),
        ("signed_at", _time(content, edition), "issue.approved_at"),
    ):
        y = _row(sheet, y + ROW, edition.say(key), value, field, edition)


def _row(sheet: Sheet, y: float, label: Bilingual, value: str, field: str, edition: Edition) -> float:
    """A label and its value, a long one on two closer lines; returns its last baseline."""
    named = [Span(edition.first(label), style("Regular", 7.4, SECOND_INK))]
    if edition.second(label):
        named.append(Span(f" {edition.second(label)}", style("Italic", 6.4, SECOND_INK)))
    sheet.text(LEFT + INSIDE, y, named)
    room = RIGHT - LEFT - VALUES - INSIDE
    sizes = (
        ((7.8, 1), (7.2, 1), (7.0, 2), (5.8, 2)) if field == "body.name" else ((7.8, 1), (6.8, 1), (5.6, 1), (4.6, 1))
    )
    for size, most_lines in sizes:  # the one name that stands nowhere else on the page in full may take two lines
        lines = wrap_text(value, style("Medium", size), room)
        if len(lines) <= most_lines:
            sheet.lines(LEFT + VALUES, y, lines, CLOSE * MM)
            return y + (len(lines) - 1) * CLOSE
    raise too_wide(field, value)


def _time(content: CertificateContent, edition: Edition) -> str:
    """When it was authorised, with the zone: "20/11/2026 16:42:05 (+07:00)"."""
    if content.issue is None:
        return edition.first(edition.say("signed_when_issued"))
    when = dt.datetime.fromisoformat(content.issue.approved_at)
    zone = when.strftime("%z")
    return f"{edition.date(when.date())} {when:%H:%M:%S} ({zone[:3]}:{zone[3:5]})"
