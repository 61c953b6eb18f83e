"""The handwritten signatures and the notes at the foot of page one."""

from __future__ import annotations

import datetime as dt

from certificates.content import HANDWRITTEN, Bilingual, CertificateContent
from certificates.edition import Edition
from certificates.naming import too_wide
from certificates.sheet import LEFT, RIGHT, Sheet
from certificates.signature_box import draw_signature_box
from certificates.typesetting import HAIRLINE, MM, SECOND_INK, fitted, plain, style, wrap, wrap_text

TOP = 206.5
NAMES = 246.6
DOTTED = 241.4
COLUMNS = ((29.0, 46.0), (77.0, 46.0), (128.0, 66.0))
SEAL_RADIUS = 15.5
NOTES_TOP, NOTES_BOTTOM = 254.0, 275.6
NOTE_WIDTH, NOTE_SECOND = 82.5, 111.5


def draw_signatures(sheet: Sheet, content: CertificateContent, edition: Edition) -> None:
    """Three columns: performed by, checked by, approved signatory with the place of the seal."""
    sheet.rule(LEFT, RIGHT, TOP, 0.35, HAIRLINE)
    middles = [x + wide / 2 for x, wide in COLUMNS]
    day = content.issue.issued_on if content.issue else None
    place = fitted(
        _place_and_date(content.body.city, day, edition), style("Regular", 8.8), 66, least=6, field="body.city"
    )
    sheet.text(middles[2], TOP + 3.9, place, align="centre")
    digital = content.signature_mode != HANDWRITTEN
    roles = (("performed_by", content.people.performed_by), ("reviewed_by", content.people.reviewed_by))
    for (key, name), middle in zip(roles, middles, strict=False):
        _role(sheet, middle, TOP + 8.4, edition.say(f"sign_{key}"), edition)
        if digital:
            _in_the_record(sheet, middle, edition)
        else:
            sheet.rule(middle - 17, middle + 17, DOTTED, 0.6, SECOND_INK, dots=(0.6, 1.4))
        y = _name(sheet, middle, name, 46, f"people.{key}")
        if key == "performed_by" and content.people.officer_card:
            _card(sheet, middle, y, content.people.officer_card, edition)
    signatory, middle = content.people.signatory, middles[2]
    role = edition.say("sign_signatory")
    sheet.text(middle, TOP + 8.4, edition.first(role).upper(), style("SemiBold", 8.8), "centre")
    if edition.second(role):
        sheet.text(middle, TOP + 11.8, edition.second(role), style("Italic", 7.4, SECOND_INK), "centre")
    if digital:
        draw_signature_box(sheet, content, edition)
    else:
        _seal(sheet, edition)
        sheet.rule(middle - 14, middle + 29, DOTTED, 0.6, SECOND_INK, dots=(0.6, 1.4))
    y = _name(sheet, middle, signatory.name, 66, "people.signatory.name")
    title = " · ".join(
        each for each in (edition.first(signatory.title), edition.second(signatory.title)) if each.strip()
    )
    if title:
        shown = fitted(title, style("Italic", 7.4, SECOND_INK), 66, least=4.6, field="people.signatory.title")
        sheet.text(middle, y, shown, align="centre")


def _card(sheet: Sheet, middle: float, y: float, number: str, edition: Edition) -> None:
    """The number of the verification officer's card, below the name."""
    label = edition.say("legal.label_officer_card")
    names = [edition.first(label), *([edition.second(label)] if edition.second(label) else [])]
    small = style("Regular", 7.2, SECOND_INK)
    shown = fitted(f"{' · '.join(names)} {number}", small, 46, least=4.6, field="people.officer_card")
    sheet.text(middle, y, shown, align="centre")


def _in_the_record(sheet: Sheet, middle: float, edition: Edition) -> None:
    """What stands in place of a signature by hand, where the act itself is in the record."""
    said = edition.say("signed_in_record")
    sheet.text(middle, NAMES - 7.6, edition.first(said), style("Regular", 7.4, SECOND_INK), "centre")
    if edition.second(said):
        sheet.text(middle, NAMES - 4.8, edition.second(said), style("Italic", 6.7, SECOND_INK), "centre")


def _name(sheet: Sheet, middle: float, name: str, most: float, field: str) -> float:
    """A name on one line, a long one smaller on two; returns the baseline below it."""
    for size, most_lines in ((8.8, 1), (8.0, 1), (7.8, 2), (6.6, 2)):
        lines = wrap_text(name, style("SemiBold", size), most)
        if len(lines) <= most_lines:
            break
    else:
        raise too_wide(field, name)
    return sheet.lines(middle, NAMES if len(lines) <= 1 else NAMES - 0.8, lines, 3.2 * MM, "centre") + 0.4


def _place_and_date(city: Bilingual, day: dt.date | None, edition: Edition) -> str:
    """ "Hà Nội, ngày 20 tháng 11 năm 2026"; blanks to fill in where there is no date yet."""
    if day is None:
        return edition.first(edition.say("place_without_date", place=edition.first(city)))
    month = edition.say(f"month_{day.month}")
    said = edition.say(
        "place_and_date",
        place=edition.first(city),
        day=f"{day.day:02d}",
        month=edition.first(month),
        year=f"{day.year:04d}",
    )
    return edition.first(said)


def _role(sheet: Sheet, middle: float, y: float, role: Bilingual, edition: Edition) -> None:
    """What the person did, in two languages."""
    sheet.text(middle, y, edition.first(role), style("SemiBold", 8.8), "centre")
    if edition.second(role):
        sheet.text(middle, y + 3.4, edition.second(role), style("Italic", 7.4, SECOND_INK), "centre")


def _seal(sheet: Sheet, edition: Edition) -> None:
    """A dotted circle as a guide for the seal, over the left third of the signature."""
    x, y = 141.0, 232.9
    sheet.circle(x, y, SEAL_RADIUS, stroke=HAIRLINE, weight=0.5, dots=(0.6, 1.6))
    seal = edition.say("seal")
    sheet.text(x, y, edition.first(seal), style("Regular", 6.6, HAIRLINE), "centre")
    if edition.second(seal):
        sheet.text(x, y + 2.8, edition.second(seal), style("Italic", 6.2, HAIRLINE), "centre")


def draw_notes(sheet: Sheet, content: CertificateContent, edition: Edition) -> None:
    """The notes of page one in two columns."""
    sheet.rule(LEFT, RIGHT, NOTES_TOP, 0.35, HAIRLINE)
    keys = ["note_item", "note_copy", "note_decimal" if edition.bilingual else "note_decimal_point"]
    if content.item.customer_supplied:
        keys.append("note_customer")
    keys.append("note_qr")
    notes = [edition.say(key) for key in keys]
    first, second = style("Regular", 6.5), style("Italic", 6.4, SECOND_INK)
    most = NOTE_WIDTH if edition.bilingual else RIGHT - LEFT
    lines = wrap(plain(" ".join(edition.first(note) for note in notes), first), most)
    sheet.lines(LEFT, NOTES_TOP + 3.2, lines, 8.5)
    if edition.bilingual:
        lines = wrap(plain(" ".join(note.en for note in notes), second), NOTE_WIDTH)
        sheet.lines(NOTE_SECOND, NOTES_TOP + 3.2, lines, 8.5)
