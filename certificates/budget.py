"""The uncertainty contributions as a table with a bar for each share."""

from __future__ import annotations

from decimal import Decimal

from certificates.content import Bilingual, Budget
from certificates.edition import Edition
from certificates.flow import Block
from certificates.naming import too_wide
from certificates.sheet import LEFT, RIGHT, Sheet
from certificates.typesetting import HAIRLINE, MM, SECOND_INK, Line, Span, Style, spans_width, style, width, wrap_text

TYPE, UNCERTAINTY, SHARE, BAR = 116.0, 134.0, 155.0, 167.0
BAR_WIDTH = RIGHT - BAR - 1.0
LABEL = LEFT + 0.8
ROW = 4.9
NOTE = 3.1  # height of a line below the label, mm
Lines = tuple[Line, ...]


def budget_blocks(budget: Budget, edition: Edition, accent: str) -> list[Block]:
    """Head, one row for each contribution, the combined standard uncertainty."""
    names = [line.standard_uncertainty for line in budget.lines] + [budget.combined]
    wholes, fractions = _aligned(names, edition), _fraction_width(names, edition)
    blocks = [Block(12.0, lambda sheet, top: _head(sheet, top, budget, edition))]
    for place, line in enumerate(budget.lines):
        spans = _label(line.label, edition, style("Regular", 8.2), f"budget.{place}")
        notes = _note(line.note, edition)

        def row(
            sheet: Sheet, top: float, place: int = place, spans: tuple[Span, ...] = spans, notes: Lines = notes
        ) -> None:
            contribution = budget.lines[place]
            y = top + 3.5
            sheet.text(LABEL, y, spans)
            sheet.lines(LABEL, y + NOTE, notes, NOTE * MM)
            sheet.text(TYPE, y, contribution.evaluation_type, style("Regular", 8.2), "centre")
            _number(sheet, y, wholes[place], fractions, style("Regular", 8.2))
            sheet.text(SHARE + 2.2, y, edition.number(contribution.share), style("Regular", 8.2), "right")
            length = BAR_WIDTH * float(min(max(Decimal(contribution.share), Decimal(0)), Decimal(100))) / 100
            if length > 0:
                sheet.box(BAR, top + 1.4, max(length, 0.3), 2.1, fill=accent)

        blocks.append(Block(ROW + len(notes) * NOTE, row))

    def combined(sheet: Sheet, top: float) -> None:
        sheet.rule(LEFT, RIGHT, top, 0.25, HAIRLINE)
        bold = style("SemiBold", 8.2)
        total = edition.say("combined_uncertainty")
        sheet.text(LABEL, top + 3.6, _label(total, edition, bold, "budget"))
        _number(sheet, top + 3.6, wholes[-1], fractions, bold)
        sheet.text(SHARE + 2.2, top + 3.6, "100", bold, "right")
        sheet.rule(LEFT, RIGHT, top + ROW + 0.2, 0.8)

    last = blocks.pop()
    blocks.append(_together(last, Block(ROW + 1.4, combined)))
    return [_together(blocks[0], blocks[1]), *blocks[2:]] if len(blocks) > 1 else blocks


def _together(first: Block, second: Block) -> Block:
    """Two blocks that are never parted."""

    def draw(sheet: Sheet, top: float) -> None:
        first.draw(sheet, top)
        second.draw(sheet, top + first.height)

    return Block(first.height + second.height, draw)


def _head(sheet: Sheet, top: float, budget: Budget, edition: Edition) -> None:
    """Contribution, type, u, share of the square."""
    sheet.rule(LEFT, RIGHT, top, 0.8)
    medium, italic, unit = style("Medium", 7.5), style("Italic", 6.6, SECOND_INK), style("Regular", 7.5)
    heads = (
        (LABEL, "left", edition.say("budget_contribution"), ""),
        (TYPE, "centre", edition.say("budget_type"), ""),
        (UNCERTAINTY, "centre", Bilingual("u", edition.say("budget_standard").en), edition.unit(budget.unit) or "1"),
        (SHARE, "centre", edition.say("budget_share"), "%"),
    )
    for x, align, label, units in heads:
        symbol = label.vi == "u"
        first = "u" if symbol else edition.first(label)
        second = label.en if symbol else edition.second(label)
        sheet.text(x, top + 3.8, first, style("MediumItalic", 7.5) if symbol else medium, align)
        if second:
            sheet.text(x, top + 6.9, second, italic, align)
        if units:
            sheet.text(x, top + 10.2, units, unit, align)
    sheet.rule(LEFT, RIGHT, top + 11.6, 0.45)


def _label(label: Bilingual, edition: Edition, of: Style, field: str) -> tuple[Span, ...]:
    """A contribution with its English beside it, smaller where it must be."""
    most = TYPE - 6 - LABEL
    first, second = edition.first(label), edition.second(label)
    for scale in (1.0, 0.92, 0.85, 0.78):
        spans = [Span(first, of.sized(of.size * scale))]
        if second:
            spans.append(Span(f"  {second}", style("Italic", 7 * scale, SECOND_INK)))
        if spans_width(spans) <= most:
            return tuple(spans)
    raise too_wide(field, first)


def _note(note: Bilingual | None, edition: Edition) -> Lines:
    """What stands below a contribution, the second language below the first."""
    if note is None:
        return ()
    second, most = edition.second(note), TYPE - 6 - LABEL
    first = wrap_text(edition.first(note), style("Regular", 6.9), most)
    return (*first, *(wrap_text(second, style("Italic", 6.7, SECOND_INK), most) if second else ()))


def _aligned(texts: list[str], edition: Edition) -> list[tuple[str, str]]:
    """Each number cut at its decimal sign."""
    parts = [edition.number(text).partition(edition.decimal) for text in texts]
    return [(whole, mark + fraction) for whole, mark, fraction in parts]


def _fraction_width(texts: list[str], edition: Edition) -> float:
    """The widest fractional part, mm."""
    return max(width(fraction, style("Regular", 8.2)) for _whole, fraction in _aligned(texts, edition))


def _number(sheet: Sheet, y: float, parts: tuple[str, str], fractions: float, of: Style) -> None:
    """A number with its decimal sign below the others."""
    whole, fraction = parts
    sheet.text(UNCERTAINTY + 3.2 - fractions - width(whole, of), y, whole + fraction, of)
