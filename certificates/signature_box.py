"""The framed box in place of a handwritten signature: signed digitally, by whom, with whose seal, when."""

from __future__ import annotations

import datetime as dt

from certificates.content import CertificateContent
from certificates.edition import Edition
from certificates.sheet import RIGHT, Sheet
from certificates.typesetting import SECOND_INK, Span, fitted, spans_width, style

LEFT, TOP, HEIGHT = 130.0, 220.2, 21.6
INSIDE = 2.6
VALUES = 25.2  # from the left edge of the box
ROW = 5.0


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
    rows = (
        ("signed_by", content.people.signatory.name, "people.signatory.name"),
        ("sealed_by", edition.first(content.body.name), "body.name"),
        ("signed_at", _time(content, edition), "issue.approved_at"),
    )
    for place, (key, value, field) in enumerate(rows, start=1):
        y = TOP + 4.6 + place * ROW
        label = edition.say(key)
        named = [Span(edition.first(label), style("Regular", 7.4, SECOND_INK))]
        if edition.second(label):
            named.append(Span(f" {edition.second(label)}", style("Italic", 6.4, SECOND_INK)))
        sheet.text(LEFT + INSIDE, y, named)
        start = max(VALUES, INSIDE + spans_width(named) + 1.5)
        room = wide - start - INSIDE
        sheet.text(LEFT + start, y, fitted(value, style("Medium", 7.8), room, least=4.2, field=field))


def _time(content: CertificateContent, edition: Edition) -> str:
    """When it was authorised, with the zone: "20/11/2026 16:42:05 (+07:00)"."""
    if content.issue is None:
        return edition.first(edition.say("signed_when_issued"))
    when = dt.datetime.fromisoformat(content.issue.approved_at)
    zone = when.strftime("%z")
    return f"{edition.date(when.date())} {when:%H:%M:%S} ({zone[:3]}:{zone[3:5]})"
