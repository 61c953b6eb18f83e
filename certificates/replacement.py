"""The strip that says which certificate this one replaces or amends, and why."""

from __future__ import annotations

from certificates.changes_section import changes_number, changes_of
from certificates.content import Bilingual, CertificateContent, Replaces
from certificates.edition import Edition
from certificates.naming import too_wide
from certificates.sheet import LEFT, RIGHT, TEXT_WIDTH, Sheet
from certificates.typesetting import INK, MM, SECOND_INK, Line, Span, style, wrap, wrap_text

TOP = 96.0
LEAST_HEIGHT = 18.6
MOST_HEIGHT = 40.0
FLAG = 30.0
TEXT = LEFT + FLAG + 4
EMPTY = Line((), 0.0)


def strip_height(content: CertificateContent, edition: Edition) -> float:
    """The height that the reason needs, mm.

    Raises:
        Invalid: the reason is too long for page one.
    """
    first, second = _reason(content, edition)
    height = max(LEAST_HEIGHT, 7.4 + max(len(first), len(second)) * 9.6 / MM)
    if height > MOST_HEIGHT:
        raise too_wide("replaces.reason", edition.first(replaced(content).reason))
    return height


def replaced(content: CertificateContent) -> Replaces:
    """The certificate that this one replaces or amends."""
    assert content.replaces is not None
    return content.replaces


def draw_strip(sheet: Sheet, content: CertificateContent, edition: Edition) -> None:
    """The black flag, the old number and date, the reason in two columns."""
    height = strip_height(content, edition)
    words = edition.say("replaces")
    sheet.box(LEFT, TOP, TEXT_WIDTH, height, stroke=INK, weight=0.6)
    sheet.box(LEFT, TOP, FLAG, height, fill=INK)
    middle, y = LEFT + FLAG / 2, TOP + height / 2
    flag = style("Bold", 11, "#FFFFFF")
    sheet.text(middle, y - 1.2 if edition.second(words) else y + 1.2, edition.first(words).upper(), flag, "centre")
    if edition.second(words):
        sheet.text(middle, y + 3.2, edition.second(words).upper(), style("Italic", 8, "#FFFFFF"), "centre")
    _which(sheet, replaced(content), edition)
    first, second = _reason(content, edition)
    sheet.lines(TEXT, TOP + 8.7, first, 9.6)
    sheet.lines(_second_at(), TOP + 8.7, second, 9.6)


def _which(sheet: Sheet, replaces: Replaces, edition: Edition) -> None:
    """Old number and date, no longer valid."""
    grey, italic, bold = style("Regular", 8, SECOND_INK), style("Italic", 7.4, SECOND_INK), style("SemiBold", 9)
    number, of, ends = edition.say("number"), edition.say("of_date"), edition.say("no_longer_valid")
    spans = [Span(f"{edition.first(number)} ", grey)]
    if edition.second(number):
        spans.append(Span(f"{edition.second(number)} ", italic))
    spans += [Span(f"{replaces.number}  ", bold), Span(f"{edition.first(of)} ", grey)]
    if edition.second(of):
        spans.append(Span(f"{edition.second(of)} ", italic))
    spans += [Span(f"{edition.date(replaces.issued_on)}  ", bold), Span(edition.first(ends), style("Regular", 8))]
    if edition.second(ends):
        spans.append(Span(f"  {edition.second(ends)}", italic))
    sheet.text(TEXT, TOP + 4.6, spans)


def _second_at() -> float:
    """Where the English reason begins."""
    return TEXT + (RIGHT - TEXT) / 2 + 1


def _reason(content: CertificateContent, edition: Edition) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The reason and where the changes stand, broken into the two columns."""
    where = edition.say("layout.changes_where", section=changes_number(content)) if changes_of(content) else None
    if edition.bilingual and not (replaced(content).reason.vi and replaced(content).reason.en):
        return _reason_once(content, edition, where), ()
    reason, most = replaced(content).reason, _half() if edition.bilingual else RIGHT - TEXT - 3
    of = (style("Regular", 7.8), style("Italic", 7.4, SECOND_INK))
    first = wrap_text(edition.first(reason), of[0], most)
    second = wrap_text(reason.en, of[1], most) if edition.bilingual else ()
    if where:
        level = max(len(first), len(second))  # both languages of the last line stand side by side
        first = (*first, *(EMPTY,) * (level - len(first)), *wrap_text(edition.first(where), of[0], most))
        if edition.bilingual:
            second = (*second, *(EMPTY,) * (level - len(second)), *wrap_text(where.en, of[1], most))
    return first, second


def _half() -> float:
    """The width of one of the two columns."""
    return (RIGHT - TEXT) / 2 - 3


def _reason_once(content: CertificateContent, edition: Edition, where: Bilingual | None) -> tuple[Line, ...]:
    """A reason given in one language: once over both columns, with the name of its language."""
    reason = replaced(content).reason
    language = "vi" if reason.vi else "en"
    upright, italic = style("Regular", 7.8), style("Italic", 7.4, SECOND_INK)
    label = edition.say(f"amendment.reason_{language}")
    marks = [
        Span(f"{label.vi} ", style("Regular", 7.2, SECOND_INK)),
        Span(f"{label.en}: ", style("Italic", 6.9, SECOND_INK)),
    ]
    said = Span(reason.vi, upright) if language == "vi" else Span(reason.en, italic)
    lines = wrap([*marks, said], RIGHT - TEXT - 3)
    if where is None:
        return lines
    both = [Span(f"{where.vi} ", upright), Span(where.en, italic)]
    return (*lines, *wrap(both, RIGHT - TEXT - 3))
