"""The head of page one: letterhead, national header, true scale, title, number, date, marks and QR code."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

from certificates.content import CertificateContent, IssueFields, IssuingBody, Mark
from certificates.edition import Edition
from certificates.naming import too_wide
from certificates.qr import qr_path
from certificates.sheet import LEFT, RIGHT, TEXT_WIDTH, Sheet, points
from certificates.typesetting import HAIRLINE, MM, SECOND_INK, fitted, shortened, style, width, wrap_text

QR_SIZE = 23.0
QR_TOP = 37.0
MARK_GAP = 3.0
MARK_WIDTH = 24.0
BESIDE_QR = 5.0
MOST_MARKS = 3


def draw_head(sheet: Sheet, content: CertificateContent, edition: Edition) -> None:
    """Everything above the answer panel."""
    draw_letterhead(sheet, content.body, edition)
    _title(sheet, content, edition)
    if content.issue is None:
        _qr_placeholder(sheet, edition)
    else:
        _qr(sheet, content.issue)
        _marks(sheet, content.body.marks, edition)


def draw_letterhead(sheet: Sheet, body: IssuingBody, edition: Edition) -> None:
    """Who writes: letterhead, national header, and the true scale below them."""
    header_from = _national_header(sheet, edition) if body.national_header else RIGHT
    _letterhead(sheet, body, edition, header_from - 4)
    scale_rule(sheet, 30.0, body.accent, ends=True)


def _letterhead(sheet: Sheet, body: IssuingBody, edition: Edition, right: float) -> None:
    """Monogram, parent body, name, address."""
    sheet.box(LEFT, 12, 13, 13, stroke=body.accent, weight=1.0)
    monogram = style("Bold", 15, body.accent)
    sheet.text(LEFT + 6.5, 20.3, shortened(body.monogram, monogram, 12), monogram, "centre")
    x = 40.5
    most = right - x
    y = 13.4
    if body.parent and edition.first(body.parent):
        upper = edition.first(body.parent).upper()
        sheet.text(x, y, fitted(upper, style("Regular", 7, SECOND_INK), most, least=5.4, field="body.parent"), None)
        y += 4.5
    sheet.text(
        x,
        y,
        fitted(edition.first(body.name).upper(), style("Bold", 10.2, body.accent), most, least=6.4, field="body.name"),
    )
    if edition.second(body.name):
        y += 3.7
        sheet.text(
            x,
            y,
            fitted(edition.second(body.name), style("Italic", 7.6, SECOND_INK), most, least=5.6, field="body.name"),
        )
    address = " · ".join(part for part in (edition.first(body.address), body.telephone) if part)
    of = style("Regular", 6.8, SECOND_INK)
    lines = wrap_text(address, of, most)
    if len(lines) > 2:
        raise too_wide("body.address", address)
    sheet.lines(x, y + 3.5, lines, 7.6)


def _national_header(sheet: Sheet, edition: Edition) -> float:
    """The header of the state, right-aligned; returns its left edge in mm."""
    country, motto = edition.say("country"), edition.say("motto")
    first, second = style("SemiBold", 8.2), style("SemiBold", 8.8)
    wide = max(width(edition.first(country), first), width(edition.first(motto), second))
    middle = RIGHT - wide / 2
    sheet.text(middle, 14.9, edition.first(country), first, "centre")
    sheet.text(middle, 19.0, edition.first(motto), second, "centre")
    half = width(edition.first(motto), second) / 2
    sheet.rule(middle - half, middle + half, 20.6, 0.6)
    if edition.bilingual:
        sheet.text(middle, 24.2, edition.say("country_english").en, style("Italic", 6.8, SECOND_INK), "centre")
    return RIGHT - wide


@cache
def _scale_path(top: float, wide: float, height: float) -> str:
    """Ticks a millimetre apart over the width of the text on a page of some height, as PDF operators."""
    ticks = []
    for millimetre in range(int(wide) + 1):
        down = 2.6 if millimetre % 10 == 0 else 1.8 if millimetre % 5 == 0 else 1.1
        x = points((LEFT + millimetre) * MM)
        ticks.append(f"{x} {points((height - top) * MM)} m {x} {points((height - top - down) * MM)} l")
    return " ".join(ticks)


def scale_rule(sheet: Sheet, top: float, accent: str, *, ends: bool) -> None:
    """The true scale in millimetres, 170 on an upright page: a page printed "to fit" betrays itself."""
    sheet.rule(LEFT, sheet.right, top, 0.8, accent)
    sheet.stroked_path(_scale_path(top, sheet.right - LEFT, sheet.height), accent, 0.35)
    if ends:
        small = style("Regular", 5, SECOND_INK)
        sheet.text(LEFT, top + 4.3, "0", small, "centre")
        sheet.text(RIGHT, top + 4.3, f"{int(TEXT_WIDTH)}\u00a0mm", small, "right")


def _title(sheet: Sheet, content: CertificateContent, edition: Edition) -> None:
    """Title in two languages, number and date."""
    title = edition.say("title")
    right = _left_of_marks(content.body.marks) - MARK_GAP
    bold = style("Bold", 20, content.body.accent)
    sheet.text(LEFT, 43.6, fitted(edition.first(title).upper(), bold, right - LEFT, least=10, field="title"))
    if edition.second(title):
        sheet.text(LEFT, 49.4, edition.second(title), style("Italic", 11.5, SECOND_INK))
    number, issued = edition.say("number"), edition.say("issued")
    draft = edition.say("draft_number")
    shown = content.issue.number if content.issue else edition.first(draft)
    day = edition.date(content.issue.issued_on) if content.issue else "–"
    x = _label(sheet, LEFT, 59.0, edition.first(number), edition.second(number), 8.4)
    sheet.text(x, 59.0, fitted(shown, style("SemiBold", 13), min(130, right) - x, least=7, field="issue.number"))
    x = _label(sheet, LEFT, 64.2, edition.first(issued), edition.second(issued), 8.4)
    sheet.text(x, 64.2, day, style("Medium", 9))


def _label(sheet: Sheet, x: float, y: float, first: str, second: str, size: float) -> float:
    """A label with its English beside it; returns where its value begins."""
    x = sheet.text(x, y, f"{first} ", style("Regular", size, SECOND_INK))
    if second:
        x = sheet.text(x, y, f"{second} ", style("Italic", size - 0.9, SECOND_INK))
    return x + 0.6


def public_address(issue: IssueFields) -> str:
    """The address that a person types: the QR code's without scheme and token."""
    parts = urlsplit(issue.verify_url)
    return f"{parts.netloc}{parts.path}".removesuffix(issue.token).rstrip("/")


def _qr(sheet: Sheet, issue: IssueFields) -> None:
    """The QR code with its quiet zone; below it the address and the code to type."""
    path, modules = qr_path(issue.verify_url, RIGHT - QR_SIZE, QR_TOP, QR_SIZE)
    sheet.filled_path(path)
    below = QR_TOP + QR_SIZE + 4 * QR_SIZE / modules  # nothing is printed within four modules
    for text, baseline, size in ((public_address(issue), below + 1.7, 7.0), (issue.check_code, below + 4.6, 7.4)):
        of = style("Medium" if size == 7.0 else "SemiBold", size)
        if width(text, of) <= QR_SIZE:
            sheet.text(RIGHT - QR_SIZE / 2, baseline, text, of, "centre")
        else:
            sheet.text(
                RIGHT,
                baseline,
                fitted(text, style("Medium", size), 60, least=4.8, field="issue.verify_url"),
                None,
                "right",
            )


def _qr_placeholder(sheet: Sheet, edition: Edition) -> None:
    """The place of the QR code in a draft."""
    left = RIGHT - QR_SIZE
    sheet.box(left, QR_TOP, QR_SIZE, QR_SIZE, stroke=HAIRLINE, weight=0.6, dots=(1.2, 1.6))
    text = edition.say("qr_when_issued")
    middle = RIGHT - QR_SIZE / 2
    sheet.text(middle, QR_TOP + 10.5, edition.first(text), style("SemiBold", 7, SECOND_INK), "centre")
    if edition.second(text):
        sheet.text(middle, QR_TOP + 13.8, edition.second(text), style("Italic", 6.4, SECOND_INK), "centre")


def _left_of_marks(marks: tuple[Mark, ...]) -> float:
    """The left edge of the marks and the QR code, in mm: number and title end before it."""
    count = min(len(marks), MOST_MARKS)
    taken = count * MARK_WIDTH + (count - 1) * MARK_GAP + BESIDE_QR if count else 0
    return RIGHT - QR_SIZE - taken


def _marks(sheet: Sheet, marks: tuple[Mark, ...], edition: Edition) -> None:
    """Marks as words in a box, right to left beside the QR code."""
    x = RIGHT - QR_SIZE - BESIDE_QR
    for mark in marks[:MOST_MARKS]:
        x -= MARK_WIDTH
        sheet.box(x, QR_TOP, MARK_WIDTH, QR_SIZE, stroke=HAIRLINE, weight=0.6)
        y = QR_TOP + 5.4
        for text, of in (
            (edition.first(mark.name), style("SemiBold", 6.4, SECOND_INK)),
            (edition.second(mark.name), style("Italic", 6, SECOND_INK)),
        ):
            lines = wrap_text(text, of, 22) if text else ()
            if len(lines) > 2:
                raise too_wide("body.marks", text)
            y = sheet.lines(x + 12, y, lines, 2.8 * MM, "centre") + 0.4
        number = fitted(mark.number, style("SemiBold", 8.4), 22, least=5, field="body.marks")
        sheet.text(x + 12, QR_TOP + 20, number, align="centre")
        x -= MARK_GAP
